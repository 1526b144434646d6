"""Feature correlation: neurons that are the features themselves."""

import numpy as np

from grokscope.features import features_of
from grokscope.measures import MEASURES
from tests.test_features import LATTICES, Observing, run

measure = MEASURES["feature_correlation"]
CHOICES = {"inputs": "test", "weighting": "share"}


def test_worked_value():
    """One neuron is the energy, another half the magnetisation, and a third constant."""
    features = features_of(LATTICES[:, 0])
    size, r = np.abs(features).mean(0), np.abs(np.corrcoef(features.T))
    alone, both = measure.function(run([[-3, 0, 0, 1], [1, 0, 0.5, 9]]), Observing(), **CHOICES)
    np.testing.assert_allclose(alone.sel(layer="only"), r[0], rtol=1e-5)
    expected = (size[0] * r[0] + size[2] / 2 * r[2]) / (size[0] + size[2] / 2)
    np.testing.assert_allclose(both.sel(layer="only"), expected, rtol=1e-5)
    assert 0.99999 < alone.sel(layer="only", feature="energy") <= 1
    assert both.sel(layer="only").max() < 0.99


def test_the_equation_as_it_reads_divides_by_the_number_of_neurons():
    tree = run([[1, 0, 0.5, 9]])
    shares = measure.function(tree, Observing(), **CHOICES)
    literal = measure.function(tree, Observing(), **CHOICES | {"weighting": "literal"})
    np.testing.assert_allclose(literal, shares / 4)


def test_a_layer_that_is_constant_has_none():
    assert np.isnan(measure.function(run([[0, 0, 0, 1]]), Observing(), **CHOICES)).all()
