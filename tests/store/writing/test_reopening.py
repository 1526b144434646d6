"""Taking a run up again: after an end, after a kill, while another writes it."""

import errno
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import h5py
import numpy as np
import pytest

from grokscope.errors import NotARun, RunHeld, StoreFailed
from grokscope.store.api.tree import open_run
from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.curves.reader import read_attrs, read_metrics
from grokscope.store.listing.catalogue import Catalogue
from grokscope.store.listing.summary import read_summary
from grokscope.store.query import find_run
from grokscope.store.writing.writer import RunWriter
from tests.store.conftest import row, train
from tests.store.writing.conftest import opens


def test_a_second_writer_is_refused_and_changes_nothing(begin):
    writer = begin()
    train(writer, 0, 10)
    for _ in range(10):
        with pytest.raises(RunHeld, match=f"being written by process {os.getpid()}"):
            RunWriter.reopen(writer.path)
    train(writer, 10, 20)
    writer.finish("finished")
    assert opens(writer.path) == 20


def test_an_interrupted_run_goes_on_where_it_was_saved(begin):
    writer = begin()
    train(writer, 0, 40)
    writer.save_resume({"theta": row(39)}, {"step": 39, "epoch": 39})
    train(writer, 40, 45)
    writer.finish("interrupted", "Ctrl-C")
    writer, point = RunWriter.reopen(writer.path, total_epochs=80)
    assert point.counters == {"step": 39, "epoch": 39}
    np.testing.assert_array_equal(point.arrays["theta"], row(39))
    assert read_metrics(writer.path).step.tolist() == list(range(40))
    assert read_summary(writer.path).status == "running"
    train(writer, 40, 80)
    writer.finish("finished")
    assert read_metrics(writer.path).step.tolist() == list(range(80))
    assert open_trajectory(writer.path).checkpoints.tolist() == list(range(80))
    assert (np.diff(read_metrics(writer.path).wall_time) >= 0).all()
    attrs = read_attrs(writer.path)
    assert (attrs["resumes"], attrs["resumed_from"]) == (1, 39)
    assert read_summary(writer.path).total_epochs == 80


def test_groups_that_this_version_does_not_know_survive_a_resume(begin):
    writer = begin()
    train(writer, 0, 20)
    writer.save_resume({"theta": row(19)}, {"step": 19, "epoch": 19})
    writer.finish("interrupted", "Ctrl-C")
    with h5py.File(writer.path / "run.h5", "a") as file:
        file["novelty/inner/values"] = np.arange(3.0)
        file["novelty"].attrs["mood"] = "new"
    writer, _ = RunWriter.reopen(writer.path)
    assert kept(writer.path) == ("new", [0, 1, 2])
    train(writer, 20, 30)
    writer.finish("finished")
    assert kept(writer.path) == ("new", [0, 1, 2])
    assert opens(writer.path) == 30


def kept(run):
    with h5py.File(run / "run.h5") as file:
        return file["novelty"].attrs["mood"], file["novelty/inner/values"][()].tolist()


def test_measures_stored_before_survive_a_resume(begin):
    from grokscope.store.curves.analysis import write_analysis
    from tests.store.curves.test_analysis import result

    writer = begin()
    train(writer, 0, 10)
    writer.save_resume({}, {"step": 9})
    writer.finish("interrupted")
    write_analysis(writer.path, "speed", result(1))
    writer, _ = RunWriter.reopen(writer.path)
    writer.finish("finished")
    assert "speed" in open_run(writer.path)["analysis"].children


def test_a_run_whose_directory_was_renamed_goes_on_under_its_new_name(begin, store):
    writer = begin()
    train(writer, 0, 10)
    writer.save_resume({}, {"step": 9})
    writer.finish("interrupted")
    writer.path.rename(store / "renamed")
    writer, _ = RunWriter.reopen(store / "renamed")
    train(writer, 10, 20)
    writer.finish("finished")
    (found,) = Catalogue(store).refresh()
    assert (found.id, found.path, found.step) == ("renamed", store / "renamed", 19)


def killed(store: Path, name: str, rows: int, rest: float) -> tuple[int, int]:
    """Start a writer, kill it after some rows; return its last acknowledged and saved steps."""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
    command = [sys.executable, "-m", "tests.store.child", str(store), name]
    child = subprocess.Popen(
        command, stdout=subprocess.PIPE, env=environment, cwd=Path(__file__).parents[3]
    )
    lines = [child.stdout.readline() for _ in range(rows)]
    time.sleep(rest)
    os.kill(child.pid, signal.SIGKILL)
    lines += child.communicate()[0].splitlines()
    whole = [line.strip().decode() for line in lines]
    saved = [int(line[1:]) for line in whole if line.startswith("s")]
    return max(int(line) for line in whole if line.isdigit()), max(saved, default=-1)


@pytest.mark.parametrize("seed", range(4))
def test_a_killed_run_loses_no_row_lists_as_dead_and_goes_on(store, seed):
    chance = random.Random(seed)
    last, saved = killed(store, "run", chance.randrange(1, 90), chance.random() * 0.02)
    run = store / "run"
    assert find_run(store, "run").status == "dead"
    assert opens(run) <= last + 2
    metrics = read_metrics(run)
    assert metrics.step.size >= last + 1
    assert metrics.step.tolist() == list(range(metrics.step.size))
    writer, point = RunWriter.reopen(run)
    assert (-1 if point is None else point.step) >= saved
    start = 0 if point is None else point.step + 1
    assert read_metrics(run).step.tolist() == list(range(start))
    if point is not None:
        np.testing.assert_array_equal(point.arrays["theta"], row(point.step))
        rows = open_trajectory(run).rows()
        np.testing.assert_array_equal(rows, [row(step) for step in range(start)])
    writer.log(start, start, {"train_accuracy": 1, "test_accuracy": 1})
    writer.finish("finished")
    assert opens(run) == start + 1
    assert find_run(store, "run").status == "finished"


def test_a_run_of_a_read_only_store_is_not_resumed_in_one_line(begin, monkeypatch):
    writer = begin()
    writer.finish("interrupted")
    real = os.open

    def refuse(path, flags, *rest, **more):
        if "lock.json" in str(path) and flags & os.O_CREAT:
            raise OSError(errno.EROFS, "Read-only file system")
        return real(path, flags, *rest, **more)

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(StoreFailed, match=r"^run 'run' cannot be resumed: read-only file system$"):
        RunWriter.reopen(writer.path)


def test_a_run_that_was_taken_over_is_abandoned_without_a_word(begin):
    writer = begin()
    train(writer, 0, 5)
    before = (writer.path / "summary.json").read_bytes()
    (writer.path / "lock.json").unlink()
    other, _ = RunWriter.reopen(writer.path)
    after = (writer.path / "summary.json").read_bytes()
    writer.abandon("disk full")
    assert before != after == (writer.path / "summary.json").read_bytes()
    assert other._presence.lock.held
    other.abandon()


def test_a_run_that_does_not_exist_is_not_resumed(store):
    with pytest.raises(NotARun, match="there is no run 'none'"):
        RunWriter.reopen(store / "none")
