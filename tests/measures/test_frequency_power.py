"""Frequency power: networks of known frequencies, and random ones."""

import numpy as np
import pytest

from grokscope.measures import MEASURES
from grokscope.spectra import fourier_basis
from tests.test_spectra import perceptron

measure = MEASURES["frequency_power"]
P = 7
CONSTANT, COS1, SIN1, COS2 = fourier_basis(P)[:4]


def test_worked_value():
    """Two neurons, the one of power 4 at frequency 1, the other of power 1 at 0 and 5 at 2."""
    w_out = np.stack([2 * SIN1, CONSTANT + 5**0.5 * COS2])[None]
    found = measure.function(perceptron(np.ones((1, 2 * P, 2)), w_out), side="output")
    assert found.dims == measure.dims
    assert found.frequency.values.tolist() == [0, 1, 2, 3]
    np.testing.assert_allclose(found[0], [0.1, 0.4, 0.5, 0], atol=1e-12)


def test_powers_of_both_tokens_are_added():
    w_in = np.concatenate([COS1, 3 * COS2])[None, :, None]
    found = measure.function(perceptron(w_in, np.ones((1, 1, P))), side="input")
    np.testing.assert_allclose(found[0], [0, 0.1, 0.9, 0], atol=1e-12)


def test_random_weights_have_two_over_p_and_none_have_no_share():
    w_out = np.random.default_rng(0).normal(size=(2, 4000, P))
    w_out[1] = 0
    found = measure.function(perceptron(np.ones((2, 2 * P, 4000)), w_out), side="output")
    assert found[0].values == pytest.approx([1 / P, 2 / P, 2 / P, 2 / P], rel=0.05)
    assert np.isnan(found[1]).all()
