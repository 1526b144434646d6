"""Training on a store that fails: what is lost, what is said, what goes on."""

import os
import shutil
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from grokscope.config import load
from grokscope.errors import RunGone, StoreFailed
from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.curves.reader import read_metrics
from grokscope.store.listing.catalogue import Catalogue
from grokscope.store.listing.summary import read_summary
from grokscope.store.writing import budget
from grokscope.train import recording
from grokscope.train.ensemble import Ensemble
from grokscope.train.plan import plan, plan_resume
from grokscope.train.session import train
from tests.disks import fill
from tests.store.crash.strace import require_strace

DAY = 86_400.0


def at_epoch(monkeypatch, epoch, action):
    """Let something happen before an epoch of the next training, once all before is written."""
    advance, waiting = Ensemble.advance, [action]
    records = []
    begin = recording.Recording.__init__

    def begun(self, *rest):
        begin(self, *rest)
        records.append(self)

    def disturbed(self):
        if self.epoch == epoch and waiting:
            while not records[-1].jobs.empty():
                time.sleep(0.005)
            time.sleep(0.02)
            waiting.pop()()
        advance(self)

    monkeypatch.setattr(recording.Recording, "__init__", begun)
    monkeypatch.setattr(Ensemble, "advance", disturbed)


def quiet(line):
    del line


@pytest.fixture
def whole(small, tmp_path):
    """Return the checkpoints of the run that nothing disturbed."""
    place = tmp_path / "whole"
    place.mkdir()
    plans = plan([small()], place)
    train(plans, place, device="cpu", notify=quiet)
    return open_trajectory(plans[0].path).rows()


def resumed(run, store):
    """Return the checkpoints of a run, trained to its end."""
    train([plan_resume(read_summary(run))], store, device="cpu", notify=quiet)
    assert read_summary(run).status == "finished"
    return open_trajectory(run).rows()


def test_a_disk_that_is_full_for_a_while_is_waited_for_and_costs_no_bit(
    small, disk, whole, monkeypatch
):
    said = []

    def full_for_a_while():
        fill(disk)
        threading.Timer(1.0, (disk / "filler").unlink).start()

    at_epoch(monkeypatch, 5, full_for_a_while)
    plans = plan([small()], disk)
    train(plans, disk, device="cpu", notify=said.append)
    np.testing.assert_array_equal(open_trajectory(plans[0].path).rows(), whole)
    assert read_metrics(plans[0].path).step.size == 13
    assert ["waiting up to 60 s" in said[0], "written" in said[-1]] == [True, True]


def test_a_disk_that_stays_full_stops_training_in_one_line_and_it_goes_on_later(
    small, disk, whole, monkeypatch
):
    with monkeypatch.context() as patch:
        patch.setattr("grokscope.train.seats.RunWriter.create", hasty_create())
        at_epoch(patch, 5, lambda: fill(disk))
        plans = plan([small()], disk)
        with pytest.raises(StoreFailed, match="no space left on device for 0 s; all that was ack"):
            train(plans, disk, device="cpu", notify=quiet)
    run = plans[0].path
    assert read_summary(run).status in ("interrupted", "dead")
    (disk / "filler").unlink()
    np.testing.assert_array_equal(resumed(run, disk), whole)


def hasty_create():
    from grokscope.store.writing.writer import RunWriter

    create = RunWriter.create
    return lambda *rest, **more: create(*rest, patience=0.2, **more)


@pytest.mark.parametrize("how", ["removed", "renamed"])
def test_a_run_whose_directory_goes_away_ends_in_one_line(small, tmp_path, monkeypatch, how):
    store = tmp_path / "store"
    store.mkdir()
    plans = plan([small()], store)
    run, elsewhere = plans[0].path, store / "renamed"

    def away():
        run.rename(elsewhere)
        if how == "removed":
            shutil.rmtree(elsewhere)

    at_epoch(monkeypatch, 5, away)
    with pytest.raises(RunGone, match=r"its directory is gone from .*; it was removed or renamed"):
        train(plans, store, device="cpu", notify=quiet)
    if how == "renamed":
        monkeypatch.undo()
        # the lock names this process, which lives on
        (elsewhere / "lock.json").unlink()
        assert resumed(elsewhere, store).shape[0] == 13


def test_one_run_that_goes_away_takes_no_other_along(small, tmp_path, whole, monkeypatch):
    store, said = tmp_path / "store", []
    store.mkdir()
    plans = plan([small("seed=5"), small()], store)
    at_epoch(monkeypatch, 5, lambda: shutil.rmtree(plans[0].path))
    ended = train(plans, store, device="cpu", notify=said.append)
    assert [e.ending for e in ended] == ["failed", "finished"]
    assert said == [ended[0].reason]
    assert "its directory is gone" in ended[0].reason
    np.testing.assert_array_equal(open_trajectory(plans[1].path).rows(), whole)


def test_a_write_that_hangs_makes_training_wait_and_stops_it_in_time(small, tmp_path, monkeypatch):
    store, said, gate = tmp_path / "store", [], threading.Event()
    store.mkdir()
    monkeypatch.setattr(recording, "STUCK", 0.2)
    monkeypatch.setattr(recording, "PATIENCE", 0.4)
    monkeypatch.setattr(recording, "PAUSE_NOTICE", 0.1)
    monkeypatch.setattr(recording, "TICK", 0.05)
    pwrite = os.pwrite

    def hang():
        def hanging(*rest):
            gate.wait()
            return pwrite(*rest)

        monkeypatch.setattr(os, "pwrite", hanging)

    at_epoch(monkeypatch, 5, hang)
    plans = plan([small()], store)
    with pytest.raises(StoreFailed, match=r"took no more writes for .* the runs can be resumed"):
        train(plans, store, device="cpu", notify=said.append)
    assert said == ["the store is slow: training waits for it"]
    # whoever writes lets go only once the write is over, or it might still change the run
    assert (plans[0].path / "lock.json").exists()
    gate.set()
    until = time.monotonic() + 20
    while (plans[0].path / "lock.json").exists() and time.monotonic() < until:
        time.sleep(0.01)
    monkeypatch.undo()
    assert read_summary(plans[0].path).status == "dead"
    assert resumed(plans[0].path, store).shape[0] == 13


@pytest.mark.parametrize("jump", [-DAY, DAY])
def test_a_clock_that_jumps_changes_no_time_that_was_measured(small, tmp_path, monkeypatch, jump):
    store, shift, real = tmp_path / "store", [0.0], time.time
    store.mkdir()
    monkeypatch.setattr(time, "time", lambda: real() + shift[0])
    monkeypatch.setattr(budget, "HEARTBEAT", (0.0, 0.0))
    catalogue, seen = Catalogue(store), []

    def jumped():
        catalogue.refresh()
        shift[0] = jump
        time.sleep(1.2)
        seen.extend(catalogue.refresh())

    at_epoch(monkeypatch, 5, jumped)
    plans = plan([small()], store)
    train(plans, store, device="cpu", notify=quiet)
    assert [run.status for run in seen] == ["running"]
    assert 0 < seen[0].rate < 1e6
    wall = read_metrics(plans[0].path).wall_time
    assert (np.diff(wall) >= 0).all()
    assert wall[-1] < 600
    assert read_summary(plans[0].path).status == "finished"


LONG = """
name = "long"
task = { name = "modular_addition", p = 7 }
model = { name = "mlp", hidden = [8] }
training = { epochs = 200000, batch_size = 16 }
record = { dense_until = 0 }
"""


@pytest.mark.slow
def test_a_disk_on_which_each_write_takes_half_a_minute_stops_a_real_session(tmp_path):
    """The kernel's own calls are held up, of a process that knows nothing of it."""
    require_strace()
    file, store = tmp_path / "long.toml", tmp_path / "store"
    file.write_text(LONG)
    run = store / load(str(file)).run_id
    strace = ["strace", "-f", "-o", os.devnull, "-P", str(run / "live" / "metrics.wal")]
    inject = ["-e", "trace=pwrite64", "--inject=pwrite64:delay_enter=30s:when=200+"]
    command = [sys.executable, "-m", "grokscope", "run", str(file), "--store", str(store)]
    done = subprocess.run([*strace, *inject, *command], capture_output=True, text=True, check=False)
    lines = [line for line in done.stderr.splitlines() if line.startswith("grokscope: ")]
    assert done.returncode == 1
    assert lines[1] == "grokscope: the store is slow: training waits for it"
    assert lines[2].startswith("grokscope: the store took no more writes for 70 s; all that was")
    assert len(lines) == 3
    assert "Traceback" not in done.stderr
    summary = read_summary(run)
    assert summary.status in ("dead", "interrupted")
    assert 150 < read_metrics(run).step.size < 250
    assert plan_resume(summary).action == "resume"
