"""Fisher cosine of consecutive steps: worked values, bounds, and where there is none."""

import numpy as np
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from grokscope.measures import MEASURES
from grokscope.steps import TANGENTS

measure = MEASURES["fisher_cosine"]


def products(previous, following, diagonal=1.0):
    """Return products at one checkpoint between two steps, the origin being elsewhere."""
    tangents = np.array([previous, following, np.ones_like(previous)], float)
    gram = (tangents * diagonal) @ tangents.T
    labels = {"checkpoint": [0], "first": list(TANGENTS), "second": list(TANGENTS)}
    return xr.DataArray(gram[None], labels, list(labels))


def test_worked_value():
    # (1·1·2 + 4·2·1) / (√(1 + 16) · √(4 + 4))
    cosine = measure.function(products([1, 2], [2, 1], [1, 4]))
    np.testing.assert_allclose(cosine, [10 / np.sqrt(17 * 8)])
    assert cosine.dims == ("checkpoint",)


@given(
    arrays(float, 4, elements=st.floats(-1e6, 1e6)), arrays(float, 4, elements=st.floats(0, 1e6))
)
def test_step_against_itself_is_one_or_nothing(step, diagonal):
    cosine = measure.function(products(step, step, diagonal)).item()
    assert np.isnan(cosine) or abs(cosine - 1) < 1e-12


@given(arrays(float, (2, 4), elements=st.floats(-1e6, 1e6)))
def test_cosine_lies_between_minus_one_and_one(pair):
    cosine = measure.function(products(*pair)).item()
    assert np.isnan(cosine) or -1 <= cosine <= 1


@given(st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
def test_lengths_of_the_steps_do_not_matter(first, second):
    there = measure.function(products([1, 2], [2, -1.5]))
    here = measure.function(products([first, 2 * first], [2 * second, -1.5 * second]))
    np.testing.assert_allclose(here, there, rtol=1e-9)


def test_no_cosine_where_nothing_moves():
    assert np.isnan(measure.function(products([0, 0], [1, 1])).item())
