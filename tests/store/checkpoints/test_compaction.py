import h5py
import numpy as np
import pytest
import xarray as xr

from grokscope.errors import Unreadable
from grokscope.store.checkpoints.compaction import compact, drop_after
from grokscope.store.checkpoints.trajectory import open_trajectory
from tests.store.checkpoints.test_trajectory import LAYOUT, ROWS, put


@pytest.fixture
def run(tmp_path):
    put(tmp_path, 0, 12)
    put(tmp_path, 12, 20)
    return tmp_path


def segments(run):
    return sorted(path.name for path in (run / "segments").iterdir())


def test_compaction_keeps_values_digests_and_times(run):
    before = open_trajectory(run)
    digests, epoch = before.digests.tolist(), before.epoch.tolist()
    compact(run)
    after = open_trajectory(run)
    assert after.digests.tolist() == digests
    assert after.epoch.tolist() == epoch
    np.testing.assert_array_equal(after.rows(), ROWS[:20])
    assert segments(run) == []


def test_later_segments_are_merged_into_what_is_compacted(run):
    compact(run)
    put(run, 20, 30)
    compact(run)
    np.testing.assert_array_equal(open_trajectory(run).rows(), ROWS[:30])
    assert [path.name for path in open_trajectory(run).paths] == ["trajectory.h5"]


@pytest.mark.parametrize("engine", ["h5netcdf", "netcdf4"])
def test_every_engine_opens_the_compacted_file(run, engine):
    compact(run)
    path = run / "trajectory.h5"
    with xr.open_dataset(path, group="trajectory", engine=engine) as whole:
        assert whole.w.dims == ("checkpoint", "x", "y")
        np.testing.assert_array_equal(whole.b.values, ROWS[:20, 20:])
        assert whole.checkpoint.values[-1] == 38


def test_values_that_do_not_fit_their_digest_are_not_compacted(run):
    with h5py.File(run / "segments" / "ck-000000000000.h5", "r+") as file:
        file["trajectory/w"][3, 0, 0] += 1
    with pytest.raises(Unreadable, match="do not read back as recorded"):
        compact(run)
    assert len(segments(run)) == 2
    assert not (run / "trajectory.h5").exists()


def test_a_full_disk_leaves_the_segments(run, monkeypatch):
    monkeypatch.setattr("os.fsync", lambda place: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(OSError, match="full"):
        compact(run)
    monkeypatch.undo()
    np.testing.assert_array_equal(open_trajectory(run).rows(), ROWS[:20])


@pytest.mark.parametrize("compacted", [False, True])
@pytest.mark.parametrize("step", [-1, 0, 21, 22, 23, 38, 99])
def test_dropping_keeps_exactly_what_was_taken_up_to_a_step(run, step, compacted):
    if compacted:
        compact(run)
    drop_after(run, step)
    count = sum(2 * i <= step for i in range(20))
    if not count:
        assert segments(run) == []
        assert not (run / "trajectory.h5").exists()
        return
    trajectory = open_trajectory(run)
    assert trajectory.layout == LAYOUT
    np.testing.assert_array_equal(trajectory.rows(), ROWS[:count])


def test_dropping_leaves_no_second_copy_that_would_come_back(run):
    segment = run / "segments" / "ck-000000000024.h5"
    data = segment.read_bytes()
    compact(run)
    segment.write_bytes(data)
    drop_after(run, 10)
    np.testing.assert_array_equal(open_trajectory(run).rows(), ROWS[:6])


@pytest.mark.parametrize("step", [10, 23, 26, 30, 38])
def test_dropping_from_a_segment_that_overlaps_leaves_nothing_later(run, step):
    """Fifteen compacted checkpoints, and a segment that holds some of them and later ones."""
    (run / "segments" / "ck-000000000024.h5").unlink()
    compact(run)
    put(run, 8, 20)
    drop_after(run, step)
    count = sum(2 * i <= step for i in range(20))
    np.testing.assert_array_equal(open_trajectory(run).rows(), ROWS[:count])
    for path in open_trajectory(run).paths:
        with h5py.File(path) as file:
            assert file["trajectory/checkpoint"][-1] <= step


def test_a_long_segment_is_cut_in_its_own_place(tmp_path, monkeypatch):
    monkeypatch.setattr("grokscope.store.checkpoints.segments.MOST_BATCHED", 4)
    put(tmp_path, 0, 20)
    drop_after(tmp_path, 25)
    np.testing.assert_array_equal(open_trajectory(tmp_path).rows(), ROWS[:13])
    assert len(segments(tmp_path)) == 4
