"""Forward passes: what they give is the model's own, whatever blocks it is computed in."""

import numpy as np
import pytest
import torch

from grokscope.errors import MissingData
from grokscope.kinds import Features, Signature
from grokscope.models import passes
from grokscope.models.cnn import CNN
from grokscope.models.mlp import MLP
from tests.models.test_network import PAIR, PICTURE, Product, setup


def test_logits_are_the_models():
    network, weights, inputs, _ = setup(MLP(hidden=(5,)), PAIR)
    plain = network.model.forward(
        network.layout.views(torch.tensor(weights)), torch.tensor(inputs)[None]
    )
    np.testing.assert_array_equal(network.logits(weights, inputs), plain.numpy())


def test_activations_of_dense_layers_are_the_chain_written_out():
    network, weights, inputs, _ = setup(MLP(hidden=(5, 4), activation="tanh"), PICTURE)
    found = network.activations(weights, inputs)
    assert list(found) == ["hidden1", "hidden2", "output"]
    h = np.broadcast_to(inputs.reshape(7, 4), (2, 7, 4))
    for name, z in found.items():
        tensors = network.layout.views(weights)
        expected = h @ tensors[f"{name}.weight"] + tensors[f"{name}.bias"][:, None]
        np.testing.assert_allclose(z, expected, rtol=1e-12)
        h = np.tanh(expected)
    np.testing.assert_array_equal(found["output"], network.logits(weights, inputs))


def test_activations_of_a_convolution_are_a_unit_for_each_place():
    network, weights, inputs, _ = setup(
        CNN(channels=(2,), kernel=1, hidden=()), Signature(Features((1, 2, 4)), 3)
    )
    found = network.activations(weights, inputs)
    assert {name: z.shape for name, z in found.items()} == {
        "conv1": (2, 7, 16),
        "output": (2, 7, 3),
    }
    tensors = network.layout.views(weights)
    w, b = tensors["conv1.weight"][1, :, 0, 0, 0], tensors["conv1.bias"][1]
    expected = w[:, None, None] * inputs[3] + b[:, None, None]
    np.testing.assert_allclose(found["conv1"][1, 3], expected.ravel(), rtol=1e-12)


def test_activations_of_what_has_no_layers_are_refused():
    network, weights, inputs, _ = setup(Product(), PICTURE)
    with pytest.raises(MissingData, match="mlp and cnn; this network's model is product"):
        network.activations(weights, inputs)


@pytest.mark.parametrize("signature", [PAIR, PICTURE], ids=["tokens", "features"])
def test_divergence_is_the_sum_over_labels_written_out(signature):
    network, weights, inputs, _ = setup(MLP(hidden=(5,)), signature, 3)
    others = weights + 0.3 * np.random.default_rng(2).normal(size=weights.shape)
    p, q = (
        torch.tensor(network.logits(rows, inputs)).softmax(-1).numpy() for rows in (weights, others)
    )
    expected = (p * np.log(p / q)).sum(-1).mean(1)
    np.testing.assert_allclose(network.divergence(weights, others, inputs), expected, rtol=1e-10)
    assert (expected > 1e-3).all()


@pytest.mark.parametrize("signature", [PAIR, PICTURE], ids=["tokens", "features"])
def test_accuracy_is_the_share_of_labels_with_the_largest_logit(signature, monkeypatch):
    network, weights, inputs, labels = setup(MLP(hidden=(5,)), signature, 3, 40)
    expected = (network.logits(weights, inputs).argmax(-1) == labels).mean(1)
    assert network.accuracy(weights, inputs, labels).tolist() == expected.tolist()
    assert 0 < expected.mean() < 1
    monkeypatch.setitem(passes.BLOCK, "cpu", 60)
    assert network.accuracy(weights, inputs, labels).tolist() == expected.tolist()
