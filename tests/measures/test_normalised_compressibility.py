"""Normalised compressibility: known answers; how networks are pruned is tested with `pruning`."""

import numpy as np

from grokscope.measures import MEASURES
from tests.test_pruning import pruned

measure = MEASURES["normalised_compressibility"]


def test_worked_value():
    found = measure.function(pruned([[0.5, 0.5, 0], [1, 1, 0], [0, 0, 0], [np.nan] * 3]))
    np.testing.assert_allclose(found, [4, 4, np.nan, np.nan])


def test_it_diverges_where_pruning_makes_a_network_better():
    assert measure.function(pruned([[0.5, 0.8, 0.5]])).item() == np.inf
