"""Gini coefficient: worked values, what it does not notice, and blocks."""

import numpy as np
import pytest
import xarray as xr

from grokscope.errors import MissingData
from grokscope.measures import MEASURES, gini
from tests.measures.test_weight_norm import run

measure = MEASURES["gini"]


def test_worked_value():
    # tensors count by size, and values not by sign
    tree = run(
        a=np.array([[[1, -1], [0, 0]], [[2, 2], [-2, 2]]], np.float32),
        b=np.array([0, 2], np.float32),
        digest=np.array(["x", "y"], object),
    )
    found = measure.function(tree)
    np.testing.assert_allclose(found, [3 / 5, 0])
    np.testing.assert_array_equal(found.checkpoint, [0, 10])


def test_weights_of_nothing_have_none():
    assert np.isnan(measure.function(run(a=np.zeros((1, 4), np.float32))).item())


def test_blocks_of_checkpoints_change_nothing(monkeypatch):
    tree = run(a=np.random.default_rng(0).normal(size=(7, 3, 2)).astype(np.float32))
    whole = measure.function(tree)
    monkeypatch.setattr(gini, "BLOCK", 12)
    xr.testing.assert_identical(measure.function(tree), whole)


def test_a_run_without_checkpoints_is_refused():
    with pytest.raises(MissingData):
        measure.function(xr.DataTree())
