"""Inputs of a dense layer: two-hot vectors, and their products without making them."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grokscope.kinds import Features, Signature, Tokens
from grokscope.models.inputs import encode, gather_sum


@pytest.mark.parametrize(
    ("inputs", "width"),
    [(Tokens(2, 113), 226), (Tokens(1, 5), 5), (Features((16, 16)), 256), (Features((3,)), 3)],
)
def test_width_counts_every_block_or_feature(inputs, width):
    assert Signature(inputs, 2).width == width


def test_a_pair_becomes_two_hot():
    assert encode(torch.tensor([[0, 2], [1, 1]]), 6).tolist() == [
        [1, 0, 0, 0, 0, 1],
        [0, 1, 0, 0, 1, 0],
    ]


def test_features_are_flattened():
    assert encode(torch.arange(8.0).reshape(2, 2, 2), 4).tolist() == [[0, 1, 2, 3], [4, 5, 6, 7]]


@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 4), st.booleans())
def test_gathering_rows_equals_multiplying_one_hots(runs, positions, vocabulary, shared):
    generator = torch.Generator().manual_seed(0)
    weight = torch.randn(runs, positions * vocabulary, 5, generator=generator).double()
    shape = (1 if shared else runs, 6, positions)
    tokens = torch.randint(0, vocabulary, shape, generator=generator)
    blocks = [encode(t, positions * vocabulary) for t in tokens.expand(runs, -1, -1)]
    expected = torch.stack(blocks).double() @ weight
    torch.testing.assert_close(gather_sum(weight, tokens), expected, rtol=0, atol=1e-14)
