"""Exit codes: what a script can tell from how training left its runs."""

from types import SimpleNamespace

import pytest

from grokscope.cli.training import Means, exit_code
from grokscope.store.listing.room import Room
from tests.cli.conftest import SMALL, call


def run(status):
    return SimpleNamespace(id="x", status=status, reason="")


@pytest.mark.parametrize(
    ("statuses", "code"),
    [
        (["finished"], 0),
        (["finished", "finished"], 0),
        (["failed"], 1),
        (["failed", "failed"], 1),
        (["finished", "failed"], 4),
        (["finished", "interrupted"], 130),
        (["failed", "dead"], 130),
    ],
)
def test_an_exit_code_follows_from_what_became_of_the_runs(statuses, code):
    assert exit_code([run(status) for status in statuses]) == code


def test_as_many_processes_are_told_as_train(monkeypatch, tmp_path):
    monkeypatch.setattr("grokscope.train.executors.local.processes", lambda device: 4)
    assert [Means(tmp_path).processes(runs) for runs in (0, 1, 3, 9)] == [1, 1, 3, 4]
    # where jobs are told, it may be for machines whose devices are not here
    assert Means(tmp_path, device="cuda:7", jobs=2).processes(9) == 2


def test_a_disk_too_small_is_told_before_training_and_refuses_nothing(monkeypatch):
    monkeypatch.setattr("grokscope.cli.training.room_of", lambda store: Room(50_000, 10**9))
    done = call("run", "modadd-grok", "--jobs", 1, *SMALL)
    assert done.code == 0
    (line,) = [line for line in done.err.splitlines() if "disk" in line]
    assert "the disk will be full: about" in line
    assert "50.0 kB are free at" in line


def test_a_disk_with_room_is_not_mentioned(monkeypatch):
    monkeypatch.setattr("grokscope.cli.training.room_of", lambda store: Room(10**12, 10**12))
    done = call("run", "modadd-grok", "--jobs", 1, *SMALL)
    assert (done.code, "disk" in done.err) == (0, False)
