"""Fourier power: neurons of known frequencies, and the checkpoints taken."""

import numpy as np
import pytest

from grokscope.measures import MEASURES
from grokscope.spectra import fourier_basis
from tests.test_spectra import perceptron

measure = MEASURES["fourier_power"]
P = 7
CONSTANT, COS1, SIN1, COS2 = fourier_basis(P)[:4]


def test_worked_value():
    """A neuron with power 9 at 1 and 16 at 2, one of a constant, and a dead one."""
    w_out = np.stack([2 * COS1 + 5**0.5 * SIN1 - 4 * COS2, CONSTANT, 0 * COS1])[None]
    found = measure.function(perceptron(np.ones((1, 2 * P, 3)), w_out), side="output", most=2)
    assert found.dims == measure.dims
    assert found.dtype == np.float32
    assert found.frequency.values.tolist() == [0, 1, 2, 3]
    expected = [[0, 9 / 25, 16 / 25, 0], [1, 0, 0, 0], [np.nan] * 4]
    np.testing.assert_allclose(found[0], expected, atol=1e-6)


def test_powers_of_both_tokens_are_added():
    w_in = np.concatenate([COS1, 3 * COS2])[None, :, None]
    tree = perceptron(w_in, np.ones((1, 1, P)))
    found = measure.function(tree, side="input", most=2)
    np.testing.assert_allclose(found[0, 0], [0, 0.1, 0.9, 0], atol=1e-6)


def test_it_holds_so_many_checkpoints():
    rng = np.random.default_rng(0)
    tree = perceptron(rng.normal(size=(9, 2 * P, 2)), rng.normal(size=(9, 2, P)))
    whole = measure.function(tree, side="output", most=9)
    some = measure.function(tree, side="output", most=3)
    assert some.checkpoint.values.tolist() == [0, 4, 8]
    assert some.epoch.values.tolist() == [0, 2, 4]
    np.testing.assert_array_equal(some, whole.sel(checkpoint=some.checkpoint))
    assert whole.sum("frequency").values == pytest.approx(1)
