"""Exit codes: what a script can tell from how training left its runs."""

import os
import signal
from pathlib import Path
from types import SimpleNamespace

import pytest

from grokscope.cli.training import Means, exit_code
from grokscope.store.listing.catalogue import Catalogue
from grokscope.store.listing.room import Room
from tests.cli.conftest import SMALL, call


def run(status):
    return SimpleNamespace(id="x", path=Path("store/x"), status=status, reason="")


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


def test_a_stop_before_training_is_answered_at_once_and_no_run_begins(monkeypatch, store):
    def interrupted(means, experiment):
        os.kill(os.getpid(), signal.SIGINT)
        return 0.1

    monkeypatch.setattr(Means, "trial", interrupted)
    done = call("run", "modadd-grok", *SMALL, "--sweep", "seed=0:2")
    assert done.code == 130
    assert "grokscope: stopping; Ctrl-C again aborts" in done.err
    assert "2 of 2 runs did not begin; the same command begins them" in done.err
    assert not any(path.is_dir() for path in store.glob("modadd*"))


def test_after_an_abort_it_is_told_how_to_go_on(monkeypatch, store):
    from grokscope.train import loop

    observe = loop.Loop._observe

    def aborted(self, *args, **kwargs):
        observe(self, *args, **kwargs)
        for _ in range(2 if self.ensemble.epoch == 5 else 0):
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(loop.Loop, "_observe", aborted)
    done = call("run", "modadd-grok", *SMALL, "--jobs", 1)
    (run,) = Catalogue(store).refresh()
    assert (done.code, run.status) == (130, "dead")
    told = done.err.partition("go on with: grokscope ")[2]
    assert told.strip() == f"resume {run.id}"
    monkeypatch.setenv("GROKSCOPE_STORE", str(store / "another"))
    done = call("run", "modadd-grok", *SMALL, "--jobs", 1, "--store", store)
    told = done.err.partition("go on with: grokscope ")[2]
    assert told.strip() == f"resume {run.id} --store {store}"
