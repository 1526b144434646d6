"""Dense layers in a row: the closed forms against derivatives that torch finds."""

import numpy as np
import pytest
import torch

from grokscope.kinds import Features, Signature, Tokens
from grokscope.models.dense import ACTIVATIONS
from grokscope.models.dense_fisher import stacked
from grokscope.models.mlp import MLP
from grokscope.models.network import TorchNetwork

PAIR = Signature(Tokens(2, 3), 4)
PICTURE = Signature(Features((2, 2)), 3)
SCORES = ("model", "label", "output")


def setup(model, signature, checkpoints=2, examples=7):
    rng = np.random.default_rng(0)
    network = TorchNetwork(model, signature, dtype=torch.float64)
    weights = rng.normal(size=(checkpoints, network.layout.size))
    if isinstance(signature.inputs, Tokens):
        inputs = rng.integers(3, size=(examples, 2))
    else:
        inputs = rng.normal(size=(examples, 2, 2))
    return network, weights, inputs, rng.integers(signature.n_classes, size=examples)


def test_stacked_tangents_are_rows_of_one_matrix_product():
    weight = torch.arange(12.0).reshape(1, 2, 3, 2)
    ready = stacked({"a.weight": weight, "b.weight": weight, "b.bias": weight[:, :, 0]}, "a")
    assert ready["a.weight"].shape == (2, 3, 2)
    assert ready["b.weight"][0, :, 0].tolist() == [0, 6, 1, 7]
    assert ready["b.bias"][0, :, :, 0].tolist() == [[0, 6], [1, 7]]


@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(
    ("hidden", "signature"),
    [((5,), PAIR), ((5,), PICTURE), ((6, 5), PAIR), ((4, 3, 3), PICTURE)],
    ids=["one, tokens", "one, features", "two", "three"],
)
def test_closed_form_of_the_gram_equals_the_traced_one(hidden, signature, activation, score):
    model = MLP(hidden=hidden, activation=activation)
    network, weights, inputs, labels = setup(model, signature, 3)
    tangents = np.random.default_rng(1).normal(size=(3, 2, network.layout.size))
    fast = network.gram(weights, tangents, inputs, labels, score)
    slow = network.traced_gram(weights, tangents, inputs, labels, score)
    np.testing.assert_allclose(fast, slow, rtol=1e-12, atol=1e-12 * np.abs(slow).max())


def test_float32_gram_of_all_pairs_keeps_seven_digits():
    pairs = np.stack(np.divmod(np.arange(49), 7), 1)
    model, signature = MLP(hidden=(24,)), Signature(Tokens(2, 7), 7)
    network, weights, _, _ = setup(model, signature)
    tangents = np.random.default_rng(1).normal(size=(2, 3, network.layout.size))
    arguments = weights, tangents, pairs, pairs.sum(1) % 7
    single = TorchNetwork(model, signature)
    for score in SCORES:
        exact = network.traced_gram(*arguments, score)
        found = single.gram(*arguments, score)
        np.testing.assert_allclose(found, exact, rtol=1e-5, atol=1e-6 * np.abs(exact).max())


@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_dense_diagonal_equals_the_sampled_one(activation, score):
    network, weights, inputs, labels = setup(MLP(hidden=(6, 5), activation=activation), PAIR)
    fast = network.fisher_diagonal(weights, inputs, labels, score)
    slow = network.sampled_diagonal(weights, inputs, labels, score)
    np.testing.assert_allclose(fast, slow, rtol=1e-10, atol=1e-14)
