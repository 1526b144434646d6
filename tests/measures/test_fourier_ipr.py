"""Fourier IPR: known answers for single frequencies, random weights and each convention."""

import numpy as np
import pytest

from grokscope.measures import MEASURES
from grokscope.spectra import fourier_basis
from tests.test_spectra import perceptron

measure = MEASURES["fourier_ipr"]
USUAL = {p.name: p.default for p in measure.parameters}
P = 23


def single(frequencies, p=P):
    """Return weights of neurons that see and tell one frequency each, with any phase."""
    rng, x = np.random.default_rng(2), np.arange(p)
    phases = rng.uniform(0, 2 * np.pi, (3, len(frequencies)))
    phases[2] = np.pi / 4
    waves = np.cos(2 * np.pi * np.outer(frequencies, x)[None] / p + phases[..., None])
    return np.concatenate(waves[:2], axis=1).T[None], waves[2][None]


def test_worked_value():
    """A neuron of one frequency has a half over components, at any phase that splits it evenly."""
    tree = perceptron(*single([1, 5, 9]))
    assert measure.function(tree, **USUAL).item() == pytest.approx(1 / 2)


def test_a_neuron_of_one_frequency_has_one_over_frequencies_at_any_phase():
    tree = perceptron(*single([1, 5, 9]))
    for side in ("input", "output"):
        pooled = USUAL | {"side": side, "basis": "frequencies"}
        assert measure.function(tree, **pooled).item() == pytest.approx(1)


def test_the_whole_input_has_a_quarter_where_each_token_has_a_half():
    p = 13
    wave = fourier_basis(p)[3] + fourier_basis(p)[4]
    tree = perceptron(np.tile(wave, 2)[None, :, None], np.ones((1, 1, p)))
    sides = USUAL | {"side": "input"}
    assert measure.function(tree, **sides).item() == pytest.approx(1 / 2)
    assert measure.function(tree, **sides | {"blocks": "whole"}).item() == pytest.approx(1 / 4)
    whole = sides | {"blocks": "whole", "basis": "frequencies"}
    assert measure.function(tree, **whole).item() == pytest.approx(1 / 2)


def test_random_weights_have_three_over_p():
    rng = np.random.default_rng(3)
    tree = perceptron(rng.normal(size=(2, 226, 512)), rng.normal(size=(2, 512, 113)))
    for side in ("input", "output"):
        found = measure.function(tree, **USUAL | {"side": side})
        # 3/p (1 - 2/p) exactly, in the mean over directions
        np.testing.assert_allclose(found, 3 / 115, rtol=0.03)


def test_it_does_not_notice_the_size_of_a_neuron_and_leaves_dead_ones_out():
    w_in, w_out = single([2, 3, 4])
    scaled = w_out * np.array([1e-20, 1, 1e3])[:, None]
    assert measure.function(perceptron(w_in, scaled), **USUAL).item() == pytest.approx(1 / 2)
    scaled[0, 1] = 0
    assert measure.function(perceptron(w_in, scaled), **USUAL).item() == pytest.approx(1 / 2)


def test_a_network_of_dead_neurons_has_none():
    w_in, w_out = (np.concatenate([w, 0 * w]) for w in single([2, 3]))
    np.testing.assert_allclose(measure.function(perceptron(w_in, w_out), **USUAL), [0.5, np.nan])


def test_shifting_all_labels_changes_no_frequency():
    w_in, w_out = single([2, 7])
    pooled = USUAL | {"basis": "frequencies"}
    mixed = w_out + 0.3 * w_out[:, ::-1]
    here, there = (perceptron(w_in, w) for w in (mixed, np.roll(mixed, 5, axis=2)))
    expected = measure.function(here, **pooled).item()
    assert measure.function(there, **pooled).item() == pytest.approx(expected)


def test_checkpoints_and_epochs_label_it():
    rng = np.random.default_rng(4)
    found = measure.function(perceptron(rng.normal(size=(3, 10, 2)), rng.normal(size=(3, 2, 5))),
                             **USUAL)  # fmt: skip
    assert found.dims == ("checkpoint",)
    assert found.epoch.values.tolist() == [0, 0.5, 1]
