"""Prunable fraction: known answers; how networks are pruned is tested with `pruning`."""

from grokscope.measures import MEASURES
from tests.test_pruning import pruned

measure = MEASURES["prunable_fraction"]


def test_worked_value():
    found = measure.function(pruned([[1, 1, 0], [1, 0, 0]]))
    assert found.dims == ("checkpoint", "bound")
    assert found.bound.values.tolist() == ["low", "value", "high"]
    assert found.sel(bound="value").values.tolist() == [0.2, 0.2]
    assert found.epoch.values.tolist() == [0, 5]
    assert not found.attrs
