"""A run that is being written is read at any instant, and what became of it is known soon."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import xarray as xr

from grokscope.store.api.tree import open_run
from grokscope.store.curves.follower import Follower
from grokscope.store.listing.catalogue import Catalogue
from grokscope.store.listing.pulse import Pulse
from tests.store.conftest import train

ROOT = Path(__file__).parents[2]
ENGINES = ("h5netcdf", "netcdf4")
PATIENCE = 60.0


class Writing:
    """A process that writes a run, and the newest step it acknowledged."""

    def __init__(self, store: Path, pause: float = 0.01) -> None:
        command = [sys.executable, "-m", "tests.store.child", str(store), "run", str(pause)]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        self.run = store / "run"
        self.acked = -1
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, env=environment, cwd=ROOT, text=True
        )
        self.thread = threading.Thread(target=self._listen)
        self.thread.start()
        while self.acked < 0 and self.process.poll() is None:
            time.sleep(0.01)

    def _listen(self) -> None:
        for line in self.process.stdout:
            if line.strip().isdigit():
                self.acked = int(line)

    def kill(self) -> None:
        if self.process.returncode is None:
            os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.thread.join()
        self.process.stdout.close()


@pytest.fixture
def writing(store):
    child = Writing(store)
    yield child
    child.kill()


def poll(writing: Writing, engine: str, times: int) -> None:
    """Read a live run again and again, each time as a stranger and as grokscope would.

    On a loaded machine some more times, until rows are published.
    """
    published, newest = 0, -1
    follower = Follower(writing.run)
    polls, end = 0, time.monotonic() + PATIENCE
    while polls < times or (not published and time.monotonic() < end):
        polls += 1
        with xr.open_datatree(writing.run / "run.h5", engine=engine, cache=False) as tree:
            rows = tree.load()["metrics"].sizes.get("step", 0)
        acked = writing.acked
        steps = open_run(writing.run)["metrics"].step.values
        followed = follower.refresh().step
        assert rows >= published
        assert steps[-1] >= max(acked, newest)
        assert followed[-1] >= steps[-1]
        assert steps.tolist() == list(range(len(steps)))
        published, newest = rows, steps[-1]
    assert writing.process.poll() is None
    assert published > 0


@pytest.mark.parametrize("engine", ENGINES)
def test_a_running_run_opens_and_shows_its_newest_rows(writing, engine):
    poll(writing, engine, 6)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
def test_a_running_run_opens_five_hundred_times(store, engine):
    child = Writing(store, pause=0.05)
    try:
        poll(child, engine, 500)
    finally:
        child.kill()


def test_a_killed_process_is_dead_at_the_next_look(writing, store):
    catalogue = Catalogue(store)
    assert statuses(catalogue) in (["queued"], ["running"])
    writing.kill()
    assert statuses(catalogue) == ["dead"]


class Clock:
    """This machine's clocks, which tests turn."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.unix, self.own = time.time(), 0.0
        monkeypatch.setattr("grokscope.store.listing.catalogue.time.time", lambda: self.unix)

    def pass_(self, seconds: float) -> None:
        self.unix += seconds
        self.own += seconds

    def catalogue(self, store: Path) -> Catalogue:
        catalogue = Catalogue(store)
        catalogue._pulse = Pulse(lambda: self.own)
        return catalogue


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def elsewhere(begin):
    """A live run whose writer is out of sight."""
    writer = begin()
    train(writer, 0, 5)
    writer._presence.sum_up("running")
    lock = writer.path / "lock.json"
    told = json.loads(lock.read_text())
    lock.write_text(json.dumps(told | {"host": "far", "boot": "other", "machine": "other"}))
    return writer


def statuses(catalogue: Catalogue) -> list[str]:
    return [run.status for run in catalogue.refresh()]


def test_a_run_elsewhere_is_stalled_once_nothing_was_heard_of_it_for_half_a_minute(
    elsewhere, store, clock
):
    catalogue = clock.catalogue(store)
    assert statuses(catalogue) == ["running"]
    for beat in range(4):
        clock.pass_(10)
        train(elsewhere, 5 + beat, 6 + beat)
        elsewhere._presence.sum_up("running")
        assert statuses(catalogue) == ["running"]
    clock.pass_(29)
    assert statuses(catalogue) == ["running"]
    clock.pass_(2)
    assert statuses(catalogue) == ["stalled"]
    elsewhere._presence.sum_up("running")
    assert statuses(catalogue) == ["running"]


@pytest.mark.parametrize("jump", [-86_400.0, 86_400.0])
def test_a_clock_that_jumps_makes_no_watched_run_stall_and_no_hung_one_live(
    elsewhere, store, clock, jump
):
    catalogue = clock.catalogue(store)
    statuses(catalogue)
    clock.pass_(10)
    elsewhere._presence.sum_up("running")
    assert statuses(catalogue) == ["running"]
    clock.unix += jump
    clock.pass_(10)
    assert statuses(catalogue) == ["running"]
    clock.pass_(25)
    assert statuses(catalogue) == ["stalled"]
