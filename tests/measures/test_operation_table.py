"""Operation table: a network that knows some rows, on tables with and without a hole."""

import numpy as np
import pytest
import xarray as xr

from grokscope.errors import MissingData
from grokscope.layout import Layout, ParameterSpec
from grokscope.measures import MEASURES, operation_table

measure = MEASURES["operation_table"]
PAIRS = np.array([(a, b) for a in range(3) for b in range(3)])


class Adding:
    """A network that adds mod 3 where `a` is below its only weight, and says 0 elsewhere."""

    layout = Layout((ParameterSpec("w", ("unit",), (1,)),))

    def logits(self, weights, inputs):
        a, total = inputs[:, 0], inputs.sum(1) % 3
        return np.eye(3)[np.where(a < weights[:, :1], total, 0)]


def run(weights, train, test):
    """Return a tree of one weight at each checkpoint, and a table split in two."""
    axis = np.arange(len(weights))
    trajectory = xr.Dataset(
        {"w": (("checkpoint", "unit"), np.array(weights, np.float32)[:, None])},
        {"checkpoint": axis, "epoch": ("checkpoint", axis / 2)},
    )
    data = {}
    for part, pairs in (("train", train), ("test", test)):
        axes = [f"axis_{i}" for i in range(1, pairs.ndim)]
        data[f"{part}_inputs"] = ((f"{part}_example", *axes), pairs)
        data[f"{part}_labels"] = (f"{part}_example", pairs.reshape(len(pairs), -1).sum(1) % 3)
    return xr.DataTree.from_dict({"/trajectory": trajectory, "/data": xr.Dataset(data)})


def test_worked_value():
    """Nothing known, 0 is right where a + b is; then the first row; then all."""
    tree = run([0, 1, 3], PAIRS[[4, 0, 8]], PAIRS[[1, 2, 3, 5, 6, 7]])
    found = measure.function(tree, Adding(), most=3)
    assert found.dims == measure.dims
    assert found.dtype == np.uint8
    assert found[0].values.tolist() == [[1, 0, 0], [0, 0, 1], [0, 1, 0]]
    assert found[1].values.tolist() == [[1, 1, 1], [0, 0, 1], [0, 1, 0]]
    assert (found[2] == 1).all()
    assert found.held_out.values.tolist() == [[0, 1, 1], [1, 0, 1], [1, 1, 0]]
    assert found.attrs["comment"] == "1 right, 0 wrong, 255 no result"


def test_pairs_without_a_result_are_told_apart():
    pairs = PAIRS[PAIRS[:, 1] > 0]
    found = measure.function(run([3], pairs[:2], pairs[2:]), Adding(), most=2)
    assert found[0].values.tolist() == [[255, 1, 1]] * 3
    assert found.held_out.values.tolist() == [[0, 0, 0], [0, 1, 1], [0, 1, 1]]


def test_blocks_change_nothing_and_other_checkpoints_are_absent(monkeypatch):
    tree = run([0, 1, 2, 3, 0], PAIRS[:4], PAIRS[4:])
    whole = measure.function(tree, Adding(), most=5)
    some = measure.function(tree, Adding(), most=3)
    assert some.checkpoint.values.tolist() == [0, 2, 4]
    xr.testing.assert_equal(some, whole.sel(checkpoint=some.checkpoint))
    monkeypatch.setattr(operation_table, "BLOCK", 2)
    xr.testing.assert_identical(measure.function(tree, Adding(), most=5), whole)


@pytest.mark.parametrize("inputs", [np.ones((4, 1, 2, 2), np.float32), np.ones((4, 3), np.int64)])
def test_inputs_that_are_no_pairs_are_refused(inputs):
    with pytest.raises(MissingData, match="whose inputs are pairs of tokens"):
        measure.function(run([1], inputs, inputs[:2]), Adding(), most=2)
