"""Inequality: worked values of the Gini coefficient, and another way to it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.inequality import gini_of


@pytest.mark.parametrize(
    ("values", "expected"),
    [([1, 1, 1, 1], 0), ([0, 0, 0, 5], 3 / 4), ([1, 3], 1 / 4), ([0, 1, 2], 4 / 9)],
)
def test_gini_by_hand(values, expected):
    assert gini_of(np.array(values, float)) == pytest.approx(expected)


@given(st.lists(st.floats(0.001, 1e3), min_size=2, max_size=30))
def test_gini_is_the_mean_difference_over_twice_the_mean(values):
    v = np.array(values)
    apart = np.abs(v[:, None] - v).mean()
    assert gini_of(v) == pytest.approx(apart / 2 / v.mean(), abs=1e-12)
    assert gini_of(3 * v[::-1]) == pytest.approx(gini_of(v), abs=1e-12)


def test_rows_have_a_gini_each_and_none_where_all_is_zero():
    np.testing.assert_allclose(
        gini_of(np.array([[1.0, 3], [0, 0], [0, 2]])), [1 / 4, np.nan, 1 / 2]
    )
