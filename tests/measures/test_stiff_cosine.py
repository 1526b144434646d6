"""Stiff cosine: worked values."""

import numpy as np

from grokscope.measures import MEASURES
from tests.measures.test_stiff_speed import products

measure = MEASURES["stiff_cosine"]


def test_worked_value():
    found = measure.function(products([[1, 0], [3, 4], [0, 0]], [[1], [-2], [5]]))
    assert found.dims == ("checkpoint", "subspace")
    np.testing.assert_allclose(found[0], [0.6, -1])
    assert found.attrs == {"comment": "2 of 3 are stiff"}


def test_no_cosine_where_a_subspace_stands_still():
    found = measure.function(products([[1, 0], [0, 0], [1, 1]], [[1], [2], [0]]))
    np.testing.assert_array_equal(found[0], [np.nan, 1])
