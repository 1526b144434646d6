"""Fisher cosine against the origin: decay is +1, growth is -1, and a worked value."""

import numpy as np
import pytest
import xarray as xr

from grokscope.measures import MEASURES
from grokscope.steps import TANGENTS

measure = MEASURES["fisher_origin_cosine"]


def products(theta, step, diagonal=1.0):
    """Return products at one checkpoint that a step leaves."""
    tangents = np.array([np.full_like(theta, 7), step, -np.asarray(theta)], float)
    gram = (tangents * diagonal) @ tangents.T
    labels = {"checkpoint": [0], "first": list(TANGENTS), "second": list(TANGENTS)}
    return xr.DataArray(gram[None], labels, list(labels))


def test_worked_value():
    # -(2·1·1 + 3·(-1)·2) / (√(2 + 12) · √(2 + 3))
    cosine = measure.function(products([1.0, 2], [1, -1], [2, 3]))
    np.testing.assert_allclose(cosine, [4 / np.sqrt(14 * 5)])


@pytest.mark.parametrize(("factor", "expected"), [(-0.01, 1), (0.3, -1)], ids=["decay", "growth"])
def test_uniform_change_points_to_or_from_the_origin(factor, expected):
    theta = np.random.default_rng(0).normal(size=9)
    cosine = measure.function(products(theta, factor * theta, np.arange(9)))
    np.testing.assert_allclose(cosine, [expected])


def test_no_cosine_at_the_origin():
    assert np.isnan(measure.function(products([0.0, 0], [1, 1])).item())
