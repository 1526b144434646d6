"""A store that refuses, and others at its files: nothing is lost, and one line says why."""

import multiprocessing
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import h5py
import pytest
import xarray as xr

from grokscope.errors import GrokscopeError, NotARun, RunHeld, StoreFailed, Unreadable
from grokscope.events import Yardstick
from grokscope.store.api.tree import open_run
from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.curves.follower import Follower
from grokscope.store.curves.reader import read_metrics
from grokscope.store.listing.catalogue import Catalogue
from grokscope.store.listing.summary import read_summary
from grokscope.store.writing.budget import PublishBudget
from grokscope.store.writing.writer import RunWriter
from tests.store.conftest import CONFIG, row, train

NOBODY = 65534
ALWAYS = {"share": 1.0, "interval": 0.0, "growth": 0.0}


@pytest.fixture
def ended(begin):
    """A run that was interrupted and can go on."""
    writer = begin()
    train(writer, 0, 20)
    writer.save_resume({"theta": row(19)}, {"step": 19})
    writer.finish("interrupted")
    return writer.path


def attempt(action) -> str:
    """Return the one line that an action is refused with."""
    try:
        action()
    except GrokscopeError as error:
        return f"{type(error).__name__}: {error}"
    return "done"


def create(store: Path, name: str = "new"):
    return RunWriter.create(store, name, config=CONFIG, yardstick=Yardstick(0.01, 9), patience=0.1)


@pytest.fixture
def read_only(store, ended):
    """The store of that run, mounted again so that nobody can write to it."""
    if os.geteuid() != 0 or sys.platform != "linux" or shutil.which("mount") is None:
        pytest.skip("mounting read-only needs root on Linux")
    place = store.with_name("read-only")
    place.mkdir()
    bind = ["mount", "--bind", str(store), str(place)]
    if subprocess.run(bind, check=False, capture_output=True).returncode:
        pytest.skip("this machine does not let root mount a file system")
    again = ["mount", "-o", "remount,ro,bind", str(place)]
    subprocess.run(again, check=True)
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_read_only_store_is_read_and_refuses_writers_in_one_line(read_only):
    (found,) = Catalogue(read_only).refresh()
    assert found.status == "interrupted"
    assert open_run(found.path)["metrics"].sizes["step"] == 20
    assert len(open_trajectory(found.path)) == 20
    assert Follower(found.path).refresh().step.size == 20
    told = attempt(lambda: RunWriter.reopen(found.path))
    assert told == "StoreFailed: run 'run' cannot be resumed: read-only file system"
    told = attempt(lambda: create(read_only))
    assert told == "StoreFailed: run 'new' cannot begin: read-only file system"


def as_nobody(action) -> str:
    """Return what an action is refused with in a process that may change nothing here."""
    here, there = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            os.write(there, attempt(action).encode())
        finally:
            os._exit(0)
    os.close(there)
    with os.fdopen(here) as told:
        line = told.read()
    os.waitpid(child, 0)
    return line


def test_a_store_of_another_user_refuses_writers_in_one_line(ended, store):
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
    mine = (place for place in store.parents if place.stat().st_mode & 0o777 == 0o700)
    for place in (store, *mine):
        place.chmod(0o755)
    told = as_nobody(lambda: RunWriter.reopen(ended))
    assert told == "StoreFailed: run 'run' cannot be resumed: permission denied"
    assert as_nobody(lambda: create(store)) == (
        "StoreFailed: run 'new' cannot begin: permission denied"
    )
    assert RunWriter.reopen(ended)[1].step == 19


def refused(run: Path, times: int, told) -> None:
    """Try to take a run, again and again; tell how often that was refused."""
    lines = [attempt(lambda: RunWriter.reopen(run)) for _ in range(times)]
    told.put(
        sum(line.startswith("RunHeld: run 'run' is being written by process") for line in lines)
    )


def test_a_hundred_second_writers_of_a_hundred_are_refused(begin):
    writer = begin()
    train(writer, 0, 5)
    fork = multiprocessing.get_context("fork")
    told = fork.SimpleQueue()
    others = [fork.Process(target=refused, args=(writer.path, 25, told)) for _ in range(4)]
    for other in others:
        other.start()
    train(writer, 5, 60)
    assert [told.get() for _ in others] == [25] * 4
    for other in others:
        other.join()
    writer.finish("finished")
    assert read_metrics(writer.path).step.tolist() == list(range(60))


def test_of_many_who_take_up_a_run_at_once_one_gets_it(ended):
    gate, won, lost = threading.Barrier(8), [], []

    def take():
        gate.wait()
        try:
            won.append(RunWriter.reopen(ended)[0])
        except RunHeld as error:
            lost.append(str(error))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(lost)) == (1, 7)
    train(won[0], 20, 30)
    won[0].finish("finished")
    assert read_metrics(ended).step.size == 30


def test_of_many_who_begin_a_run_of_one_name_at_once_one_does(store):
    gate, won, lost = threading.Barrier(8), [], []

    def begin_one():
        gate.wait()
        try:
            won.append(create(store))
        except RunHeld as error:
            lost.append(str(error))

    threads = [threading.Thread(target=begin_one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(lost)) == (1, 7)
    assert {line.partition(";")[0] for line in lost} == {"run 'new' exists already in its store"}
    won[0].finish("finished")
    assert [path.name for path in store.iterdir()] == ["new"]


def test_readers_that_hold_files_open_never_disturb_a_writer(begin):
    writer = begin(budget=PublishBudget(**ALWAYS))
    held = []
    for step in range(0, 60, 3):
        train(writer, step, step + 3)
        writer.tick()
        held.append(h5py.File(writer.path / "run.h5", "r"))
        held.append(xr.open_datatree(writer.path / "run.h5", engine="netcdf4"))
    writer.save_resume({"theta": row(59)}, {"step": 59})
    held.append(h5py.File(writer.path / "resume.h5", "r"))
    writer.finish("finished")
    assert writer._presence.skipped == 0
    for number, file in enumerate(held[:40:2]):
        assert file["metrics/step"].size == 3 * (number + 1)
    for file in held:
        file.close()
    assert read_metrics(writer.path).step.size == 60


@pytest.mark.parametrize("how", ["removed", "renamed"])
def test_a_run_that_goes_away_while_it_is_read_is_told_and_no_other_suffers(begin, store, how):
    writers = [begin(name) for name in ("run", "other")]
    for writer in writers:
        train(writer, 0, 10)
        writer.save_resume({"theta": row(9)}, {"step": 9})
        writer.finish("interrupted")
    run = store / "run"
    catalogue, follower, trajectory = Catalogue(store), Follower(run), open_trajectory(run)
    assert {found.id for found in catalogue.refresh()} == {"run", "other"}
    follower.refresh()
    run.rename(store / "renamed")
    if how == "removed":
        shutil.rmtree(store / "renamed")
    for read in (read_metrics, open_run, read_summary):
        with pytest.raises(NotARun, match="no run"):
            read(run)
    with pytest.raises(FileNotFoundError):
        follower.refresh()
    with pytest.raises(Unreadable, match="its checkpoints changed since it was opened"):
        trajectory.rows()
    left = {"other"} if how == "removed" else {"other", "renamed"}
    assert {found.id for found in catalogue.refresh()} == left
    assert catalogue.broken == {}
    with pytest.raises(NotARun):
        RunWriter.reopen(run)
    RunWriter.reopen(store / "other")[0].finish("interrupted")


def test_a_store_that_takes_nothing_more_keeps_what_it_has(begin, monkeypatch):
    writer = begin(patience=0.05)
    train(writer, 0, 10)
    monkeypatch.setattr(os, "pwrite", refuse)
    with pytest.raises(StoreFailed, match="metrics: input/output error for 0 s"):
        writer.log(10, 10, {"train_accuracy": 1.0})
    writer.abandon("the disk failed")
    assert read_summary(writer.path).reason == "the disk failed"
    assert read_metrics(writer.path).step.tolist() == list(range(10))


def refuse(*rest):
    raise OSError(5, "Input/output error")
