"""Prunable fraction: known answers; how networks are pruned is tested with `pruning`."""

import numpy as np

from grokscope.measures import MEASURES
from tests.test_pruning import USUAL, Counting, counting

measure = MEASURES["prunable_fraction"]


def test_worked_value():
    """Of a hundred weights 24 can go; of a hundred inputs right or wrong, 21 or 27."""
    found = measure.function(measure.prepare(counting(), Counting(), **USUAL))
    assert found.dims == ("checkpoint", "bound")
    assert found.bound.values.tolist() == ["low", "value", "high"]
    # accuracy may fall from 1 to .95, known to 1.96 sqrt(.95 .05 / 100) = .043; the next one goes
    # at the share of .22, .25 and .28
    np.testing.assert_allclose(found[0], [0.22, 0.25, 0.28], atol=1e-4)
    assert (found[0] < [0.22, 0.25, 0.28]).all()
    assert found.epoch.values.tolist() == [5]
    assert not found.attrs


def test_more_inputs_leave_less_open():
    found = measure.function(measure.prepare(counting(10**4), Counting(), **USUAL))
    # .004 more or less is no whole weight
    np.testing.assert_allclose(found[0], 0.25, atol=1e-4)
