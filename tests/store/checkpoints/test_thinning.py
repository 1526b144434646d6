"""Thinning: the checkpoints asked for stay, bit for bit, and nothing else is touched."""

import numpy as np
import pytest

from grokscope.errors import MissingData, RunHeld, StoreFailed
from grokscope.layout import Layout, ParameterSpec
from grokscope.store.checkpoints.policies import parse_policy
from grokscope.store.checkpoints.thinning import Thinned, plan, read_thinned, thin, thin_by
from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.curves.reader import read_metrics
from grokscope.store.files.disk import disk_bytes
from grokscope.store.listing.summary import read_summary
from grokscope.store.writing.writer import RunWriter

LAYOUT = Layout((ParameterSpec("w", ("in", "out"), (3, 4)), ParameterSpec("b", ("out",), (4,))))
ROWS = np.random.default_rng(0).normal(size=(10, 16)).astype(np.float32)


@pytest.fixture
def writer(small, tmp_path):
    one = small()
    split = one.split()
    writer = RunWriter.create(
        tmp_path, "r", config=one.as_config(), yardstick=one.yardstick(split), layout=LAYOUT
    )
    for epoch, row in enumerate(ROWS):
        writer.log(7 * epoch, epoch, {"train_loss": 1.0})
        writer.checkpoint(7 * epoch, epoch, row)
    return writer


@pytest.mark.parametrize("ending", ["finished", "interrupted"])
def test_only_the_checkpoints_asked_for_stay(writer, ending):
    writer.finish(ending)
    digests = open_trajectory(writer.path).digests[[0, 3, 9]].tolist()
    thin(writer.path, [0, 3, 9])
    left = open_trajectory(writer.path)
    assert left.checkpoints.tolist() == [0, 21, 63]
    assert left.digests.tolist() == digests
    np.testing.assert_array_equal(left.rows(slice(None)), ROWS[[0, 3, 9]])
    assert read_summary(writer.path).checkpoints == 3
    assert read_metrics(writer.path).step.size == 10


@pytest.mark.parametrize("epochs", [[0, 4.5], []])
def test_an_epoch_without_a_checkpoint_changes_nothing(writer, epochs):
    writer.finish("finished")
    with pytest.raises(MissingData, match="it has 10 from epoch 0 to 9"):
        thin(writer.path, epochs)
    assert len(open_trajectory(writer.path)) == 10


def test_a_live_run_is_left_alone(writer):
    with pytest.raises(RunHeld):
        thin(writer.path, [0])
    writer.finish("finished")


def test_a_full_disk_is_told_in_one_line(writer, monkeypatch):
    writer.finish("finished")
    monkeypatch.setattr("os.fsync", lambda place: (_ for _ in ()).throw(OSError(28, "Full")))
    with pytest.raises(StoreFailed, match=r"^run 'r' cannot be thinned: full$"):
        thin(writer.path, [0])
    assert len(open_trajectory(writer.path)) == 10


EVERY = parse_policy("every:4", 0)


def test_a_plan_tells_what_comes_free_and_changes_nothing(writer):
    writer.finish("finished")
    told = plan(read_summary(writer.path), EVERY)
    assert (told.count, told.kept) == (10, 4)
    assert len(open_trajectory(writer.path)) == 10
    assert plan(read_summary(writer.path), parse_policy("every:1")).freed == 0


def test_a_policy_keeps_what_it_chooses_bit_for_bit(writer):
    writer.finish("finished")
    thin_by(writer.path, EVERY)
    left = open_trajectory(writer.path)
    assert left.checkpoints.tolist() == [0, 28, 56, 63]
    np.testing.assert_array_equal(left.rows(), ROWS[[0, 4, 8, 9]])
    assert read_thinned(writer.path) == Thinned("every:4, and 0 after each", 10)
    told = read_summary(writer.path)
    assert told.checkpoints == 4
    # the lock is gone by now
    assert 0 <= told.disk_bytes - disk_bytes(writer.path) < 1000


def test_thinning_again_remembers_how_many_there_were(writer):
    writer.finish("finished")
    thin_by(writer.path, EVERY)
    thin_by(writer.path, parse_policy("first", 0))
    assert read_thinned(writer.path) == Thinned("first, and 0 after each", 10)
    assert len(open_trajectory(writer.path)) == 2


def test_a_policy_that_keeps_all_writes_nothing(writer):
    writer.finish("finished")
    before = (writer.path / "trajectory.h5").stat()
    assert thin_by(writer.path, parse_policy("every:1")) == 0
    assert (writer.path / "trajectory.h5").stat() == before
    assert read_thinned(writer.path) is None


def test_segments_of_an_interrupted_run_are_thinned_and_it_goes_on(writer):
    writer.save_resume({"theta": ROWS[-1]}, {"step": 63})
    writer.finish("interrupted")
    assert list((writer.path / "segments").iterdir())
    thin_by(writer.path, EVERY)
    assert list((writer.path / "segments").iterdir()) == []
    again, point = RunWriter.reopen(writer.path)
    assert point.step == 63
    np.testing.assert_array_equal(point.arrays["theta"], ROWS[-1])
    again.checkpoint(70, 10, ROWS[0])
    again.finish("finished")
    np.testing.assert_array_equal(open_trajectory(writer.path).rows(), ROWS[[0, 4, 8, 9, 0]])
    assert read_thinned(writer.path).count == 10


def test_a_thinned_run_that_goes_back_to_its_resume_point_stays_marked(writer):
    writer.save_resume({"theta": ROWS[-1]}, {"step": 40})
    writer.finish("interrupted")
    thin_by(writer.path, EVERY)
    again, _ = RunWriter.reopen(writer.path)
    assert open_trajectory(writer.path).checkpoints.tolist() == [0, 28]
    assert read_thinned(writer.path).count == 10
    again.finish("interrupted")


@pytest.mark.parametrize(
    "act", [lambda run: thin_by(run, EVERY), lambda run: plan(read_summary(run), EVERY)]
)
def test_a_live_run_is_not_thinned_by_a_policy(writer, act):
    with pytest.raises(RunHeld):
        act(writer.path)
    writer.finish("finished")


def test_a_run_without_checkpoints_says_so(small, tmp_path):
    one = small()
    writer = RunWriter.create(
        tmp_path, "r", config=one.as_config(), yardstick=one.yardstick(one.split())
    )
    writer.finish("finished")
    with pytest.raises(MissingData, match="recorded no checkpoints"):
        plan(read_summary(writer.path), EVERY)
    assert read_thinned(writer.path) is None


def test_dying_before_the_segments_are_gone_brings_nothing_back(writer, monkeypatch):
    writer.finish("interrupted")
    monkeypatch.setattr("pathlib.Path.unlink", lambda self, missing_ok=False: None)
    thin_by(writer.path, EVERY)
    monkeypatch.undo()
    assert list((writer.path / "segments").iterdir())
    assert open_trajectory(writer.path).checkpoints.tolist() == [0, 28, 56, 63]
