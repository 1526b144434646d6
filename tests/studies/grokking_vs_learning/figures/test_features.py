"""Figures of neurons: lattices, preactivations and spectra of which the answer is known."""

import numpy as np
import pytest

from grokscope.features import features_of
from grokscope.studies.grokking_vs_learning.figures import features
from tests.studies.runs import Run


@pytest.fixture
def lattices(monkeypatch):
    """Neurons that are energy, minus |magnetisation|, magnetisation, and nothing."""
    spins = np.random.default_rng(0).choice([-1, 1], size=(50, 4, 4))
    told = features_of(spins)
    z = np.stack([3 * told[:, 0] - 9, -told[:, 1], told[:, 2], np.zeros(50)], axis=1)
    monkeypatch.setattr(features, "lattices", lambda run: ({features.LAST: z}, told))
    return told


def test_the_most_used_neuron_is_the_one_with_the_largest_preactivations(lattices):
    found = features.most_used(Run([0]))
    np.testing.assert_allclose(found["preactivation"], 3 * lattices[:, 0] - 9)
    np.testing.assert_allclose(found["energy"], lattices[:, 0])
    assert found["preactivation"].attrs["long_name"] == "preactivation of neuron 0"


def test_neurons_are_in_order_of_their_correlation_with_the_energy(lattices):
    found = features.neurons(features.LAST)(Run([0]))["correlation"]
    energy = found.sel(feature="energy").values
    assert (np.diff(energy[:3]) > 0).all()
    assert energy[2] == pytest.approx(1)
    assert found.sel(feature="abs_magnetisation").min() == pytest.approx(-1)
    assert np.isnan(found.values[3]).all()


def test_neurons_are_in_order_of_their_frequency(monkeypatch):
    # constant, cos 1, sin 1, cos 2, sin 2
    power = np.array([[0, 0, 0, 3, 1], [4.0, 0, 0, 0, 0], [0, 1, 1, 0, 0]])
    monkeypatch.setattr(features, "output_powers", lambda run: power)
    found = features.spectrum(Run([0]))["share"]
    np.testing.assert_allclose(found, np.eye(3))
    shares = features.participation(Run([0]))["share"]
    assert shares.sum() == pytest.approx(1)
    # IPR 1, 10 / 16 and 1 / 2
    for ipr in (0.99, 0.63, 0.51):
        assert float(shares.sel(ipr=ipr, method="nearest")) == pytest.approx(1 / 3)
