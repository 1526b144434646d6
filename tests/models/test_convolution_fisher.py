"""Fisher metrics of convolutions: the closed form is what torch finds example by example."""

import numpy as np
import pytest
import torch

from grokscope.kinds import Features, Signature
from grokscope.models.cnn import CNN
from grokscope.models.network import TorchNetwork


@pytest.mark.parametrize("score", ["model", "label", "output"])
@pytest.mark.parametrize(
    "model",
    [CNN(channels=(2, 3), hidden=(5,)), CNN(channels=(2,), hidden=(4, 3), kernel=5)],
    ids=["two convolutions", "two hidden layers"],
)
def test_the_closed_form_is_the_diagonal_of_each_examples_jacobian(model, score):
    signature, rng = Signature(Features((2, 8, 8)), 3), np.random.default_rng(0)
    network = TorchNetwork(model, signature, dtype=torch.float64)
    weights = np.stack([model.initial(signature, rng) for _ in range(2)])
    inputs = rng.choice([-1.0, 1.0], (7, 2, 8, 8)).astype(np.float32)
    labels = rng.integers(3, size=7)
    found = network.fisher_diagonal(weights, inputs, labels, score)
    expected = network.sampled_diagonal(weights, inputs, labels, score, traced=True)
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-15)
    assert (found > 0).mean() > 0.5
