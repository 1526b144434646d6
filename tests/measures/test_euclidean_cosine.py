"""Euclidean cosine of consecutive steps: worked values."""

import numpy as np

from grokscope.measures import MEASURES
from grokscope.steps import euclidean_products
from tests.test_steps import LAYOUT, run

measure = MEASURES["euclidean_cosine"]


def test_worked_value():
    rows = np.zeros((5, LAYOUT.size))
    # on, at a right angle and half back, then nothing
    rows[:, 0], rows[:, 5] = [0, 2, 5, 4, 4], [0, 0, 0, 1, 1]
    found = measure.function(euclidean_products(run(range(5), rows), interval=1))
    np.testing.assert_allclose(found, [np.nan, 1, -(0.5**0.5), np.nan, np.nan])
    assert found.dims == ("checkpoint",)
