"""Pruning curve: known answers; how networks are pruned is tested with `pruning`."""

import numpy as np

from grokscope.measures import MEASURES
from tests.test_pruning import pruned

measure = MEASURES["pruning_curve"]


def test_worked_value():
    found = measure.function(pruned([[1, 0.5, 0.2], [np.nan] * 3]))
    assert found.dims == ("checkpoint", "fraction")
    assert found.fraction.values.tolist() == [0, 0.5, 1]
    assert found.sel(checkpoint=0).values.tolist() == [1, 0.5, 0.2]
    assert np.isnan(found.sel(checkpoint=10)).all()
    assert found.epoch.values.tolist() == [0, 5]
    assert not found.attrs
