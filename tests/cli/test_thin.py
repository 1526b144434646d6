"""`thin`: what is told before anything goes, what is asked, what is refused."""

import json
import os

import pytest

from grokscope.store.checkpoints.trajectory import open_trajectory
from tests.cli.conftest import Terminal, call

EVERY = ("--keep", "every:3", "--neighbours", "0")


@pytest.fixture
def two(stored):
    return stored("first", "second")


def left(run):
    return open_trajectory(run).checkpoints.tolist()


def test_a_dry_run_tells_what_would_come_free_and_changes_nothing(two):
    done = call("thin", "first", *EVERY, "--dry-run")
    assert done.code == 0
    head, row = done.out.splitlines()
    assert head.split() == ["id", "checkpoints", "kept", "size", "comes", "free"]
    assert row.split()[:3] == ["first", "4", "2"]
    assert left(two[0]) == [0, 1, 2, 3]


def test_a_person_is_asked_before_checkpoints_go(two):
    done = call("thin", "first", *EVERY, stdin=Terminal("n\n"))
    assert done.code == 1
    assert "drop 2 checkpoints of first for good?" in done.err
    assert left(two[0]) == [0, 1, 2, 3]
    done = call("thin", "first", *EVERY, stdin=Terminal("y\n"))
    assert done.code == 0
    assert "came free" in done.out
    assert left(two[0]) == [0, 3]
    assert left(two[1]) == [0, 1, 2, 3]


def test_where_nobody_can_be_asked_yes_is_needed(two):
    done = call("thin", "first", "second", *EVERY)
    assert done.code == 1
    assert done.err == (
        "grokscope: drop 4 checkpoints of 2 runs for good? nobody can be asked here;"
        " --yes says so\n"
    )
    assert call("thin", "first", "second", *EVERY, "--yes").code == 0
    assert [left(run) for run in two] == [[0, 3], [0, 3]]


def test_a_live_run_is_refused_and_the_others_are_thinned(two, stored):
    stored("live", live=True)
    done = call("thin", "first", "live", *EVERY, "--yes")
    assert done.code == 4
    assert "; a run is thinned once it ended" in done.err
    assert left(two[0]) == [0, 3]
    done = call("thin", "live", *EVERY, "--yes")
    assert (done.code, done.out) == (1, "")


def test_only_runs_that_ended_long_ago_are_thinned_where_age_is_asked(two):
    path = two[0] / "summary.json"
    data = json.loads(path.read_text())
    path.write_text(json.dumps(data | {"heartbeat": data["heartbeat"] - 40 * 86_400}))
    os.utime(path, (1, 1))
    assert call("thin", "first", "second", *EVERY, "--older", "30d", "-y").code == 0
    assert [left(run) for run in two] == [[0, 3], [0, 1, 2, 3]]
    assert call("thin", "second", *EVERY, "--older", "2w").out == "no run is that old\n"


@pytest.mark.parametrize("age", ["30", "x", "-1d", "1y", ""])
def test_an_age_that_is_none_is_a_mistake_of_usage(two, age):
    done = call("thin", "first", *EVERY, "--older", age)
    assert done.code == 2
    assert "is no time span" in done.err


def test_a_policy_that_keeps_all_says_so(two):
    done = call("thin", "first", "--keep", "every:1")
    assert done.code == 0
    assert done.out.endswith("nothing to thin: the policy keeps every checkpoint\n")


def test_a_policy_that_is_none_is_one_line(two):
    done = call("thin", "first", "--keep", "some")
    assert done.code == 1
    assert done.err.startswith("grokscope: 'some' of policy 'some' is no rule; accepted: every:N")
    assert done.err.count("\n") == 1


def test_json_tells_the_plan(two):
    [told] = json.loads(call("thin", "first", *EVERY, "--yes", "--json").out)
    assert (told["id"], told["checkpoints"], told["kept"]) == ("first", 4, 2)
    assert told["freed"] >= 0
    assert left(two[0]) == [0, 3]


def test_show_tells_how_a_run_was_thinned_and_what_takes_up_room(two):
    call("thin", "first", *EVERY, "--yes")
    told = call("show", "first").out
    assert "2 checkpoints, thinned from 4 (every:3, and 0 after each); " in told
    assert " on disk: " in told
    assert "checkpoints 1" in told
    data = json.loads(call("show", "first", "--json").out)
    assert data["thinned"] == "every:3, and 0 after each"
    assert data["disk_bytes"] == sum(data["disk_use"].values())
    assert set(data["disk_use"]) <= {
        "checkpoints",
        "curves",
        "resume",
        "analysis",
        "probes",
        "other",
    }
