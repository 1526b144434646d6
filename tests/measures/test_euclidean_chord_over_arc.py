"""Euclidean chord over arc: a worked value; more with `paths`."""

import numpy as np

from grokscope.measures import MEASURES
from tests.test_paths import CORNER
from tests.test_steps import LAYOUT, run

measure = MEASURES["euclidean_chord_over_arc"]


def test_worked_value():
    rows = np.zeros((4, LAYOUT.size))
    rows[:, :2] = CORNER
    tree = run(range(4), rows)
    found = measure.function(tree, interval=1, window=3)
    # three right, then five up
    np.testing.assert_allclose(found, [np.nan, np.sqrt(34) / 8, np.nan, np.nan], atol=1e-12)
    assert found.dims == ("checkpoint",)
