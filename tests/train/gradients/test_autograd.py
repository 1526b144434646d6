"""Autograd: the gradient of the plain module, run by run."""

import numpy as np
import pytest
import torch

from grokscope.kinds import Signature, Tokens
from grokscope.models.mlp import MLP
from grokscope.models.reference import load_row, row_of
from grokscope.models.transformer import Transformer
from grokscope.train.gradients.autograd import Autograd, Bfloat16
from grokscope.train.losses import CrossEntropy

PAIR = Signature(Tokens(2, 5), 5)


def test_it_equals_the_plain_module_s_gradient():
    model = MLP(hidden=(4, 3), activation="tanh")
    layout, rng = model.layout(PAIR), np.random.default_rng(0)
    rows = np.stack([model.initial(PAIR, rng) for _ in range(2)])
    theta = torch.from_numpy(rows).double()
    inputs = torch.from_numpy(rng.integers(0, 5, (2, 9, 2)))
    labels = torch.from_numpy(rng.integers(0, 5, (2, 9)))
    found = torch.zeros_like(theta)
    path = Autograd(model, PAIR, CrossEntropy(5))
    path.gradient(layout.views(theta), layout.views(found), path.prepare(inputs, labels))
    for run in range(2):
        module = model.module(PAIR).double()
        load_row(module, layout, theta[run])
        torch.nn.functional.cross_entropy(module(inputs[run]), labels[run]).backward()
        expected = row_of(module, layout, lambda parameter: parameter.grad)
        torch.testing.assert_close(found[run], expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("model", [MLP(hidden=(16,)), Transformer(d_model=16, heads=2, d_mlp=16)])
def test_in_bfloat16_it_is_the_same_to_three_digits_and_parameters_keep_their_type(model):
    layout, rng = model.layout(PAIR), np.random.default_rng(0)
    theta = torch.from_numpy(np.stack([model.initial(PAIR, rng) for _ in range(2)]))
    batch = (torch.from_numpy(rng.integers(0, 5, (2, 9, k))) for k in (2, 1))
    inputs, labels = next(batch), next(batch)[..., 0]
    found = torch.zeros(2, *theta.shape)
    for way, room in zip((Autograd, Bfloat16), found, strict=True):
        path = way(model, PAIR, CrossEntropy(layout.size))
        path.gradient(layout.views(theta), layout.views(room), (inputs, labels))
    apart = (found[0] - found[1]).norm() / found[0].norm()
    assert 1e-4 < apart < 2e-2
