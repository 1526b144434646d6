import contextlib
import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from grokscope.errors import NotARun, RunHeld, StoreFailed
from grokscope.events import Yardstick
from grokscope.layout import Layout, ParameterSpec
from grokscope.store.api.tree import open_run
from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.curves.reader import read_attrs, read_metrics
from grokscope.store.listing.catalogue import Catalogue
from grokscope.store.listing.summary import read_summary
from grokscope.store.query import find_run
from grokscope.store.writing.budget import PublishBudget
from grokscope.store.writing.writer import RunWriter
from tests.store.conftest import CONFIG, row, train

ENGINES = ("h5netcdf", "netcdf4")


def opens(run: Path) -> int:
    """Open a run as a stranger would, with both engines; return its number of rows."""
    sizes = set()
    for engine in ENGINES:
        with xr.open_datatree(run / "run.h5", engine=engine) as tree:
            tree.load()
            sizes.add(tree["metrics"].sizes.get("step", 0))
    assert len(sizes) == 1
    return sizes.pop()


def test_a_run_appears_whole(begin, store):
    writer = begin()
    assert opens(writer.path) == 0
    assert [path.name for path in store.iterdir()] == ["run"]
    assert find_run(store, "run").status == "queued"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_run_opens_at_any_moment_and_never_goes_back(begin, engine):
    writer = begin(budget=PublishBudget(share=1.0, interval=0.0, growth=0.0))
    seen = [0]
    for step in range(0, 40, 5):
        train(writer, step, step + 5)
        writer.tick()
        with xr.open_datatree(writer.path / "run.h5", engine=engine) as tree:
            seen.append(tree["metrics"].load().sizes["step"])
    assert seen == sorted(seen)
    assert seen[-1] == 40


def test_a_finished_run_holds_everything_and_nothing_else(begin):
    writer = begin()
    train(writer, 0, 100)
    writer.save_resume({"theta": row(99)}, {"step": 99})
    writer.set_attrs({"device": "cpu"})
    writer.finish("finished")
    assert opens(writer.path) == 100
    assert sorted(path.name for path in writer.path.iterdir()) == [
        "analysis", "live", "resume.h5", "run.h5", "segments", "summary.json", "trajectory.h5",
    ]  # fmt: skip
    assert list((writer.path / "segments").iterdir()) == []
    np.testing.assert_array_equal(open_trajectory(writer.path).rows(50), row(50))
    tree = open_run(writer.path)
    assert tree["events"].regime.values.tolist() == ["grokking", "grokking"]
    assert tree["events"].t_test.values[0] == 57
    assert tree.attrs["device"] == "cpu"
    assert tree.attrs["status"] == "finished"
    found = read_summary(writer.path)
    assert (found.status, found.checkpoints, found.outcome.regime) == ("finished", 100, "grokking")


@pytest.mark.parametrize("state", ["finished", "failed", "interrupted"])
def test_an_ending_is_kept_with_its_reason(begin, state):
    writer = begin()
    train(writer, 0, 30)
    writer.finish(state, "because")
    writer.finish("finished")
    writer.tick()
    found = read_summary(writer.path)
    assert (found.status, found.reason) == (state, "because")
    assert found.outcome.regime == (None if state == "interrupted" else "partial")
    assert not (writer.path / "lock.json").exists()


def test_an_id_is_given_once(begin):
    begin()
    with pytest.raises(RunHeld, match="run 'run' exists already"):
        begin()
    with pytest.raises(NotARun, match="cannot name a run"):
        begin("../run")


def test_a_published_log_is_begun_anew_and_no_row_is_lost_or_doubled(begin, monkeypatch):
    monkeypatch.setattr("grokscope.store.writing.writer.LOG_BYTES", 500)
    writer = begin(budget=PublishBudget(share=1.0, interval=0.0, growth=0.0))
    lengths = []
    for step in range(0, 60, 10):
        train(writer, step, step + 10, checkpoints=False)
        writer.tick()
        lengths.append(writer._log.end)
        assert read_metrics(writer.path).step.tolist() == list(range(step + 10))
    assert lengths[-1] < 500


def test_rows_out_of_order_are_refused(begin):
    writer = begin()
    writer.log(5, 5, {"a": 1})
    with pytest.raises(ValueError, match="evaluation at step 5 after one at step 5"):
        writer.log(5, 5, {"a": 1})


def test_the_layout_may_be_known_later(begin, layout):
    writer = begin(layout=None)
    assert writer.row_bytes == 0
    writer.layout = layout
    assert writer.row_bytes == 96
    writer.checkpoint(0, 0, row(0))
    writer.finish("finished")
    assert len(open_trajectory(writer.path)) == 1


def test_a_layout_or_an_attribute_that_cannot_be_stored_is_refused_at_the_call(begin, store):
    clashing = Layout((ParameterSpec("x", ("x",), (24,)),))
    with pytest.raises(ValueError, match="'x' names an axis"):
        begin(layout=clashing)
    assert list(store.iterdir()) == []
    writer = begin(layout=None)
    with pytest.raises(ValueError, match="'x' names an axis"):
        writer.layout = clashing
    for bad in (None, True, [1, "a"], 2**64):
        with pytest.raises(ValueError, match="attribute bad is"):
            writer.set_attrs({"bad": bad})
    writer.finish("finished")


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


class Full:
    """Makes writes of one process fail as on a full disk, for a number of calls."""

    def __init__(self, monkeypatch, times):
        self.left = times
        for name in ("pwrite", "fsync"):
            real = getattr(os, name)
            monkeypatch.setattr(os, name, lambda *a, real=real: self(real, *a))

    def __call__(self, real, *arguments):
        if self.left:
            self.left -= 1
            raise OSError(28, "No space left on device")
        return real(*arguments)


def test_a_disk_that_is_full_for_a_while_is_waited_for(begin, monkeypatch):
    said = []
    writer = begin(patience=30, notify=said.append)
    train(writer, 0, 5)
    monkeypatch.setattr("grokscope.store.files.patience.PAUSES", (0.001,))
    Full(monkeypatch, 3)
    train(writer, 5, 10)
    assert read_metrics(writer.path).step.tolist() == list(range(10))
    assert said == [
        "run 'run', metrics: no space left on device; waiting up to 30 s for room",
        "run 'run', metrics: written",
    ]


def test_a_disk_that_stays_full_ends_writing_and_keeps_what_was_acknowledged(begin, monkeypatch):
    writer = begin()
    train(writer, 0, 10)
    writer.save_resume({"theta": row(9)}, {"step": 9})
    with monkeypatch.context() as patch:
        Full(patch, 10**9)
        with pytest.raises(StoreFailed, match="metrics: no space left on device for 0 s"):
            writer.log(10, 10, {"train_accuracy": 1})
        with pytest.raises(StoreFailed, match="last publish"):
            writer.finish("interrupted", "disk full")
    assert opens(writer.path) == 0
    assert read_metrics(writer.path).step.tolist() == list(range(10))
    assert read_summary(writer.path).status == "dead"
    writer, point = RunWriter.reopen(writer.path)
    assert point.step == 9
    writer.finish("finished")
    assert opens(writer.path) == 10


@pytest.fixture
def small(tmp_path):
    """A real file system of two megabytes."""
    place = tmp_path / "small"
    place.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0 or sys.platform != "linux":
        pytest.skip("mounting a small file system needs root on Linux")
    command = [mount, "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("this machine does not let root mount a file system")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place: Path) -> Path:
    """Take the last byte of a file system."""
    filler = place / "filler"
    descriptor = os.open(filler, os.O_WRONLY | os.O_CREAT)
    with contextlib.suppress(OSError):
        while True:
            os.write(descriptor, bytes(4096))
    os.close(descriptor)
    return filler


def log_until_refused(writer: RunWriter) -> int:
    """Log rows until the disk takes no more; return the last acknowledged step."""
    for step in range(1, 10_000):
        try:
            writer.log(step, step, {"train_accuracy": 1.0, "test_accuracy": 1.0})
        except StoreFailed:
            return step - 1
    raise AssertionError("the disk never filled")


def test_a_store_that_really_fills_up_keeps_every_acknowledged_row(small, layout):
    said = []
    writer = RunWriter.create(
        small, "run", config=CONFIG, yardstick=Yardstick(0.01, 1000), layout=layout,
        patience=0.2, notify=said.append,
    )  # fmt: skip
    writer.log(0, 0, {"train_accuracy": 0.0, "test_accuracy": 0.0})
    writer.save_resume({"theta": row(0)}, {"step": 0})
    filler = fill(small)
    acknowledged = log_until_refused(writer)
    assert len(said) == 1
    with pytest.raises(StoreFailed):
        writer.save_resume({"theta": np.zeros(10**6)}, {"step": acknowledged})
    assert read_metrics(writer.path).step.tolist() == list(range(acknowledged + 1))
    filler.unlink()
    writer.log(acknowledged + 1, 0, {"train_accuracy": 1.0})
    assert read_metrics(writer.path).step.size == acknowledged + 2
    writer.finish("interrupted", "disk full")
    assert opens(writer.path) == acknowledged + 2
    assert RunWriter.reopen(writer.path)[1].step == 0


def test_a_store_that_is_full_from_the_start_gets_no_half_a_run(small, layout):
    fill(small)
    with pytest.raises(StoreFailed, match="run 'run' cannot begin: no space left on device"):
        RunWriter.create(
            small,
            "run",
            config=CONFIG,
            yardstick=Yardstick(0.01, 1000),
            layout=layout,
            patience=0.1,
        )
    assert [path.name for path in small.iterdir()] == ["filler"]


def test_a_failed_compaction_leaves_a_finished_run_in_segments(begin, monkeypatch):
    said = []
    writer = begin(notify=said.append)
    train(writer, 0, 70)

    def full(run):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("grokscope.store.checkpoints.compaction.compact", full)
    writer.finish("finished")
    assert said == ["run 'run': checkpoints stay in segments: no space left on device"]
    assert len(open_trajectory(writer.path)) == 70
    assert read_summary(writer.path).status == "finished"


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENOSPC])
def test_a_log_that_cannot_be_opened_fails_in_one_line_and_holds_nothing(
    begin, store, monkeypatch, number
):
    def refuse(path):
        raise OSError(number, "No More")

    ended = begin("ended")
    ended.finish("interrupted")
    with monkeypatch.context() as patch:
        patch.setattr("grokscope.store.writing.writer.Log", refuse)
        with pytest.raises(StoreFailed, match=r"^run 'fresh', metrics: no more"):
            begin("fresh")
        with pytest.raises(StoreFailed, match=r"^run 'ended', metrics: no more"):
            RunWriter.reopen(ended.path, patience=0.05)
    for name in ("fresh", "ended"):
        assert not (store / name / "lock.json").exists()
        RunWriter.reopen(store / name)[0].finish("finished")


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


def test_a_read_only_store_is_read_all_the_same(begin, store):
    writer = begin()
    train(writer, 0, 70)
    before = {p: p.stat().st_mtime_ns for p in store.rglob("*")}
    open_run(writer.path).load()
    Catalogue(store).refresh()
    find_run(store, "run")
    assert {p: p.stat().st_mtime_ns for p in store.rglob("*")} == before
