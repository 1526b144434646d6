import os

import h5py
import numpy as np
import pytest

from grokscope.layout import Layout, ParameterSpec
from grokscope.store.checkpoints.compaction import compact
from grokscope.store.checkpoints.segments import write_segment
from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.doctor.findings import Mended
from grokscope.store.doctor.rescue import rescue
from tests.store.doctor.conftest import flip, healed

WIDE = Layout((ParameterSpec("w", ("in", "out"), (40, 64)), ParameterSpec("b", ("out",), (64,))))
STEPS = list(range(0, 200))


@pytest.fixture
def rows():
    return np.random.default_rng(0).normal(size=(len(STEPS), WIDE.size)).astype(np.float32)


@pytest.fixture
def wide(finished, rows):
    """Give a finished run 200 checkpoints of 2,624 parameters, compacted."""
    (finished / "trajectory.h5").unlink()
    write_segment(finished / "segments", WIDE, STEPS, [float(s) for s in STEPS], rows)
    compact(finished)
    return finished


def value(rows, step, at):
    return rows[step, at : at + 1].tobytes()


def test_one_damaged_byte_costs_the_checkpoints_that_share_its_block(wide, rows):
    damaged = wide / "trajectory.h5"
    flip(damaged, value(rows, 70, 100))
    lines = healed(wide)
    assert any("of 200 checkpoints saved" in line for line in lines)
    assert any("checkpoints between steps " in line for line in lines)
    trajectory = open_trajectory(wide)
    kept = trajectory.checkpoints
    assert 70 not in kept
    assert len(kept) >= len(STEPS) - 64
    np.testing.assert_array_equal(trajectory.rows(), rows[kept])
    assert (wide / "trajectory.h5.damaged").exists()
    assert not list((wide / "segments").iterdir())


@pytest.mark.slow
def test_of_a_file_that_was_cut_off_the_rest_is_saved(wide, rows):
    path = wide / "trajectory.h5"
    data = path.read_bytes()
    path.write_bytes(data[: 3 * len(data) // 4])
    line = rescue(wide, path).line
    assert "trajectory.h5.damaged" in line
    if "none of the checkpoints" not in line:
        trajectory = open_trajectory(wide)
        np.testing.assert_array_equal(trajectory.rows(), rows[trajectory.checkpoints])


@pytest.mark.slow
def test_a_wrong_digest_costs_one_checkpoint(wide, rows):
    with h5py.File(wide / "trajectory.h5", "a") as file:
        file["trajectory/b"][13] += 1
    assert rescue(wide, wide / "trajectory.h5") == Mended(
        "199 of 200 checkpoints saved; the damaged file is kept as trajectory.h5.damaged",
        "the checkpoint at step 13",
    )
    np.testing.assert_array_equal(open_trajectory(wide).rows(), np.delete(rows, 13, axis=0))


@pytest.mark.slow
def test_of_a_sound_file_all_is_saved(wide, rows):
    mended = rescue(wide, wide / "trajectory.h5")
    assert mended.line.startswith("all 200 checkpoints of it saved")
    assert mended.lost == ""
    np.testing.assert_array_equal(open_trajectory(wide).rows(), rows)


def test_what_sound_files_hold_is_neither_replaced_nor_told_as_lost(wide, rows):
    segments = wide / "segments"
    others = [
        write_segment(segments, WIDE, steps, [float(s) for s in steps], rows[steps])
        for steps in ([0, 1], list(range(64, 80)))
    ]
    before = [path.read_bytes() for path in others]
    flip(wide / "trajectory.h5", value(rows, 70, 100))
    mended = rescue(wide, wide / "trajectory.h5")
    assert [path.read_bytes() for path in others] == before
    trajectory = open_trajectory(wide)
    kept = trajectory.checkpoints.tolist()
    assert {0, 1, *range(64, 80)} <= set(kept)
    np.testing.assert_array_equal(trajectory.rows(), rows[kept])
    lost = len(STEPS) - len(kept)
    assert mended.line.startswith(f"{len(kept)} of 200 checkpoints saved" if lost else "all")
    assert mended.lost.startswith(f"{lost} checkpoints between" if lost else "")
    assert not list(segments.glob(".*"))


def test_a_segment_gives_its_name_to_what_was_saved_of_it(interrupted):
    before = open_trajectory(interrupted).checkpoints.tolist()
    names = sorted(p.name for p in (interrupted / "segments").glob("ck-*.h5"))
    path = interrupted / "segments" / names[0]
    with h5py.File(path, "a") as file:
        file["trajectory/b_in"][2] += 1
    assert rescue(interrupted, path).lost == "the checkpoint at step 20"
    assert sorted(p.name for p in (interrupted / "segments").glob("ck-*.h5")) == names
    assert open_trajectory(interrupted).checkpoints.tolist() == [s for s in before if s != 20]


def test_a_rescue_that_the_disk_ends_is_done_anew_without_loss(wide, rows, monkeypatch):
    rename, calls = os.rename, []

    def failing(one, other):
        calls.append(one)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        rename(one, other)

    with h5py.File(wide / "trajectory.h5", "a") as file:
        file["trajectory/b"][13] += 1
    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", failing)
        with pytest.raises(OSError, match="No space"):
            rescue(wide, wide / "trajectory.h5")
    assert (wide / "trajectory.h5").exists()
    assert "199 of 200" in rescue(wide, wide / "trajectory.h5").line
    np.testing.assert_array_equal(open_trajectory(wide).rows(), np.delete(rows, 13, axis=0))
    assert [p.name for p in wide.glob("*.damaged*")] == ["trajectory.h5.damaged"]
