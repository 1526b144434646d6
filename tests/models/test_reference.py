"""Rows and modules: what goes in comes out, dense weights transposed on the way."""

import torch

from grokscope.kinds import Signature, Tokens
from grokscope.models.mlp import MLP
from grokscope.models.reference import dense_weights, load_row, row_of

SIGNATURE = Signature(Tokens(1, 3), 3)


def test_a_row_survives_a_module():
    model = MLP(hidden=(3, 2))
    layout, module = model.layout(SIGNATURE), model.module(SIGNATURE)
    row = torch.arange(float(layout.size))
    load_row(module, layout, row)
    assert torch.equal(row_of(module, layout, torch.Tensor.detach), row)


def test_dense_weights_are_transposed_even_when_square():
    model = MLP(hidden=(3,), bias=False)
    layout, module = model.layout(SIGNATURE), model.module(SIGNATURE)
    load_row(module, layout, torch.arange(float(layout.size)))
    assert module.get_parameter("hidden1.weight")[0].tolist() == [0, 3, 6]
    assert dense_weights(module) == {"hidden1.weight", "output.weight"}
