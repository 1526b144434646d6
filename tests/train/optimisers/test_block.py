"""Blocks: norms of rows, and rows with what pads them."""

import pytest
import torch

from grokscope.config.sections import Optimizer
from grokscope.train.buffers import padded
from grokscope.train.optimisers.block import Block, norms

ROWS = torch.tensor([[3.0, 4.0], [0.3, 0.4]])


def block(keys, norm=None):
    settings = [Optimizer(**each) for each in keys]
    return Block(slice(0, len(settings)), settings, ROWS.clone(), ROWS.clone(), [], None, norm)


def test_only_gradients_longer_than_their_own_limit_are_clipped():
    clipped = block([{"clip_norm": 1.0}, {"clip_norm": 1.0}])
    clipped.clip()
    torch.testing.assert_close(clipped.grad, torch.tensor([[0.6, 0.8], [0.3, 0.4]]))
    mixed = block([{}, {"clip_norm": 0.25}])
    mixed.clip()
    torch.testing.assert_close(mixed.grad, torch.tensor([[3, 4], [0.15, 0.2]]))


def test_rows_are_rescaled_to_the_norm_they_keep_and_free_ones_are_not():
    constrained = block([{}, {}], torch.tensor([[0.0], [10.0]], dtype=torch.float64))
    constrained.constrain()
    torch.testing.assert_close(constrained.theta, torch.tensor([[3.0, 4.0], [6.0, 8.0]]))


def test_a_norm_is_exact_to_float64_and_the_same_in_company():
    rows = torch.randn(8, 5009, generator=torch.Generator().manual_seed(0))
    expected = rows.double().norm(dim=1, keepdim=True)
    torch.testing.assert_close(norms(rows), expected, rtol=1e-14, atol=0)
    assert torch.equal(norms(rows), torch.cat([norms(row[None]) for row in rows]))


def test_padding_is_what_lies_before_the_next_cache_line():
    lines = torch.zeros(3, 48)
    assert padded(lines[:, :37]).shape == (3, 48)
    assert padded(lines[1:2, :37]).data_ptr() == lines[1].data_ptr()


@pytest.mark.parametrize("columns", [48, 32, 5])
def test_rows_of_something_larger_are_not_widened(columns):
    assert padded(torch.zeros(3, 48)[:, :columns]).shape == (3, columns)
