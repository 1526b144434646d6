"""Last position: equal to autograd and the plain module, a run the same alone or in company."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from grokscope.kinds import Signature, Tokens
from grokscope.models.dense import ACTIVATIONS
from grokscope.models.mlp import MLP
from grokscope.models.reference import load_row, row_of
from grokscope.models.transformer import Decoder, Transformer
from grokscope.train.buffers import aligned
from grokscope.train.gradients import PATHS, choose
from grokscope.train.gradients.last_position import TILE, LastPosition
from grokscope.train.losses import LOSSES, CrossEntropy

CPU = torch.device("cpu")
PAIR = Signature(Tokens(2, 7), 7)
TRIPLE = Signature(Tokens(3, 4), 9)
SMALL = {"d_model": 16, "heads": 2, "d_mlp": 24}
SERVED = {
    "nanda": Transformer(**SMALL),
    "a ∘ b =, sines, no bias": Transformer(
        **SMALL, operator=True, positions="sinusoidal", bias=False
    ),
    "tokens alone": Transformer(**SMALL, outputs="tokens", init_scale=3.0),
}


def examples(signature, seeds, count):
    inputs, labels = [], []
    for seed in seeds:
        rng = np.random.default_rng(50 + seed)
        kind = signature.inputs
        inputs.append(rng.integers(0, kind.vocabulary, (count, kind.positions)))
        labels.append(rng.integers(0, signature.n_classes, count))
    return torch.from_numpy(np.stack(inputs)), torch.from_numpy(np.stack(labels))


def gradient(path, model, signature, seeds=(0, 1, 2), count=11, dtype=torch.float64, loss=None):
    """Return the gradient of each run's loss as rows, by one path."""
    torch.set_num_threads(1)
    layout = model.layout(signature)
    drawn = [model.initial(signature, np.random.default_rng(seed)) for seed in seeds]
    noise = [np.random.default_rng(seed).normal(size=layout.size) / 10 for seed in seeds]
    rows = [(a + b).astype(np.float32) for a, b in zip(drawn, noise, strict=True)]
    theta, grad = aligned(rows, CPU, dtype), aligned(rows, CPU, dtype).fill_(torch.nan)
    taken = PATHS[path](model, signature, loss or CrossEntropy(signature.n_classes))
    batch = taken.prepare(*examples(signature, seeds, count))
    for _ in range(2):  # buffers of the first step must leave nothing behind
        taken.gradient(layout.views(theta), layout.views(grad), batch)
    return theta, grad


@pytest.mark.parametrize("signature", [PAIR, TRIPLE], ids=["pair", "more labels than tokens"])
@pytest.mark.parametrize("name", SERVED)
@pytest.mark.parametrize("count", [11, TILE + 3])
def test_by_hand_equals_autograd(name, signature, count):
    model = SERVED[name]
    _, expected = gradient("autograd", model, signature, count=count)
    _, ours = gradient("last_position", model, signature, count=count)
    torch.testing.assert_close(ours, expected, rtol=1e-12, atol=1e-14 * model.init_scale**4)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_it_does_so_for_every_activation(activation):
    model = Transformer(**SMALL, activation=activation)
    (_, ours), (_, expected) = (gradient(p, model, PAIR) for p in ("last_position", "autograd"))
    torch.testing.assert_close(ours, expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("double", [True, False])
def test_it_does_so_for_every_loss(loss, double):
    (_, ours), (_, expected) = (
        gradient(path, SERVED["nanda"], PAIR, loss=LOSSES[loss](7, double))
        for path in ("last_position", "autograd")
    )
    torch.testing.assert_close(ours, expected, rtol=1e-12, atol=1e-14)


@settings(max_examples=20)
@given(st.integers(2, 9), st.integers(1, 40), st.integers(0, 2**16), st.booleans())
def test_it_does_so_for_any_vocabulary_and_examples(vocabulary, count, seed, operator):
    model = Transformer(**SMALL, operator=operator)
    signature = Signature(Tokens(2, vocabulary), vocabulary)
    (_, ours), (_, expected) = (
        gradient(path, model, signature, (seed,), count) for path in ("last_position", "autograd")
    )
    torch.testing.assert_close(ours, expected, rtol=1e-12, atol=1e-14)


def test_nandas_first_step_in_single_precision_is_the_modules():
    model, signature = Transformer(), Signature(Tokens(2, 113), 113)
    theta, ours = gradient("last_position", model, signature, (0,), 500, torch.float32)
    inputs, labels = examples(signature, (0,), 500)
    module = model.module(signature).double()
    load_row(module, model.layout(signature), theta[0].double())
    torch.nn.functional.cross_entropy(module(inputs[0]), labels[0]).backward()
    exact = row_of(module, model.layout(signature), lambda parameter: parameter.grad)
    assert (ours[0] - exact).norm() / exact.norm() < 1e-6


@pytest.mark.parametrize(
    ("widths", "modulus", "count"),
    [
        ({"d_model": 16, "heads": 2, "d_mlp": 24}, 7, 11),
        ({"d_model": 24, "heads": 3, "d_mlp": 32}, 13, 61),
        ({"d_model": 32, "heads": 4, "d_mlp": 64}, 31, 300),
        ({"d_model": 64, "heads": 4, "d_mlp": 256}, 31, TILE + 50),
    ],
    ids=str,
)
def test_a_runs_gradient_does_not_notice_its_company(widths, modulus, count):
    model, signature = Transformer(**widths), Signature(Tokens(2, modulus), modulus)
    _, many = gradient("last_position", model, signature, range(8), count, torch.float32)
    for seeds in ((0,), (7,), (2, 3, 7)):
        _, fewer = gradient("last_position", model, signature, seeds, count, torch.float32)
        assert torch.equal(fewer, many[list(seeds)])
    assert not torch.isnan(many).any()


@pytest.mark.parametrize("name", SERVED)
def test_logits_are_the_models(name):
    model = SERVED[name]
    rows = [model.initial(PAIR, np.random.default_rng(seed)) for seed in range(3)]
    theta = aligned(rows, CPU, torch.float64)
    inputs, labels = examples(PAIR, range(3), 20)
    path = LastPosition(model, PAIR, CrossEntropy(7))
    parameters = model.layout(PAIR).views(theta)
    torch.testing.assert_close(
        path.logits(parameters, path.prepare(inputs, labels)),
        model.forward(parameters, inputs),
        rtol=1e-12,
        atol=1e-12,
    )


def test_other_models_and_devices_are_not_its_own():
    assert choose(Transformer(), CPU) == "last_position"
    for other in (
        Transformer(layers=2),
        Transformer(norm="pre"),
        Transformer(tied=True),
        Transformer(d_model=12),
        Transformer(d_mlp=8),
        Decoder(),
        MLP(hidden=(4,)),
    ):
        assert choose(other, CPU) == "autograd"
    assert choose(Transformer(), torch.device("cuda")) == "autograd"
