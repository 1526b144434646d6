"""`rm`: what moves, what is asked, what is refused, and what is gone."""

import json
import re

import pytest

from grokscope.store.keeping.trash import read_trash
from tests.cli.conftest import Terminal, call


@pytest.fixture
def three(stored):
    return stored("first", "second", "third")


def names(store):
    return sorted(path.name for path in store.iterdir() if not path.name.startswith("."))


def test_a_run_named_by_its_id_goes_without_a_question(three, store):
    done = call("rm", "first", stdin=Terminal())
    assert done.code == 0
    told = r"first \([\d.]+ kB\) is in the trash; back with: grokscope restore first\n"
    assert re.fullmatch(told, done.out)
    assert names(store) == ["second", "third"]
    assert "first" not in call("ls").out


@pytest.mark.parametrize(("answer", "left"), [("y\n", ["third"]), ("n\n", None), ("", None)])
def test_a_person_is_asked_before_several_runs_go(three, store, answer, left):
    done = call("rm", "first", "second", stdin=Terminal(answer))
    assert re.search(r"move 2 runs \(first, second; [\d.]+ kB\) to the trash\?", done.err)
    assert names(store) == (left or ["first", "second", "third"])
    assert (done.code == 0) == bool(left)


def test_a_person_is_asked_where_a_word_stands_for_a_run(three, store):
    assert call("rm", "fir", stdin=Terminal("n\n")).code == 1
    assert names(store) == ["first", "second", "third"]
    assert call("rm", "fir", "--yes", stdin=Terminal()).code == 0
    assert names(store) == ["second", "third"]


def test_a_query_moves_every_run_it_fits(three, store):
    call("tag", "first", "third", "+old")
    assert call("rm", "tag:old").code == 0
    assert names(store) == ["second"]
    assert sorted(run.id for run in read_trash(store)) == ["first", "third"]


def test_a_live_run_is_refused_and_the_others_go(three, stored, store):
    stored("live", live=True)
    done = call("rm", "first", "live")
    assert done.code == 4
    assert "run 'live' is being written by process" in done.err
    assert names(store) == ["live", "second", "third"]


def test_a_run_that_cannot_be_read_goes_by_its_id(three, store):
    (store / "first" / "summary.json").write_text("damaged")
    (store / "first" / "run.h5").write_text("damaged")
    assert call("rm", "first").code == 0
    assert names(store) == ["second", "third"]


def test_an_unknown_run_is_one_line(three):
    done = call("rm", "frist")
    assert done.code == 1
    assert done.err.count("\n") == 1


def test_the_trash_is_listed(three, store):
    assert call("rm", "--list").out == "the trash is empty\n"
    call("rm", "first", "second", "--yes")
    lines = call("rm", "--list").out.splitlines()
    assert lines[0].split() == ["id", "removed", "size", "name"]
    assert {line.split()[0] for line in lines[1:]} == {"first", "second"}
    (told,) = json.loads(call("rm", "--list", "first", "--json").out)
    assert (told["id"], told["name"].partition("@")[0]) == ("first", "first")
    assert told["disk_bytes"] > 0


def test_nothing_is_deleted_where_nobody_can_be_asked(three, store):
    call("rm", "first")
    done = call("rm", "--purge")
    assert done.code == 1
    assert "for good? nobody can be asked here; --yes says so" in done.err
    assert len(read_trash(store)) == 1


@pytest.mark.parametrize(("answer", "left"), [("y\n", []), ("n\n", ["first"])])
def test_a_person_is_asked_before_anything_is_deleted(three, store, answer, left):
    call("rm", "first")
    done = call("rm", "--purge", stdin=Terminal(answer))
    assert "delete 1 run (first@20" in done.err
    assert [run.id for run in read_trash(store)] == left
    assert ("kB came free" in done.out) == (not left)


def test_only_the_runs_named_are_deleted(three, store):
    call("rm", "first", "second")
    assert call("rm", "--purge", "fir", "--yes").code == 0
    assert [run.id for run in read_trash(store)] == ["second"]
    done = call("rm", "--purge", "third", "--yes")
    assert done.code == 1
    assert "no run 'third' in the trash" in done.err


def test_what_an_interrupted_deletion_left_goes_too(three, store):
    call("rm", "first")
    (run,) = read_trash(store)
    run.path.rename(run.path.with_name(f".leaving-{run.name}"))
    assert call("rm", "--purge", "--yes").out.endswith("kB came free\n")
    assert names(store) == ["first", "second", "third"][1:]
    assert not (store / ".trash").exists()


@pytest.mark.parametrize("words", [(), ("--purge", "--list")])
def test_a_command_that_says_nothing_clear_is_a_mistake_in_usage(three, words):
    assert call("rm", *words).code == 2


def test_emptying_an_empty_trash_is_no_mistake(three):
    done = call("rm", "--purge")
    assert (done.code, done.out) == (0, "the trash is empty\n")
