"""Pruning curve: known answers; how networks are pruned is tested with `pruning`."""

import numpy as np

from grokscope.measures import MEASURES
from tests.test_pruning import USUAL, Counting, counting, pruned

measure = MEASURES["pruning_curve"]


def test_worked_value():
    """Each of a hundred weights is worth 1.26 % of all cases, and there are no more than all."""
    found = measure.function(measure.prepare(counting(), Counting(), **USUAL | {"points": 5}))
    assert found.dims == ("checkpoint", "fraction")
    assert found.fraction.values.tolist() == [0, 0.25, 0.5, 0.75, 1]
    np.testing.assert_allclose(found[0], [1, 0.945, 0.63, 0.315, 0])
    assert found.epoch.values.tolist() == [5]
    assert not found.attrs


def test_what_was_left_out_is_nan():
    found = measure.function(pruned([[1, 0.5, 0.2], [np.nan] * 3]))
    assert found.sel(checkpoint=0).values.tolist() == [1, 0.5, 0.2]
    assert np.isnan(found.sel(checkpoint=10)).all()
