"""No crash at any moment loses a row, leaves a file that does not open, or ends a run for good."""

import random
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.store.crash.disk import Disk, digest
from tests.store.crash.judge import Judge, failures
from tests.store.crash.naive import Naive
from tests.store.crash.states import Crash, crashes
from tests.store.crash.strace import Operation, require_strace, traced

CUTS = 6
"""Power cuts drawn after each operation."""
SAMPLE, RESUMED, ONWARD = 100, 30, 2
"""Crashes that are checked in every run of the tests, taken up again, and trained to the end."""


@pytest.fixture(scope="session")
def session(tmp_path_factory):
    """A real session of today's code: where it ran, and every crash it could have met."""
    require_strace()
    root = tmp_path_factory.mktemp("session")
    module = "tests.store.crash.session"
    command = [sys.executable, "-m", module, str(root)]
    done = traced(command, root, tmp_path_factory.mktemp("trace") / "log")
    (run,) = (root / "store").iterdir()
    return run, done, list(crashes(done, CUTS))


@pytest.fixture
def judge(session, tmp_path):
    return Judge(session[0], tmp_path / "crashed")


def sample(found: list[Crash], size: int) -> list[Crash]:
    return random.Random(7).sample(found, size)


def did_everything(run: Path, done: list[Operation], found: list[Crash]) -> None:
    """Assert that a session did to its files all that a run ever does, and was seen doing it."""
    what = Counter((o.kind, Path(o.other or o.path).name) for o in done)
    for file, least in {
        "run.h5": 5,
        "summary.json": 5,
        "resume.h5": 3,
        "resume.previous.h5": 2,
    }.items():
        assert what["rename", file] >= least, file
    assert what["rename", "trajectory.h5"] == 1
    assert what["rename", "metrics.wal"] >= 2
    assert sum(n for (kind, name), n in what.items() if kind == "rename" and "ck-" in name) >= 4
    assert what["rename", "probes.h5"] == 1
    assert what["rename", "pb-00000000.h5"] >= 2, "batches of probes were never joined"
    assert what["rename", "between.h5"] == what["rename", "live.h5"] == 1
    assert found[-1].promise.ended == "finished"
    assert set(found[-1].promise.analysed) == {"between", "live"}
    disk = Disk()
    for operation in done:
        disk.do(operation)
    state = {path: content for path, content in disk.state().items() if "/" in path}
    there = {p.relative_to(run.parents[1]).as_posix(): p for p in run.parent.rglob("*")}
    assert state == {name: p.read_bytes() if p.is_file() else None for name, p in there.items()}


@pytest.mark.slow
def test_a_hundred_crashes_of_a_session_hold(session, judge):
    did_everything(*session)
    some = sample(session[2], SAMPLE)
    assert failures(some[RESUMED:], judge.shows) == {}
    assert failures(some[ONWARD:RESUMED], judge.holds) == {}
    assert failures(some[:ONWARD], lambda crash: judge.holds(crash, onward=True)) == {}


@pytest.mark.slow
def test_every_crash_of_a_session_holds(session, judge):
    _, _, found = session
    assert len({digest(crash.state) for crash in found}) >= 2000
    assert failures(found, judge.holds) == {}


@pytest.mark.slow
def test_a_run_goes_on_after_a_crash_and_ends_as_if_there_had_been_none(session, judge):
    some = sample(session[2], 40)
    assert failures(some, lambda crash: judge.holds(crash, onward=True)) == {}


@pytest.fixture(scope="session")
def naive(tmp_path_factory):
    """The design that keeps an HDF5 file open, appends to it and flushes."""
    require_strace()
    root = tmp_path_factory.mktemp("naive")
    command = [sys.executable, "-m", "tests.store.crash.naive", str(root)]
    done = traced(command, root, tmp_path_factory.mktemp("trace") / "log")
    return list(crashes(done, 0))


def test_a_file_that_is_kept_open_and_flushed_does_not_hold(naive, tmp_path):
    check = Naive(tmp_path / "crashed").holds
    wrong = Counter(line.partition(":")[0] for line in failures(naive, check).values())
    assert len(naive) > 80
    assert wrong["Unopened"] > 0
