import os
from pathlib import Path

import pytest

from grokscope.store.files.disk import disk_bytes, disk_use


@pytest.fixture
def run(tmp_path):
    sizes = {
        "run.h5": 100, "live/metrics.wal": 10, "trajectory.h5": 5000, "segments/ck-1.h5": 300,
        "resume.h5": 40, "resume.previous.h5": 41, "analysis/a.h5": 7, "summary.json": 3,
    }  # fmt: skip
    for name, size in sizes.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(bytes(range(1, 101)) * (size // 100) + b"x" * (size % 100))
    return tmp_path


def test_bytes_are_told_by_what_they_are_for(run):
    expected = {"checkpoints": 5300, "curves": 110, "resume": 81, "analysis": 7, "other": 3}
    assert disk_use(run) == expected
    assert list(disk_use(run)) == list(expected)
    assert disk_bytes(run) == sum(expected.values())


def test_holes_take_no_room(run):
    before = disk_bytes(run)
    with (run / "trajectory.h5").open("r+b") as file:
        file.truncate(1 << 30)
    assert before <= disk_bytes(run) < before + (1 << 20)


def test_what_has_two_names_counts_once(run):
    before = disk_bytes(run)
    os.link(run / "trajectory.h5", run / "segments" / "ck-2.h5")
    assert disk_bytes(run) == before


def test_links_are_not_followed(run, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    (other / "large").write_bytes(b"x" * 100_000)
    before = disk_bytes(run)
    (run / "large").symlink_to(other / "large")
    (run / "directory").symlink_to(other)
    assert disk_bytes(run) < before + 1000


def test_a_file_that_goes_meanwhile_is_left_out(run, monkeypatch):
    original = os.scandir

    def vanishing(place):
        entries = original(place)
        if Path(place).name == "segments":
            (run / "segments" / "ck-1.h5").unlink()
        return entries

    monkeypatch.setattr("os.scandir", vanishing)
    assert disk_use(run)["checkpoints"] in (5000, 5300)
