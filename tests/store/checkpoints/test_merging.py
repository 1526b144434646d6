import numpy as np
import pytest
import xarray as xr

from grokscope.store.checkpoints import merging
from grokscope.store.checkpoints.compaction import compact, drop_after
from grokscope.store.checkpoints.merging import Merging, due, merge
from grokscope.store.checkpoints.trajectory import open_trajectory
from tests.store.checkpoints.test_trajectory import ROWS, put
from tests.store.conftest import train


@pytest.fixture
def run(tmp_path):
    for start in range(0, 30, 3):
        put(tmp_path, start, start + 3)
    return tmp_path


def segments(run):
    return sorted((run / "segments").glob("ck-*.h5"))


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(merging, "FAN", 4)


def test_many_small_segments_become_one(run, few):
    before = open_trajectory(run)
    Merging(run).step()
    assert len(segments(run)) == 1
    after = open_trajectory(run)
    np.testing.assert_array_equal(after.rows(), ROWS)
    assert after.digests.tolist() == before.digests.tolist()
    np.testing.assert_array_equal(before.rows(), ROWS)


def test_few_segments_are_left_alone(run):
    assert len(segments(run)) < merging.FAN
    Merging(run).step()
    assert len(segments(run)) == 10


def test_only_segments_of_a_like_size_become_one(run, monkeypatch, few):
    size = segments(run)[0].stat().st_size
    with segments(run)[5].open("r+b") as file:
        file.truncate(10 * size)
    monkeypatch.setattr(merging, "LEVELS", (2 * size,))
    assert due(run) == segments(run)[6:]
    monkeypatch.setattr(merging, "LEVELS", (2 * size, 20 * size))
    assert due(run) == segments(run)[6:]
    monkeypatch.setattr(merging, "FAN", 5)
    assert due(run) == segments(run)
    monkeypatch.setattr(merging, "MOST_BYTES", 9 * size)
    assert due(run) == []


def test_merging_rests_after_it_worked(run, few, monkeypatch):
    now = [100.0]
    monkeypatch.setattr("grokscope.store.checkpoints.merging.time.monotonic", lambda: now[0])
    monkeypatch.setattr(merging, "merge", lambda run, group: now.__setitem__(0, now[0] + 2))
    calls = []
    monkeypatch.setattr(merging, "due", lambda run: calls.append(now[0]) or [run])
    tidy = Merging(run)
    for moment in (100.0, 150.0, 201.9, 202.0):
        now[0] = moment
        tidy.step()
    assert calls == [100.0, 202.0]


@pytest.mark.parametrize("engine", ["h5netcdf", "netcdf4"])
def test_every_engine_opens_a_merged_segment(run, engine):
    merge(run, segments(run))
    with xr.open_dataset(segments(run)[0], group="trajectory", engine=engine) as whole:
        np.testing.assert_array_equal(whole.b.values, ROWS[:, 20:])


def test_dying_at_any_moment_of_a_merge_loses_nothing(run):
    parts = segments(run)
    left = {path: path.read_bytes() for path in parts}
    merge(run, parts[2:6])
    for path in parts[3:6]:
        path.write_bytes(left[path])
        np.testing.assert_array_equal(open_trajectory(run).rows(), ROWS)
    merge(run, segments(run)[3:])
    np.testing.assert_array_equal(open_trajectory(run).rows(), ROWS)
    assert len(segments(run)) == 4


def test_a_full_disk_leaves_every_segment(run, monkeypatch, few):
    monkeypatch.setattr("os.fsync", lambda place: (_ for _ in ()).throw(OSError(28, "full")))
    tidy = Merging(run)
    tidy.step()
    assert len(segments(run)) == 10
    assert tidy._not_before > 0


def test_a_damaged_segment_is_left_for_the_doctor(run, few):
    whole = bytearray(segments(run)[4].read_bytes())
    at = whole.index(ROWS[13, :20].tobytes())
    whole[at] ^= 1
    segments(run)[4].write_bytes(whole)
    Merging(run).step()
    assert len(segments(run)) == 10


@pytest.mark.parametrize("step", [-1, 7, 8, 30, 57])
def test_what_is_merged_can_be_cut_and_compacted(run, step):
    merge(run, segments(run)[2:7])
    drop_after(run, step)
    count = sum(2 * i <= step for i in range(30))
    if count:
        np.testing.assert_array_equal(open_trajectory(run).rows(), ROWS[:count])
        compact(run)
        np.testing.assert_array_equal(open_trajectory(run).rows(), ROWS[:count])
    else:
        assert segments(run) == []


def test_a_writer_merges_as_it_goes_on(begin, monkeypatch, few):
    monkeypatch.setattr("grokscope.store.checkpoints.segments.MOST_BATCHED", 2)
    writer = begin()
    train(writer, 0, 8)
    assert len(segments(writer.path)) == 4
    writer.tick()
    assert len(segments(writer.path)) == 1
    assert len(open_trajectory(writer.path)) == 8
    writer.finish("finished")
    assert len(open_trajectory(writer.path)) == 8
