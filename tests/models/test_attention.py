"""Attention and its neighbours: worked by hand, what is read, fixed positions."""

import math

import pytest
import torch

from grokscope.models.attention import attention, causal, sequence, sinusoids
from grokscope.models.transformer import Transformer


def test_the_closing_symbol_is_the_last_and_the_operation_the_one_before():
    pair = torch.tensor([[3, 0], [1, 1]])
    assert sequence(pair, 6, operator=False).tolist() == [[3, 0, 5], [1, 1, 5]]
    assert sequence(pair, 7, operator=True).tolist() == [[3, 5, 0, 6], [1, 5, 1, 6]]
    assert sequence(torch.tensor([2, 1, 0]), 6, operator=True).tolist() == [2, 4, 1, 4, 0, 5]


def test_one_head_of_width_one_by_hand():
    one = torch.ones(1, 1, 1, 1, dtype=torch.float64)
    parameters = {
        "query.weight": one,
        "key.weight": math.log(2) * one,
        "value.weight": 10 * one,
        "attention_out.weight": one,
    }
    x = torch.tensor([[[[1.0], [0.0], [2.0]]]], dtype=torch.float64)
    # at 2, scores 2 ln 2, 0, 4 ln 2, so weights 4, 1, 16 of 21; at 0, scores 0 and 0
    at_end = 10 * (4 * 1 + 1 * 0 + 16 * 2) / 21
    every = attention(parameters, x, 3)[0, 0, :, 0]
    assert every.tolist() == pytest.approx([10, 5, at_end])
    assert attention(parameters, x, 1)[0, 0, :, 0].tolist() == pytest.approx([at_end])


def test_a_position_sees_itself_and_what_came_before():
    assert causal(torch.zeros(1, 1, 3, 5)).int().tolist() == [[1, 0, 0], [1, 1, 0], [1, 1, 1]]


def test_sinusoids_are_those_of_the_first_transformer():
    waves = sinusoids(3, 4)
    assert waves[0].tolist() == [0, 1, 0, 1]
    assert waves[2].tolist() == pytest.approx(
        [math.sin(2), math.cos(2), math.sin(0.02), math.cos(0.02)]
    )


def test_the_module_keeps_names_and_numbers_of_the_layout():
    from grokscope.kinds import Signature, Tokens

    signature = Signature(Tokens(2, 5), 5)
    for model in (Transformer(layers=2, norm="pre"), Transformer(tied=True, bias=False)):
        module = model.module(signature)
        names = [(name, p.numel()) for name, p in module.named_parameters()]
        assert names == [(spec.name, spec.size) for spec in model.layout(signature).parameters]
