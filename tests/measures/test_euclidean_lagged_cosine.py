"""Euclidean lagged cosine: a worked value; more with `paths`."""

import numpy as np
import xarray as xr

from grokscope.measures import MEASURES
from grokscope.steps import euclidean_products
from tests.test_paths import CORNER
from tests.test_steps import LAYOUT, run

measure = MEASURES["euclidean_lagged_cosine"]


def test_worked_value():
    rows = np.zeros((4, LAYOUT.size))
    rows[:, :2] = CORNER
    tree = run(range(4), rows)
    found = measure.function(tree, interval=1, lag=2)
    # the first step goes right, the third up
    np.testing.assert_allclose(found, [np.nan, 0, np.nan, np.nan], atol=1e-12)
    assert found.dims == ("checkpoint",)


def test_a_lag_of_one_is_the_cosine_of_consecutive_steps():
    tree = run([0, 1, 2, 3, 5, 6, 7])
    cosine = MEASURES["euclidean_cosine"].function(euclidean_products(tree, interval=1))
    xr.testing.assert_allclose(measure.function(tree, interval=1, lag=1), cosine, rtol=1e-12)
