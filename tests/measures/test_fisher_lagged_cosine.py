"""Fisher lagged cosine: a worked value; more with `paths`."""

import numpy as np
import xarray as xr

from grokscope.measures import MEASURES
from grokscope.steps import CONVENTIONS, step_products
from tests.test_paths import CORNER
from tests.test_steps import LAYOUT, run

measure = MEASURES["fisher_lagged_cosine"]

CHOICES = {parameter.name: parameter.default for parameter in CONVENTIONS}


class Double:
    """A network in whose metric the second parameter counts four times as much as the others."""

    layout = LAYOUT

    def fisher_diagonal(self, weights, inputs, labels, score):
        return np.where(np.arange(LAYOUT.size) == 1, 4.0, 1.0) * np.ones_like(weights)


def test_worked_value():
    rows = np.zeros((4, LAYOUT.size))
    rows[:, :2] = CORNER
    tree = run(range(4), rows)
    found = measure.function(tree, Double(), **CHOICES, lag=2)
    # the first step goes right, the third up
    np.testing.assert_allclose(found, [np.nan, 0, np.nan, np.nan], atol=1e-12)
    assert found.dims == ("checkpoint",)


def test_a_lag_of_one_is_the_cosine_of_consecutive_steps():
    tree = run([0, 1, 2, 3, 5, 6, 7])
    cosine = MEASURES["fisher_cosine"].function(step_products(tree, Double(), **CHOICES))
    found = measure.function(tree, Double(), **CHOICES, lag=1)
    xr.testing.assert_allclose(found, cosine, rtol=1e-12)
    assert np.isfinite(found).sum() == 3
