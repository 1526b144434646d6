import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grokscope.errors import MissingData, Unreadable
from grokscope.layout import Layout, ParameterSpec
from grokscope.store.checkpoints.compaction import compact, write_compacted
from grokscope.store.checkpoints.segments import write_segment
from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.files.publish import publish
from grokscope.store.files.verdicts import own
from tests.store.conftest import row

LAYOUT = Layout((ParameterSpec("w", ("x", "y"), (5, 4)), ParameterSpec("b", ("y",), (4,))))
ROWS = np.stack([row(step) for step in range(30)])


def put(run, start, stop):
    directory = run / "segments"
    directory.mkdir(exist_ok=True)
    steps = [2 * i for i in range(start, stop)]
    write_segment(directory, LAYOUT, steps, [s / 4 for s in steps], ROWS[start:stop])


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Fifteen compacted checkpoints, then two segments."""
    run = tmp_path_factory.mktemp("run")
    put(run, 0, 15)
    compact(run)
    put(run, 15, 23)
    put(run, 23, 30)
    return run


def test_checkpoints_come_in_order_from_wherever_they_lie(run):
    trajectory = open_trajectory(run)
    assert [path.name for path in trajectory.paths] == [
        "trajectory.h5", "ck-000000000030.h5", "ck-000000000046.h5",
    ]  # fmt: skip
    assert trajectory.checkpoints.tolist() == [2 * i for i in range(30)]
    assert trajectory.epoch.tolist() == [i / 2 for i in range(30)]
    assert trajectory.layout == LAYOUT
    np.testing.assert_array_equal(trajectory.rows(), ROWS)


indices = st.one_of(
    st.integers(-30, 29),
    st.slices(30),
    st.lists(st.integers(0, 29), unique=True, max_size=10).map(sorted),
)


@settings(max_examples=30, deadline=None)
@given(indices)
def test_any_selection_gives_what_the_whole_would(run, which):
    trajectory = open_trajectory(run)
    if which == []:
        which = slice(0, 0)
    np.testing.assert_array_equal(trajectory.rows(which), ROWS[which])


def test_one_parameter_through_time_is_read_alone(run):
    found = open_trajectory(run).read("w", (slice(10, 20), 2, slice(1, 3)))
    np.testing.assert_array_equal(found, ROWS[10:20, 9:11])


def test_a_segment_that_was_compacted_meanwhile_is_found_where_it_went(tmp_path):
    put(tmp_path, 0, 5)
    put(tmp_path, 5, 9)
    trajectory = open_trajectory(tmp_path)
    compact(tmp_path)
    np.testing.assert_array_equal(trajectory.rows(), ROWS[:9])


def test_a_checkpoint_in_two_files_counts_once(tmp_path):
    put(tmp_path, 0, 5)
    segment = tmp_path / "segments" / "ck-000000000000.h5"
    data = segment.read_bytes()
    compact(tmp_path)
    segment.write_bytes(data)
    np.testing.assert_array_equal(open_trajectory(tmp_path).rows(), ROWS[:5])


def test_segments_that_were_all_compacted_and_not_removed_yet_count_once(tmp_path):
    for start in range(0, 15, 5):
        put(tmp_path, start, start + 5)
    left = {path: path.read_bytes() for path in (tmp_path / "segments").iterdir()}
    compact(tmp_path)
    for path, data in left.items():
        path.write_bytes(data)
    trajectory = open_trajectory(tmp_path)
    assert trajectory.checkpoints.tolist() == [2 * i for i in range(15)]
    np.testing.assert_array_equal(trajectory.rows(), ROWS[:15])


def test_a_run_without_checkpoints_has_no_trajectory(tmp_path):
    with pytest.raises(MissingData, match="recorded no checkpoints"):
        open_trajectory(tmp_path)


def test_layouts_that_disagree_are_refused(tmp_path):
    put(tmp_path, 0, 5)
    other = Layout((ParameterSpec("w", ("x",), (24,)),))
    write_segment(tmp_path / "segments", other, [99], [9.0], ROWS[:1])
    with pytest.raises(Unreadable, match="disagree on their layout"):
        open_trajectory(tmp_path)


def test_a_layout_that_is_none_is_refused(tmp_path):
    put(tmp_path, 0, 5)
    with h5py.File(tmp_path / "segments" / "ck-000000000000.h5", "r+") as file:
        file["trajectory"].attrs["layout"] = "[]x"
    with pytest.raises(Unreadable, match="damaged"):
        open_trajectory(tmp_path)


def replaced(run, kept):
    """Put other checkpoints in the place of what is compacted."""
    trajectory = open_trajectory(run)
    which = np.array(kept)
    publish(run / "trajectory.h5", lambda path: write_compacted(path, trajectory, which))


def test_what_was_opened_before_thinning_keeps_its_labels(tmp_path):
    put(tmp_path, 0, 10)
    compact(tmp_path)
    before = open_trajectory(tmp_path)
    replaced(tmp_path, [0, 3, 9])
    np.testing.assert_array_equal(before.rows([3, 9]), ROWS[[3, 9]])
    np.testing.assert_array_equal(before.rows(9), ROWS[9])
    assert before.checkpoints.tolist() == [2 * i for i in range(10)]


def test_a_checkpoint_that_is_gone_is_told_and_no_other_is_given_for_it(tmp_path):
    put(tmp_path, 0, 10)
    compact(tmp_path)
    before = open_trajectory(tmp_path)
    replaced(tmp_path, [1, 2, 3])
    for which in (0, slice(1, 5), slice(None)):
        with pytest.raises(Unreadable, match="its checkpoints changed since it was opened"):
            before.rows(which)
    np.testing.assert_array_equal(before.rows(2), ROWS[2])
    with pytest.raises(Unreadable, match="its checkpoints changed since it was opened"):
        before.rows(0)
    (tmp_path / "trajectory.h5").unlink()
    with pytest.raises(Unreadable, match="its checkpoints changed since it was opened"):
        before.rows(2)


def test_a_checkpoint_taken_anew_is_not_given_for_the_one_before(tmp_path):
    put(tmp_path, 0, 5)
    before = open_trajectory(tmp_path)
    compact(tmp_path)
    (tmp_path / "trajectory.h5").unlink()
    steps = [0, 2, 4, 6, 8]
    write_segment(tmp_path / "segments", LAYOUT, steps[:2], [0.0, 0.5], ROWS[:2])
    write_segment(tmp_path / "segments", LAYOUT, steps[2:], [1.0, 1.5, 2.0], ROWS[12:15])
    np.testing.assert_array_equal(before.rows(slice(0, 2)), ROWS[:2])
    with pytest.raises(Unreadable, match="its checkpoints changed since it was opened"):
        before.rows(2)


def test_checkpoints_taken_since_do_not_shift_those_there_were(tmp_path):
    put(tmp_path, 0, 5)
    before = open_trajectory(tmp_path)
    put(tmp_path, 5, 9)
    compact(tmp_path)
    np.testing.assert_array_equal(before.rows(), ROWS[:5])


def damage(path, values):
    """Flip one bit of stored values, in a file that passed its first look."""
    whole = bytearray(path.read_bytes())
    whole[whole.index(values) + 5] ^= 4
    path.write_bytes(whole)
    own(path, path.lstat())


@pytest.mark.parametrize("compacted", [False, True])
@pytest.mark.parametrize(("name", "values"), [("w", slice(0, 20)), ("b", slice(20, 24))])
def test_a_damaged_value_is_told_by_parameter_and_step(tmp_path, compacted, name, values):
    put(tmp_path, 0, 20)
    if compacted:
        compact(tmp_path)
    [path] = open_trajectory(tmp_path).paths
    damage(path, ROWS[17, values][:3].tobytes())
    trajectory = open_trajectory(tmp_path)
    called = f"parameter '{name}' at step [0-9]+ is not what was recorded"
    with pytest.raises(Unreadable, match=called):
        trajectory.rows()
    with pytest.raises(Unreadable, match=called):
        trajectory.read(name, (17,))
    other = {"w": "b", "b": "w"}[name]
    found = trajectory.read(other)
    np.testing.assert_array_equal(found, LAYOUT.views(ROWS[:20])[other])


def test_damage_names_the_step_where_a_tensor_lies_alone(tmp_path, monkeypatch):
    monkeypatch.setattr("grokscope.store.checkpoints.segments.ALONE_BYTES", 16)
    put(tmp_path, 0, 20)
    [path] = open_trajectory(tmp_path).paths
    damage(path, ROWS[17, :20].tobytes())
    trajectory = open_trajectory(tmp_path)
    with pytest.raises(Unreadable, match=r"ck-0+\.h5 is damaged: parameter 'w' at step 34 is not"):
        trajectory.rows()
    np.testing.assert_array_equal(trajectory.rows(slice(0, 17)), ROWS[:17])


def test_files_stay_open_between_reads_and_not_longer(run):
    trajectory = open_trajectory(run)
    with trajectory.kept_open():
        np.testing.assert_array_equal(trajectory.rows(), ROWS)
        assert len(trajectory._open) == 3
        np.testing.assert_array_equal(trajectory.rows(slice(3)), ROWS[:3])
    assert trajectory._open is None
    np.testing.assert_array_equal(trajectory.rows(), ROWS)
