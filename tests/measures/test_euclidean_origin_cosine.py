"""Euclidean cosine against the origin: worked values."""

import numpy as np

from grokscope.measures import MEASURES
from grokscope.steps import euclidean_products
from tests.test_steps import LAYOUT, run

measure = MEASURES["euclidean_origin_cosine"]


def test_worked_value():
    start = np.random.default_rng(0).normal(size=LAYOUT.size)
    rows = np.outer([1, 0.7, 0.9, 0.9], start)
    found = measure.function(euclidean_products(run(range(4), rows), interval=1))
    # uniform decay, uniform growth, and no step
    np.testing.assert_allclose(found, [1, -1, np.nan, np.nan], rtol=1e-6)


def test_a_step_along_one_axis():
    rows = np.zeros((2, LAYOUT.size))
    rows[:, 0], rows[:, 1] = [3, 2], 4
    found = measure.function(euclidean_products(run([0, 1], rows), interval=1))
    np.testing.assert_allclose(found[0], 3 / 5)
