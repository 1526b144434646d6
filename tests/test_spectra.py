"""Fourier basis of a cyclic group: orthonormal, and what it tells of neurons made by hand."""

import json

import numpy as np
import pytest
import xarray as xr

from grokscope import spectra
from grokscope.errors import MissingData
from grokscope.spectra import fourier_basis, inverse_participation, neuron_powers, pooled


def perceptron(w_in, w_out, config=None):
    """Return a run of given weights, (checkpoint, in, hidden) and (checkpoint, hidden, out)."""
    n = len(w_in)
    trajectory = xr.Dataset(
        {
            "hidden1.weight": (("checkpoint", "input", "hidden1"), w_in),
            "output.weight": (("checkpoint", "hidden1", "output"), w_out),
        },
        {"checkpoint": np.arange(n), "epoch": ("checkpoint", np.arange(n) / 2)},
    )
    tree = xr.DataTree.from_dict({"/trajectory": trajectory})
    if config:
        tree.attrs["config"] = json.dumps(config)
    return tree


@pytest.mark.parametrize("p", [1, 2, 3, 4, 7, 8, 113])
def test_the_basis_is_orthonormal(p):
    basis = fourier_basis(p)
    assert basis.shape == (p, p)
    np.testing.assert_allclose(basis @ basis.T, np.eye(p), atol=1e-12)


@pytest.mark.parametrize("p", [3, 4, 7, 8, 113])
def test_pooled_power_is_that_of_the_complex_transform(p):
    x = np.random.default_rng(0).normal(size=(5, p))
    complex_power = np.abs(np.fft.rfft(x)) ** 2 / p
    complex_power[:, 1 : (p - 1) // 2 + 1] *= 2
    np.testing.assert_allclose(pooled((x @ fourier_basis(p).T) ** 2), complex_power)


@pytest.mark.parametrize(
    ("power", "expected"), [([1, 0, 0], 1), ([2, 2, 0], 1 / 2), ([1, 1, 1], 1 / 3)]
)
def test_participation_of_powers(power, expected):
    assert inverse_participation(np.array(power, float)) == pytest.approx(expected)


def test_no_power_has_no_participation():
    assert np.isnan(inverse_participation(np.zeros(3)))


def test_neurons_made_by_hand_have_the_power_they_were_given():
    p = 7
    basis = fourier_basis(p)
    w_in = np.zeros((1, 2 * p, 2))
    w_in[0, :p, 0], w_in[0, p:, 0] = 3 * basis[1], 2 * basis[4]
    w_in[0, :p, 1] = basis[0]
    w_out = np.stack([basis[5] + basis[6], 4 * basis[2]])[None]
    [(at, power)] = neuron_powers(perceptron(w_in, w_out), "input")
    assert (at, power.shape) == (slice(0, 1), (1, 2, 2, p))
    expected = np.zeros((2, 2, p))
    expected[0, 0, 1], expected[0, 1, 4], expected[1, 0, 0] = 9, 4, 1
    np.testing.assert_allclose(power[0], expected, atol=1e-12)
    [(_, power)] = neuron_powers(perceptron(w_in, w_out), "output")
    np.testing.assert_allclose(power[0, :, 0], [[0, 0, 0, 0, 0, 1, 1], [0, 0, 16, 0, 0, 0, 0]],
                               atol=1e-12)  # fmt: skip


@pytest.mark.parametrize("side", ["input", "output"])
def test_blocks_of_checkpoints_change_nothing(side, monkeypatch):
    rng = np.random.default_rng(1)
    tree = perceptron(rng.normal(size=(5, 10, 3)), rng.normal(size=(5, 3, 5)))
    [(_, whole)] = neuron_powers(tree, side)
    monkeypatch.setattr(spectra, "BLOCK", 40)
    parts = list(neuron_powers(tree, side))
    assert len(parts) > 1
    np.testing.assert_allclose(np.concatenate([power for _, power in parts]), whole)


def test_other_tasks_and_shapes_are_refused():
    w_in, w_out = np.ones((1, 14, 2)), np.ones((1, 2, 7))
    spins = {"task": {"name": "ising_phases"}}
    with pytest.raises(MissingData, match=r"on a cyclic group, .*; this run's is ising_phases"):
        next(neuron_powers(perceptron(w_in, w_out, spins), "input"))
    adding = {"task": {"name": "modular_addition"}}
    assert next(neuron_powers(perceptron(w_in, w_out, adding), "input"))
    with pytest.raises(MissingData, match="need a perceptron with one hidden layer on tokens"):
        next(neuron_powers(perceptron(w_in[:, :9], w_out), "input"))
    tree = perceptron(w_in, w_out)
    del tree["trajectory"]["output.weight"]
    with pytest.raises(MissingData, match=r"this run has hidden1\.weight"):
        next(neuron_powers(tree, "output"))
