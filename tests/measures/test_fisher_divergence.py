"""Fisher divergence: worked values, the limit of small steps, and what is missing."""

import numpy as np
import pytest
import torch

from grokscope.errors import MissingData
from grokscope.kinds import Features, Signature, Tokens
from grokscope.measures import MEASURES, fisher_divergence
from grokscope.models.mlp import MLP
from grokscope.models.network import TorchNetwork
from tests.test_steps import LAYOUT, run

measure = MEASURES["fisher_divergence"]
CHOICES = {parameter.name: parameter.default for parameter in measure.parameters}
TREE = run([0, 1, 2, 4])


class Coin:
    """A network with known divergence and metric: the first parameter is all that counts."""

    layout = LAYOUT

    def divergence(self, weights, others, inputs):
        return (others - weights)[:, 0] ** 2 * weights[:, 0] / 2

    def gram(self, weights, tangents, inputs, labels, score):
        assert score == "model"
        return 3 * tangents[..., :1] * tangents[:, None, :, 0]


def softmax_regression():
    """Return a network of one number and two classes, whose label weights are 0 at first."""
    return TorchNetwork(MLP(hidden=(), bias=False), Signature(Features((1,)), 2))


def test_worked_value():
    rows = np.zeros((4, LAYOUT.size))
    rows[:, 0] = [1, 3, 2, 9]
    found = measure.function(run([0, 1, 2, 4], rows), Coin(), **CHOICES)
    assert found.dims == ("checkpoint", "quantity")
    np.testing.assert_allclose(found.sel(quantity="measured"), [2, 1.5, np.nan, np.nan])
    np.testing.assert_allclose(found.sel(quantity="quadratic"), [6, 1.5, np.nan, np.nan])


def test_two_labels_that_were_alike_by_hand():
    # logits ±a of p = 1/2 each: ln cosh a, and half a square
    network, a = softmax_regression(), 0.7
    found = network.divergence(np.zeros((1, 2)), np.array([[a, -a]]), np.ones((1, 1)))
    np.testing.assert_allclose(found, np.log(np.cosh(a)))


@pytest.mark.parametrize("interval", [1, 2])
def test_ratio_goes_to_one_as_steps_shrink(interval):
    model, signature = MLP(hidden=(6,), activation="tanh"), Signature(Tokens(1, 8), 5)
    network = TorchNetwork(model, signature, dtype=torch.float64)
    rng = np.random.default_rng(0)
    start, direction = rng.normal(size=(2, network.layout.size))
    ratios = []
    for scale in (0.3, 0.03, 0.003):
        rows = start + scale * np.arange(5)[:, None] * direction
        tree = run(range(5))
        views = network.layout.views(rows)
        tensors = {
            p.name: (("checkpoint", *p.dims), views[p.name]) for p in network.layout.parameters
        }
        tree["trajectory"] = tree["trajectory"].to_dataset()[["epoch"]].assign(tensors)
        found = measure.function(tree, network, **CHOICES | {"interval": interval})
        ratios.append(found.sel(quantity="measured") / found.sel(quantity="quadratic"))
    apart = [float(abs(ratio - 1).max()) for ratio in ratios]
    assert apart[2] < 0.02 * interval
    assert apart[2] < apart[1] / 5 < apart[0]


def test_blocks_of_checkpoints_change_nothing(monkeypatch):
    tree = run(range(7))
    whole = measure.function(tree, Coin(), **CHOICES)
    monkeypatch.setattr(fisher_divergence, "BLOCK", 2 * LAYOUT.size)
    assert measure.function(tree, Coin(), **CHOICES).identical(whole)


def test_too_few_checkpoints_are_refused():
    with pytest.raises(MissingData, match="two checkpoints 5 epochs apart; this run keeps 4"):
        measure.function(TREE, Coin(), **CHOICES | {"interval": 5})
