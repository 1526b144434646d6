"""Thinning: the checkpoints asked for stay, bit for bit, and nothing else is touched."""

import numpy as np
import pytest

from grokscope.errors import MissingData, RunHeld, StoreFailed
from grokscope.layout import Layout, ParameterSpec
from grokscope.store.reader import read_metrics
from grokscope.store.summary import read_summary
from grokscope.store.thinning import thin
from grokscope.store.trajectory import open_trajectory
from grokscope.store.writer import RunWriter

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
