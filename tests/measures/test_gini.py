"""Gini coefficient: worked values, what it does not notice, and blocks."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from grokscope.errors import MissingData
from grokscope.measures import MEASURES, gini
from grokscope.measures.gini import gini_of
from tests.measures.test_weight_norm import run

measure = MEASURES["gini"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [([1, 1, 1, 1], 0), ([0, 0, 0, 5], 3 / 4), ([1, 3], 1 / 4), ([0, 1, 2], 4 / 9)],
)
def test_worked_value(values, expected):
    assert gini_of(np.array(values, float)) == pytest.approx(expected)


@given(st.lists(st.floats(0.001, 1e3), min_size=2, max_size=30))
def test_it_is_the_mean_difference_over_twice_the_mean(values):
    v = np.array(values)
    apart = np.abs(v[:, None] - v).mean()
    assert gini_of(v) == pytest.approx(apart / 2 / v.mean(), abs=1e-12)
    assert gini_of(3 * v[::-1]) == pytest.approx(gini_of(v), abs=1e-12)


def test_all_tensors_count_by_size_and_not_by_sign():
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
