"""The network: the Fisher metric against its definition, written out, on small nets in float64."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
import torch

from grokscope.kinds import Features, Model, Signature, Tokens
from grokscope.layout import Layout, ParameterSpec
from grokscope.models import passes
from grokscope.models.mlp import MLP
from grokscope.models.network import TorchNetwork

PAIR = Signature(Tokens(2, 3), 4)
PICTURE = Signature(Features((2, 2)), 3)
SCORES = ("model", "label", "output")


@dataclass(frozen=True, kw_only=True)
class Product(Model):
    """Two weights multiplied: a network that is no chain of dense layers."""

    name: ClassVar[str] = "product"

    def layout(self, signature):
        return Layout((ParameterSpec("a", ("class",), (3,)), ParameterSpec("b", ("class",), (3,))))

    def draw(self, signature, rng):
        return rng.normal(size=6).astype(np.float32)

    def forward(self, parameters, inputs):
        scale = parameters["a"] * parameters["b"].sin()
        return inputs.flatten(2).sum(-1, keepdim=True) * scale[:, None]

    def module(self, signature):
        raise NotImplementedError


def setup(model, signature, checkpoints=2, examples=7):
    rng = np.random.default_rng(0)
    network = TorchNetwork(model, signature, dtype=torch.float64)
    weights = rng.normal(size=(checkpoints, network.layout.size))
    if isinstance(signature.inputs, Tokens):
        kind = signature.inputs
        inputs = rng.integers(kind.vocabulary, size=(examples, kind.positions))
    else:
        inputs = rng.normal(size=(examples, *signature.inputs.shape))
    return network, weights, inputs, rng.integers(signature.n_classes, size=examples)


def explicit_metric(network, row, inputs, labels, score):
    """Return F by its definition: every score of every example, squared and averaged."""
    total = 0
    for x, label in zip(inputs, labels, strict=True):

        def logits(r, x=x):
            return network.model.forward(
                network.layout.views(r[None]), torch.tensor(x)[None, None]
            )[0, 0]

        theta = torch.tensor(row)
        by_logit = torch.autograd.functional.jacobian(logits, theta).numpy()
        by_label = torch.autograd.functional.jacobian(
            lambda r: logits(r).log_softmax(-1), theta
        ).numpy()
        p = logits(theta).softmax(-1).numpy()
        scores, chances = {
            "model": (by_label, p),
            "label": (by_label[[label]], [1]),
            "output": (by_logit, np.ones(len(p))),
        }[score]
        for one, chance in zip(scores, chances, strict=True):
            total = total + chance * np.outer(one, one) / len(inputs)
    return total


CASES = [
    pytest.param(MLP(hidden=(5,)), PAIR, id="relu-tokens"),
    pytest.param(MLP(hidden=(5,), activation="tanh"), PICTURE, id="tanh-features"),
    pytest.param(MLP(hidden=(4, 3), activation="gelu"), PAIR, id="two hidden"),
    pytest.param(MLP(hidden=(4, 3, 3), activation="silu"), PICTURE, id="three hidden"),
    pytest.param(MLP(hidden=(), bias=False), PAIR, id="softmax regression"),
    pytest.param(MLP(hidden=(4,), activation="quadratic", bias=False), PAIR, id="no bias"),
    pytest.param(Product(), PICTURE, id="not dense"),
]


@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize(("model", "signature"), CASES)
def test_metric_is_what_its_definition_says(model, signature, score):
    network, weights, inputs, labels = setup(model, signature)
    tangents = np.random.default_rng(1).normal(size=(2, 3, network.layout.size))
    gram = network.gram(weights, tangents, inputs, labels, score)
    diagonal = network.fisher_diagonal(weights, inputs, labels, score)
    for r, row in enumerate(weights):
        metric = explicit_metric(network, row, inputs, labels, score)
        scale = np.abs(metric).max()
        np.testing.assert_allclose(
            gram[r], tangents[r] @ metric @ tangents[r].T, rtol=1e-10, atol=1e-10 * scale
        )
        np.testing.assert_allclose(diagonal[r], np.diag(metric), rtol=1e-10, atol=1e-14 * scale)


@pytest.mark.parametrize("score", ["model", "label"])
@pytest.mark.parametrize("hidden", [(5,), (5, 4)], ids=["one hidden", "two hidden"])
def test_float32_stays_exact_where_the_network_is_sure(score, hidden):
    network, weights, inputs, labels = setup(MLP(hidden=hidden), PAIR, examples=1)
    weights = weights.astype(np.float32)
    weights[:, -4:] = [25, 0, 0, 0]
    labels = np.zeros_like(labels)
    single = TorchNetwork(network.model, PAIR)
    here = single.fisher_diagonal(weights, inputs, labels, score)
    there = network.fisher_diagonal(weights, inputs, labels, score)
    assert there.max() < 1e-3
    np.testing.assert_allclose(here, there, rtol=2e-3, atol=1e-4 * there.max())


def test_work_in_blocks_changes_nothing(monkeypatch):
    network, weights, inputs, labels = setup(MLP(hidden=(5,)), PAIR, 5, 9)
    tangents = np.random.default_rng(1).normal(size=(5, 2, network.layout.size))

    def everything():
        return [
            network.logits(weights, inputs),
            *network.activations(weights, inputs).values(),
            network.divergence(weights, weights[::-1], inputs),
            network.gram(weights, tangents, inputs, labels, "model"),
            network.traced_gram(weights, tangents, inputs, labels, "model"),
            network.fisher_diagonal(weights, inputs, labels, "model"),
            network.sampled_diagonal(weights, inputs, labels, "model"),
        ]

    whole = everything()
    monkeypatch.setitem(passes.BLOCK, "cpu", 100)
    for here, there in zip(everything(), whole, strict=True):
        np.testing.assert_allclose(here, there, rtol=1e-12)


def test_divergence_of_a_step_too_small_for_float32_is_half_its_square():
    network = TorchNetwork(MLP(hidden=(5,)), PAIR)
    _, weights, inputs, labels = setup(MLP(hidden=(5,)), PAIR)
    step = 1e-6 * np.random.default_rng(2).normal(size=weights.shape)
    found = network.divergence(weights, weights + step, inputs)
    length = network.gram(weights, step[:, None], inputs, labels, "model")[:, 0, 0]
    np.testing.assert_allclose(found / length, 0.5, rtol=1e-4)


def test_metric_of_softmax_regression_by_hand():
    # one input of 1, two classes at p = 1/2: every score is ± 1/2
    network = TorchNetwork(
        MLP(hidden=(), bias=False), Signature(Features((1,)), 2), dtype=torch.float64
    )
    weights, inputs, labels = np.zeros((1, 2)), np.ones((1, 1)), np.zeros(1, np.int64)
    tangent = np.array([[[1.0, 0], [1, 1], [1, -1]]])
    gram = network.gram(weights, tangent, inputs, labels, "model")[0]
    np.testing.assert_allclose(gram, [[0.25, 0, 0.5], [0, 0, 0], [0.5, 0, 1]], atol=1e-15)
    for score, expected in (("model", 0.25), ("label", 0.25), ("output", 1)):
        diagonal = network.fisher_diagonal(weights, inputs, labels, score)
        np.testing.assert_allclose(diagonal, [[expected, expected]])


def test_read_only_and_float32_arrays_are_taken():
    network, weights, inputs, labels = setup(MLP(hidden=(5,)), PAIR)
    frozen = weights.astype(np.float32)[::-1]
    frozen.flags.writeable = False
    assert network.fisher_diagonal(frozen, inputs, labels, "label").shape == weights.shape
