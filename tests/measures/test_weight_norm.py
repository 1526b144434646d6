"""Weight norm: worked values over tensors, blocks, and refusals."""

import numpy as np
import pytest
import xarray as xr

from grokscope.errors import MissingData
from grokscope.measures import MEASURES, weight_norm

measure = MEASURES["weight_norm"]


def run(**tensors):
    """Return a tree whose tensors have checkpoints in front."""
    variables = {
        name: (("checkpoint", *(f"{name}{i}" for i in range(np.ndim(t) - 1))), t)
        for name, t in tensors.items()
    }
    n = len(next(iter(tensors.values())))
    coords = {"checkpoint": 10 * np.arange(n), "epoch": ("checkpoint", np.arange(n) / 2)}
    return xr.DataTree.from_dict({"/trajectory": xr.Dataset(variables, coords)})


def test_worked_value():
    tree = run(
        a=np.array([[[3, 0], [0, 0]], [[1, 1], [1, 1]]], np.float32),
        b=np.array([4, 0], np.float32),
        digest=np.array(["x", "y"], object),
    )
    norm = measure.function(tree)
    np.testing.assert_array_equal(norm, [5, 2])
    np.testing.assert_array_equal(norm.checkpoint, [0, 10])
    np.testing.assert_array_equal(norm.epoch, [0, 0.5])
    assert norm.dtype == np.float64


def test_blocks_of_checkpoints_change_nothing(monkeypatch):
    tree = run(a=np.random.default_rng(0).normal(size=(7, 3, 2)).astype(np.float32))
    whole = measure.function(tree)
    monkeypatch.setattr(weight_norm, "BLOCK", 2)
    xr.testing.assert_identical(measure.function(tree), whole)


def test_large_weights_do_not_overflow():
    assert measure.function(run(a=np.full((1, 4), 1e30, np.float32))).item() == pytest.approx(2e30)


def test_run_without_checkpoints_is_refused():
    with pytest.raises(MissingData, match="needs checkpoints, and this run kept none"):
        measure.function(xr.DataTree())
