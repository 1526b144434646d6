"""Neuron features: neurons that are the features themselves."""

import numpy as np

from grokscope.features import features_of
from grokscope.measures import MEASURES
from tests.test_features import LATTICES, Observing, run

measure = MEASURES["neuron_features"]
CHOICES = {"inputs": "test", "most": 2}


def test_worked_value():
    """The first neuron is the energy turned around, the second does not vary, nor the last."""
    found = measure.function(run([[-3, 0, 0.5, 1]]), Observing(), **CHOICES)
    assert found.dims == measure.dims
    assert found.dtype == np.float32
    assert found.layer.values.tolist() == ["only"] * 4
    assert found.feature.values.tolist() == ["energy", "abs_magnetisation", "magnetisation"]
    r = np.corrcoef(features_of(LATTICES[:, 0]).T)
    np.testing.assert_allclose(found[0, 0], -r[0], rtol=1e-5)
    np.testing.assert_allclose(found[0, 2], r[2], rtol=1e-5)
    assert np.isnan(found[0, [1, 3]]).all()


class Deep(Observing):
    """The same layer twice, the second one with its first two neurons alone."""

    def activations(self, weights, inputs):
        (only,) = super().activations(weights, inputs).values()
        return {"first": only, "second": only[..., :2]}


def test_layers_follow_each_other():
    found = measure.function(run([[1, 2, 3, 0]]), Deep(), **CHOICES)
    assert found.layer.values.tolist() == ["first"] * 4 + ["second"] * 2
    np.testing.assert_array_equal(found[0, 4:], found[0, :2])


def test_feature_correlation_is_its_mean_weighted_by_use():
    tree = run([[1, -2, 3, 0], [2, 1, 0.1, 0]])
    each = measure.function(tree, Observing(), **CHOICES)
    used = np.abs(Observing().activations(tree["trajectory/w"].values, LATTICES)["only"]).mean(1)
    expected = (np.nan_to_num(np.abs(each.values)) * (used / used.sum(1)[:, None])[..., None]).sum(
        1
    )
    pooled = MEASURES["feature_correlation"].function(
        tree, Observing(), inputs="test", weighting="share"
    )
    np.testing.assert_allclose(pooled.sel(layer="only"), expected, rtol=1e-4)


def test_it_holds_so_many_checkpoints():
    found = measure.function(run(np.eye(4)), Observing(), **CHOICES)
    assert found.checkpoint.values.tolist() == [0, 3]
