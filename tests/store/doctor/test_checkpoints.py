import h5py
import numpy as np
import pytest

from grokscope.store.checkpoints.compaction import compact
from grokscope.store.checkpoints.segments import write_segment
from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.doctor.checkpoints import check_checkpoints, check_values
from grokscope.store.doctor.examination import examine
from tests.store.doctor.conftest import LAYOUT, flip, healed, resumes, row, told


def segments(run):
    return sorted((run / "segments").glob("ck-*.h5"))


@pytest.fixture
def apart(interrupted):
    """Give an interrupted run a second and a third segment."""
    trajectory = open_trajectory(interrupted)
    rows = trajectory.rows()
    for path in segments(interrupted):
        path.unlink()
    for part in ([0, 1, 2], [3, 4], [5, 6]):
        steps = trajectory.checkpoints[part].tolist()
        write_segment(interrupted / "segments", LAYOUT, steps, steps, list(rows[part]))
    return interrupted


def test_a_damaged_segment_is_moved_aside_and_the_others_are_read(apart):
    path = segments(apart)[1]
    path.write_bytes(path.read_bytes()[:700])
    (found,) = told(apart)
    assert path.name in found
    assert healed(apart) == [
        f"none of the checkpoints in {path.name} could be saved;"
        f" the damaged file is kept as {path.name}.damaged",
        f"the checkpoints in {path.name}; the run still has 5",
    ]
    assert open_trajectory(apart).checkpoints.tolist() == [0, 10, 20, 50, 60]
    assert resumes(apart) == 69


def test_checkpoints_out_of_order_are_moved_aside(apart):
    path = segments(apart)[2]
    with h5py.File(path, "a") as file:
        file["trajectory/checkpoint"][...] = [60, 50]
    assert any("not in the order of their steps" in found for found in told(apart))
    healed(apart)
    assert open_trajectory(apart).checkpoints.tolist() == [0, 10, 20, 30, 40]


def test_two_files_that_disagree_on_a_checkpoint_are_told(apart, files):
    write_segment(apart / "segments", LAYOUT, [25, 30], [25.0, 30.0], [row(25), row(999)])
    (finding,) = check_checkpoints(files(apart))
    assert "holds other parameters at step 30" in finding.found
    assert finding.fix is None


def test_two_files_with_the_same_checkpoint_are_none(apart, files):
    trajectory = open_trajectory(apart)
    write_segment(apart / "segments", LAYOUT, [30], [30.0], [trajectory.rows(3)])
    assert check_checkpoints(files(apart)) == []


def test_checkpoints_of_another_layout_are_told(apart, files):
    from grokscope.layout import Layout, ParameterSpec

    other = Layout((ParameterSpec("w", ("a",), (3,)),))
    write_segment(apart / "segments", other, [61], [61.0], [np.zeros(3, np.float32)])
    assert [f.found for f in check_checkpoints(files(apart))] == [
        "its checkpoints disagree on their layout"
    ]


def test_a_changed_value_is_found_by_reading_deep(finished, files):
    """The tensor's own checksum, or its digest, names checkpoint and tensor."""
    value = row(30)[LAYOUT.offsets["w_in"] :][:1]
    flip(finished / "trajectory.h5", value.tobytes())
    assert check_values(files(finished)) == []
    found = [f.found for f in examine(finished, deep=True) if f.severity == "problem"]
    assert found
    assert "damaged" in found[0]


def test_a_digest_that_does_not_fit_names_its_checkpoint(apart, files):
    with h5py.File(segments(apart)[1], "a") as file:
        file["trajectory/b_in"][1] += 1
    (finding,) = check_values(files(apart, deep=True))
    assert finding.found == (
        "checkpoints are damaged: step 40: its digest is not the one it was recorded with"
    )
    assert check_values(files(apart)) == []


def test_a_lost_trajectory_is_told_by_its_summary(finished):
    (finished / "trajectory.h5").unlink()
    (found,) = told(finished)
    assert found == "8 of 8 checkpoints are gone"


def test_a_destroyed_trajectory_leaves_the_segments(finished):
    write_segment(finished / "segments", LAYOUT, [80], [80.0], [row(80)])
    (finished / "trajectory.h5").write_bytes(b"x")
    healed(finished)
    assert open_trajectory(finished).checkpoints.tolist() == [80]
    assert (finished / "trajectory.h5.damaged").read_bytes() == b"x"
    compact(finished)
