"""Feature share: neurons that are the features themselves."""

import numpy as np
import pytest

from grokscope.features import features_of
from grokscope.measures import MEASURES
from tests.test_features import LATTICES, Observing, run

measure = MEASURES["feature_share"]


@pytest.mark.parametrize("weights", [(-1, 2, 0.5), (3, 0, 1)])
def test_worked_value(weights):
    size = np.abs(weights) * np.abs(features_of(LATTICES[:, 0])).mean(0)
    tree = run([[*weights, 9]])
    found = measure.function(tree, Observing(), inputs="test", counting="preactivation")
    np.testing.assert_allclose(found.sel(layer="only")[0], size / size.sum(), rtol=1e-5)
    each = measure.function(tree, Observing(), inputs="test", counting="neurons")
    there = np.array(weights) != 0
    np.testing.assert_allclose(each.sel(layer="only")[0], there / there.sum())


def test_a_layer_that_is_constant_has_none():
    tree = run([[0, 0, 0, 1]])
    found = measure.function(tree, Observing(), inputs="test", counting="neurons")
    assert np.isnan(found).all()
