"""Euclidean speed: worked values."""

import numpy as np

from grokscope.measures import MEASURES
from grokscope.steps import euclidean_products
from tests.test_steps import LAYOUT, run

measure = MEASURES["euclidean_speed"]


def test_worked_value():
    rows = np.zeros((4, LAYOUT.size))
    rows[:, 0], rows[:, 5] = [0, 3, 3, 4], [0, 4, 4, 4]
    speed = measure.function(euclidean_products(run([0, 1, 2, 3], rows), interval=1))
    np.testing.assert_array_equal(speed, [5, 0, 1, np.nan])
    assert speed.dims == ("checkpoint",)
    two = measure.function(euclidean_products(run([0, 1, 2, 3], rows), interval=2))
    np.testing.assert_allclose(two, [5, 1, np.nan, np.nan])


def test_it_needs_no_data():
    tree = run([0, 1])
    del tree["data"]
    assert np.isfinite(measure.function(euclidean_products(tree, interval=1))[0])


def test_stored_name_tells_the_interval_alone():
    assert measure.key({"interval": 200}) == "euclidean_speed.f200"
