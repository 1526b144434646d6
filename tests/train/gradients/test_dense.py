"""Gradients: the path by hand equals autograd, for every activation, depth, input and company."""

import numpy as np
import pytest
import torch

from grokscope.kinds import Features, Signature, Tokens
from grokscope.models.dense import ACTIVATIONS
from grokscope.models.mlp import MLP
from grokscope.models.transformer import Transformer
from grokscope.train.buffers import aligned
from grokscope.train.gradients import PATHS
from grokscope.train.gradients.dense import WORTH_FILLING
from grokscope.train.losses import LOSSES

PAIR = Signature(Tokens(2, 7), 5)
PICTURE = Signature(Features((3, 2)), 4)
SERVING = ("dense", "autograd")
MANY = WORTH_FILLING + 3
"""Enough examples for biases to join the rows, and for classes to be filled up."""


def gradient(
    path,
    model,
    signature,
    dtype=torch.float64,
    runs=3,
    examples=11,
    loss="cross_entropy",
    double=False,
    first=0,
):
    """Return the gradient of each run's loss as rows, by one path."""
    layout = model.layout(signature)
    seeds = range(first, first + runs)
    rows = [model.initial(signature, np.random.default_rng(seed)) for seed in seeds]
    theta = aligned(rows, torch.device("cpu"), dtype)
    grad = aligned(rows, torch.device("cpu"), dtype).fill_(torch.nan)
    drawn = [examples_of(signature, np.random.default_rng(50 + seed), examples) for seed in seeds]
    inputs, labels = (torch.from_numpy(np.stack(each)) for each in zip(*drawn, strict=True))
    if inputs.is_floating_point():
        inputs = inputs.to(dtype)
    taken = PATHS[path](model, signature, LOSSES[loss](signature.n_classes, double))
    batch = taken.prepare(inputs, labels)
    for _ in range(2):  # buffers of the first step must leave nothing behind
        taken.gradient(layout.views(theta), layout.views(grad), batch)
    return grad


def examples_of(signature, rng, count):
    labels = rng.integers(0, signature.n_classes, count)
    if isinstance(signature.inputs, Tokens):
        return rng.integers(0, signature.inputs.vocabulary, (count, 2)), labels
    return rng.standard_normal((count, *signature.inputs.shape)), labels


@pytest.mark.parametrize("signature", [PAIR, PICTURE], ids=["tokens", "features"])
@pytest.mark.parametrize("hidden", [(), (16,), (24, 16)], ids=str)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("examples", [11, MANY])
def test_by_hand_equals_autograd(signature, hidden, activation, bias, examples):
    model = MLP(hidden=hidden, activation=activation, bias=bias, init_scale=2.0)
    expected = gradient("autograd", model, signature, examples=examples)
    torch.testing.assert_close(
        gradient("dense", model, signature, examples=examples), expected, rtol=1e-12, atol=1e-14
    )


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("double", [True, False])
def test_it_does_so_for_every_loss(loss, double):
    model = MLP(hidden=(16,))
    ours, expected = (
        gradient(path, model, PAIR, examples=MANY, loss=loss, double=double) for path in SERVING
    )
    torch.testing.assert_close(ours, expected, rtol=1e-12, atol=1e-14)


def test_in_single_precision_the_first_gradient_agrees_to_rounding():
    model = MLP(hidden=(32,))
    exact = gradient("autograd", model, PAIR, examples=MANY)
    rounded = gradient("dense", model, PAIR, torch.float32, examples=MANY)
    assert (rounded - exact).norm() / exact.norm() < 1e-6


@pytest.mark.parametrize("path", SERVING)
@pytest.mark.parametrize("examples", [11, MANY])
def test_a_run_s_gradient_does_not_notice_its_company(path, examples):
    torch.set_num_threads(1)
    model = MLP(hidden=(32,))
    many = gradient(path, model, PAIR, torch.float32, runs=8, examples=examples)
    for run in (0, 3, 7):
        alone = gradient(path, model, PAIR, torch.float32, runs=1, examples=examples, first=run)
        torch.testing.assert_close(many[run], alone[0], rtol=0, atol=0)
    assert not torch.isnan(many).any()


def test_other_models_and_narrow_ones_are_not_its_own():
    dense = PATHS["dense"]
    for device in (torch.device("cpu"), torch.device("cuda")):
        assert dense.fits(MLP(), device)
        assert not dense.fits(MLP(hidden=(32, 6)), device)
        assert not dense.fits(Transformer(), device)
