"""Gradients: the path by hand equals autograd, for every activation, depth, input and company."""

import numpy as np
import pytest
import torch

from grokscope.kinds import Features, Signature, Tokens
from grokscope.models.dense import ACTIVATIONS
from grokscope.models.mlp import MLP
from grokscope.train.gradients import PATHS, choose

PAIR = Signature(Tokens(2, 7), 5)
PICTURE = Signature(Features((3, 2)), 4)


def gradient(path, model, signature, dtype=torch.float64, runs=3, examples=11):
    """Return the gradient of each run's loss as rows, by one path."""
    generator = torch.Generator().manual_seed(1)
    layout = model.layout(signature)
    rows = [model.initial(signature, np.random.default_rng(r)) for r in range(runs)]
    theta = torch.from_numpy(np.stack(rows)).to(dtype)
    grad = torch.full_like(theta, torch.nan)
    if isinstance(signature.inputs, Tokens):
        inputs = torch.randint(0, 7, (runs, examples, 2), generator=generator)
    else:
        inputs = torch.randn(runs, examples, 3, 2, generator=generator).to(dtype)
    labels = torch.randint(0, signature.n_classes, (runs, examples), generator=generator)
    PATHS[path](model, layout.views(theta), layout.views(grad), inputs, labels)
    return grad


@pytest.mark.parametrize("signature", [PAIR, PICTURE], ids=["tokens", "features"])
@pytest.mark.parametrize("hidden", [(), (6,), (6, 4)], ids=str)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("bias", [True, False])
def test_by_hand_equals_autograd(signature, hidden, activation, bias):
    model = MLP(hidden=hidden, activation=activation, bias=bias, init_scale=2.0)
    expected = gradient("autograd", model, signature)
    torch.testing.assert_close(
        gradient("dense", model, signature), expected, rtol=1e-12, atol=1e-14
    )


def test_in_single_precision_they_agree_to_rounding():
    model = MLP(hidden=(32,))
    a, b = (gradient(path, model, PAIR, torch.float32) for path in PATHS)
    torch.testing.assert_close(a, b, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("path", PATHS)
def test_a_run_s_gradient_does_not_notice_its_company(path):
    torch.set_num_threads(1)
    model = MLP(hidden=(32,))
    many = gradient(path, model, PAIR, torch.float32, runs=8)
    again = gradient(path, model, PAIR, torch.float32, runs=8)
    torch.testing.assert_close(many, again, rtol=0, atol=0)
    assert not torch.isnan(many).any()


def test_dense_layers_go_by_hand_on_the_cpu_alone():
    assert choose(MLP(), torch.device("cpu")) == "dense"
    assert choose(MLP(), torch.device("cuda")) == "autograd"
