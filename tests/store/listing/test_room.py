import json
import os
from pathlib import Path

import pytest

from grokscope.store.listing import room
from grokscope.store.listing.room import Demand, Room, RoomWatch, foreseen, human, room_of, shortage
from grokscope.store.recording.recorder import Recorder
from tests.store.conftest import row, train

STORE = Path("/runs")
GB = 10**9


def test_room_is_what_the_disk_has(tmp_path):
    status = os.statvfs(tmp_path)
    found = room_of(tmp_path / "not" / "there" / "yet")
    assert found.total == status.f_blocks * status.f_frsize
    assert 0 < found.free <= found.total


@pytest.mark.parametrize(
    ("needed", "free", "total", "told"),
    [
        (10 * GB, 5 * GB, 100 * GB, "the disk will be full: about 10.0 GB are needed, 5.0 GB are"),
        (2 * GB, 5 * GB, 100 * GB, "the disk will be nearly full: about 2.0 GB are needed"),
        (2 * GB, 50 * GB, 100 * GB, ""),
        (10**6, 4 * GB, 100 * GB, ""),
    ],
    ids=["does not fit", "leaves less than 5 %", "fits", "is not what fills it"],
)
def test_a_shortage_is_told_with_both_numbers(needed, free, total, told):
    line = shortage(needed, Room(free, total), STORE)
    assert line.startswith(told)
    assert bool(line) == bool(told)
    assert "\n" not in line


def test_a_demand_is_close_to_what_a_run_takes(begin, store):
    writer = begin("run")
    train(writer, 0, 100)
    writer.save_resume({"theta": row(99)}, {"step": 99})
    writer.finish("finished")
    taken = sum(p.stat().st_size for p in (store / "run").rglob("*") if p.is_file())
    demand = Demand(parameters=24, checkpoints=100, evaluations=100, curves=2, slots=0)
    assert 0.5 * taken < demand.kept < 3 * taken
    assert demand.passing > 100 * 24 * 4


def test_a_large_trajectory_decides():
    demand = Demand(parameters=10**6, checkpoints=1000, evaluations=1000)
    assert demand.kept == pytest.approx(4e9, rel=0.02)
    assert demand.passing == pytest.approx(4e9, rel=0.01)


class Disk:
    """A disk and a clock that do as they are told."""

    def __init__(self, monkeypatch, free, total=100 * GB):
        self.free, self.total, self.now, self.looks = free, total, 0.0, 0
        monkeypatch.setattr(room, "room_of", self.look)

    def look(self, path):
        self.looks += 1
        return Room(self.free, self.total)


def test_a_watch_warns_once_and_looks_rarely(monkeypatch):
    disk, lines = Disk(monkeypatch, 50 * GB), []
    watch = RoomWatch(STORE, lambda: 20 * GB, lines.append, clock=lambda: disk.now)
    for disk.now in range(100):
        disk.free = 50 * GB - disk.now * GB
        watch.look()
    assert disk.looks <= 5
    (line,) = lines
    assert line == (
        "the disk is nearly full: 10.0 GB are free at /runs, about 20.0 GB are still needed;"
        " a full disk stops the run, which can then be resumed"
    )


@pytest.mark.parametrize(
    ("free", "total", "warns"),
    [(0.9 * GB, 100 * GB, True), (1.1 * GB, 100 * GB, False), (0.9 * GB, 10 * GB, False)],
)
def test_a_disk_counts_as_nearly_full_below_1_gb_and_2_percent(monkeypatch, free, total, warns):
    disk, lines = Disk(monkeypatch, int(free), int(total)), []
    watch = RoomWatch(STORE, lambda: 0, lines.append, clock=lambda: disk.now)
    disk.now = 11
    watch.look()
    assert bool(lines) == warns


def test_who_was_warned_before_is_warned_again_only_when_it_comes_true(monkeypatch):
    disk, lines = Disk(monkeypatch, 10 * GB), []
    watch = RoomWatch(STORE, lambda: 99 * GB, lines.append, warned=True, clock=lambda: disk.now)
    disk.now = 11
    watch.look()
    assert lines == []
    disk.now, disk.free = 22, GB // 2
    watch.look()
    assert len(lines) == 1


def test_a_disk_that_does_not_answer_is_no_error(monkeypatch):
    def refuse(path):
        raise OSError(5, "Input/output error")

    disk, lines = Disk(monkeypatch, 0), []
    watch = RoomWatch(STORE, lambda: 0, lines.append, clock=lambda: disk.now)
    monkeypatch.setattr(room, "room_of", refuse)
    disk.now = 11
    watch.look()
    assert lines == []


@pytest.mark.parametrize(
    ("epoch", "total", "wanted"), [(50, 100, 1000), (5, 100, 0), (100, 100, 0), (50, None, 0)]
)
def test_what_a_run_will_take_follows_from_what_it_took(tmp_path, epoch, total, wanted):
    data = {"epoch": epoch, "total_epochs": total, "disk_bytes": 1000}
    (tmp_path / "summary.json").write_text(json.dumps(data))
    assert foreseen(tmp_path) == wanted


def test_who_records_a_loop_of_his_own_is_warned(monkeypatch, tmp_path):
    monkeypatch.setattr(room, "LOOK", -1.0)
    with Recorder("own", store=tmp_path / "store") as recorder:
        recorder.log(0, test_accuracy=0.5)
        disk = Disk(monkeypatch, GB // 2)
        with pytest.warns(RuntimeWarning, match="the disk is nearly full: 500 MB are free"):
            recorder.log(1, test_accuracy=0.5)
        recorder.log(2, test_accuracy=0.5)
    assert disk.looks == 1


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1234, "1.2 kB"), (5e8, "500 MB"), (3.2e12, "3.2 TB")],
)
def test_sizes_are_told_as_people_do(size, text):
    assert human(size) == text
