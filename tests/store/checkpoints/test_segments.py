import hashlib

import h5py
import numpy as np
import pytest

from grokscope.layout import Layout, ParameterSpec
from grokscope.store.checkpoints import segments
from grokscope.store.checkpoints.segments import Segments, layout_json, parse_layout, row_digests
from grokscope.store.checkpoints.trajectory import open_trajectory
from tests.store.conftest import row


@pytest.fixture
def run(tmp_path):
    (tmp_path / "segments").mkdir()
    return tmp_path


def test_checkpoints_wait_until_there_are_enough(run, layout):
    batch = Segments(run, layout)
    for step in range(segments.MOST_BATCHED):
        assert not batch.due
        batch.add(step, step / 2, row(step))
    assert batch.due
    batch.flush()
    assert not batch.due
    assert [p.name for p in (run / "segments").iterdir()] == ["ck-000000000000.h5"]
    assert len(open_trajectory(run)) == batch.count == segments.MOST_BATCHED


def test_a_checkpoint_that_waited_long_enough_is_due(run, layout):
    batch = Segments(run, layout)
    batch.add(0, 0, row(0))
    assert not batch.due
    batch.patience = 0.0
    assert batch.due


def test_large_checkpoints_are_due_sooner(run, monkeypatch):
    monkeypatch.setattr(segments, "MOST_BYTES", 200)
    batch = Segments(run, Layout((ParameterSpec("w", ("x",), (24,)),)))
    batch.add(0, 0, row(0))
    batch.add(1, 1, row(1))
    assert not batch.due
    batch.add(2, 2, row(2))
    assert batch.due


def test_nothing_that_waits_gives_no_file(run, layout):
    Segments(run, layout).flush()
    assert list((run / "segments").iterdir()) == []


@pytest.mark.parametrize(("step", "size"), [(5, 24), (4, 24), (6, 23)])
def test_a_checkpoint_out_of_order_or_shape_is_refused(run, layout, step, size):
    batch = Segments(run, layout)
    batch.add(5, 5, row(5))
    with pytest.raises(ValueError, match="checkpoint"):
        batch.add(step, step, row(step, size))
    with pytest.raises(ValueError, match="for no layout"):
        Segments(run, None).add(0, 0, row(0))


def test_a_refused_segment_waits_on(run, layout, monkeypatch):
    batch = Segments(run, layout)
    batch.add(0, 0, row(0))
    monkeypatch.setattr("os.fsync", lambda place: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(OSError, match="full"):
        batch.flush()
    monkeypatch.undo()
    batch.flush()
    np.testing.assert_array_equal(open_trajectory(run).rows(0), row(0))


def test_a_digest_covers_names_types_shapes_and_bytes_in_order_of_name(layout):
    values = row(3)
    by_hand = hashlib.sha256()
    by_hand.update(b"b_in <f4 (4,)\n" + values[20:].tobytes())
    by_hand.update(b"w_in <f4 (5, 4)\n" + values[:20].tobytes())
    assert row_digests(layout, values[None]) == [by_hand.hexdigest()]


def test_a_layout_reads_back(layout):
    assert parse_layout(layout_json(layout)) == layout


@pytest.mark.parametrize("text", ["", "3", "[1]", '[["a"]]', '[["a",["x"],["b"]]]'])
def test_what_is_no_layout_is_refused(text):
    with pytest.raises((ValueError, TypeError)):
        parse_layout(text)


@pytest.mark.parametrize(
    ("specs", "told"),
    [
        ([("w", ("x", "x"), (2, 2))], "'w': axis 'x' stands for another"),
        ([("w", ("x",), (2,)), ("v", ("x",), (3,))], "'v': axis 'x' stands for another"),
        ([("w", ("checkpoint",), (2,))], "'w': axis 'checkpoint' stands for another"),
        ([("w", ("epoch",), (2,))], "'epoch' names an axis and something else"),
        ([("x", ("x",), (2,))], "'x' names an axis and something else"),
        ([("w", ("x",), (2,)), ("w", ("x",), (2,))], "that name stands for something else"),
        ([("w/v", ("x",), (2,))], "'w/v' cannot name a parameter"),
        ([("", (), ())], "'' cannot name a parameter"),
    ],
)
def test_a_layout_whose_names_clash_is_refused_when_it_is_set(run, layout, specs, told):
    clashing = Layout(tuple(ParameterSpec(*spec) for spec in specs))
    with pytest.raises(ValueError, match=told):
        Segments(run, clashing)
    batch = Segments(run, layout)
    with pytest.raises(ValueError, match=told):
        batch.layout = clashing
    assert batch.layout == layout


@pytest.mark.parametrize("epoch", [np.nan, np.inf])
def test_a_checkpoint_at_no_epoch_is_refused(run, layout, epoch):
    with pytest.raises(ValueError, match="an epoch is a finite number"):
        Segments(run, layout).add(0, epoch, row(0))


def test_large_tensors_lie_checkpoint_by_checkpoint_in_parts(run, monkeypatch):
    monkeypatch.setattr(segments, "ALONE_BYTES", 200)
    monkeypatch.setattr(segments, "CHUNK_BYTES", 400)
    specs = (
        ParameterSpec("w", ("x", "y"), (21, 10)),
        ParameterSpec("b", ("x",), (21,)),
        ParameterSpec("none", ("z", "y"), (0, 10)),
        ParameterSpec("s", (), ()),
    )
    layout = Layout(specs)
    rows = np.stack([row(step, layout.size) for step in range(5)])
    path = segments.write_segment(
        run / "segments", layout, range(5), [float(i) for i in range(5)], rows
    )
    with h5py.File(path) as file:
        group = file["trajectory"]
        assert group["w"].chunks == (1, 7, 10)
        assert group["b"].chunks == (2, 21)
        assert all(group[name].fletcher32 for name in "wbs")
    trajectory = open_trajectory(run)
    np.testing.assert_array_equal(trajectory.rows(), rows)
    assert trajectory.digests.tolist() == row_digests(layout, rows)


def test_the_rows_that_wait_are_written_as_they_are(run, layout):
    """Neither stacked nor copied: rows in any memory, one of them not contiguous."""
    batch = Segments(run, layout)
    wide = np.stack([row(step, 48) for step in range(3)])
    for step in range(3):
        batch.add(step, step, wide[step, ::2])
    batch.flush()
    np.testing.assert_array_equal(open_trajectory(run).rows(), wide[:, ::2])


def test_a_checkpoint_at_the_resume_point_waits_for_no_other(run, layout):
    batch = Segments(run, layout)
    batch.settled = 7
    batch.add(7, 7, row(7))
    assert batch.due
    batch.flush()
    batch.add(8, 8, row(8))
    assert not batch.due
