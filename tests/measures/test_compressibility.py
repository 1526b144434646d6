"""Compressibility: known answers; how networks are pruned is tested with `pruning`."""

import numpy as np

from grokscope.measures import MEASURES
from tests.test_pruning import pruned

measure = MEASURES["compressibility"]


def test_worked_value():
    """The paper's 1 / (1 - a): half of the weights for nothing, then a fall to zero, is 4."""
    found = measure.function(pruned([[1, 1, 0], [0.9, 0.9, 0.9], [1, 1, 1], [np.nan] * 3]))
    np.testing.assert_allclose(found, [4, 10, np.inf, np.nan])
    assert found.epoch.values.tolist() == [0, 5, 10, 15]


def test_a_network_that_is_wrong_cannot_be_compressed_much():
    assert measure.function(pruned([[0.5, 0.5, 0.5]])).item() == 2
