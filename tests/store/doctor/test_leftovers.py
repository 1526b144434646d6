import os
import time

import numpy as np
import pytest

from grokscope.store.checkpoints.segments import write_segment
from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.curves.reader import read_analyses
from grokscope.store.doctor.examination import examine
from grokscope.store.doctor.leftovers import check_temporary
from grokscope.store.hdf5.groups import write_groups
from grokscope.store.listing.summary import read_summary
from tests.store.doctor.conftest import LAYOUT, healed, row, told


def old(path, seconds=7200):
    then = time.time() - seconds
    os.utime(path, (then, then))


@pytest.mark.parametrize(
    "place", [".run.h5.0a1b2c3d.tmp", "segments/.ck-0.h5.0a1b2c3d.tmp", "live/metrics.new"]
)
def test_temporary_files_are_removed_once_they_are_old(finished, place, files):
    path = finished / place
    path.write_bytes(b"half a file")
    assert check_temporary(files(finished)) == []
    old(path)
    assert told(finished) == ["1 temporary files, 11 bytes, of a process that died while it wrote"]
    assert healed(finished) == ["1 temporary files removed"]
    assert not path.exists()


def test_segments_of_a_finished_run_are_compacted(finished):
    trajectory = open_trajectory(finished)
    rows = trajectory.rows()
    write_segment(finished / "segments", LAYOUT, [80, 90], [80.0, 90.0], [row(80), row(90)])
    assert any("1 segments are not compacted" in found for found in told(finished))
    healed(finished)
    after = open_trajectory(finished)
    assert after.checkpoints.tolist() == list(range(0, 100, 10))
    np.testing.assert_array_equal(after.rows()[:8], rows)
    assert list((finished / "segments").iterdir()) == []
    assert read_summary(finished).checkpoints == 10


def test_segments_of_an_interrupted_run_are_as_they_should_be(interrupted):
    assert list((interrupted / "segments").iterdir())
    assert examine(interrupted) == []


def test_loose_results_are_taken_over(interrupted, finished):
    from grokscope.store.curves.published import read_published

    group = read_published(finished).analysis["speed"]
    path = interrupted / "analysis" / "speed.h5"
    write_groups(path, {"run_id": "interrupted"}, {"analysis/speed": group})
    (interrupted / "analysis" / "torn.h5").write_bytes(b"torn")
    assert told(interrupted) == ["2 results of measures are not in run.h5"]
    assert healed(interrupted) == [
        "1 results of measures merged into run.h5; unreadable ones kept as torn.h5.damaged",
        "measure torn",
    ]
    assert not path.exists()
    assert set(read_analyses(interrupted)) == {"speed"}
    assert read_summary(interrupted).moments["speed_max"].step == 30


def test_what_was_kept_is_told(finished):
    (finished / "run.h5.damaged").write_bytes(b"12345")
    (finished / "segments" / "ck-000000000000.h5.damaged-2").write_bytes(b"1")
    (finding,) = examine(finished)
    assert finding.found == (
        "run.h5.damaged, ck-000000000000.h5.damaged-2 kept from an earlier mending, 6 bytes"
    )


@pytest.mark.parametrize(
    "place", [".notes.tmp", ".a.1a2b.tmp", "metrics.new", "analysis/metrics.new", "draft.new"]
)
def test_files_of_names_that_are_not_given_here_are_left(finished, place, files):
    (finished / place).write_bytes(b"somebody's")
    old(finished / place)
    assert check_temporary(files(finished)) == []


def test_a_directory_of_an_unfinished_rescue_is_removed(finished):
    half = finished / "segments" / ".ck-000000000000.h5.0a1b2c3d.tmp"
    half.mkdir()
    (half / "ck-000000000000.h5").write_bytes(b"half")
    old(half)
    assert healed(finished) == ["1 temporary files removed"]
    assert not half.exists()
