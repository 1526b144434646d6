"""Writing a run while the disk takes no more: waiting, giving up in one line, losing nothing."""

import contextlib
import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from grokscope.errors import StoreFailed
from grokscope.events import Yardstick
from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.curves.reader import read_metrics
from grokscope.store.listing.summary import read_summary
from grokscope.store.writing.writer import RunWriter
from tests.store.conftest import CONFIG, row, train
from tests.store.writing.conftest import opens


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
