"""Tables: gather-sums equal one-hots times the weight, and the transpose of it."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grokscope.kinds import Signature, Tokens
from grokscope.train.gradients.tables import by_row, gather, scatter, sort, weight_slopes


def one_hots(tokens, vocabulary):
    return torch.nn.functional.one_hot(tokens, vocabulary).flatten(2).double()


@given(st.integers(1, 3), st.integers(1, 6), st.integers(1, 3), st.integers(1, 5), st.integers(0))
def test_both_ways_are_products_with_one_hots(runs, examples, positions, vocabulary, seed):
    draw = torch.Generator().manual_seed(seed % 2**31)
    tokens = torch.randint(0, vocabulary, (runs, examples, positions), generator=draw)
    rows = positions * vocabulary
    weight = torch.randn(runs, rows, 4, generator=draw, dtype=torch.float64)
    gathered = sort(tokens, Signature(Tokens(positions, vocabulary), 2))
    dense = one_hots(tokens, vocabulary)
    torch.testing.assert_close(gather(weight, gathered), dense @ weight)
    delta = torch.randn(runs, examples, 4, generator=draw, dtype=torch.float64)
    found = torch.full_like(weight, torch.nan)
    scatter(delta, gathered, found)
    torch.testing.assert_close(found, dense.mT @ delta)


def test_rows_are_summed_in_the_order_of_examples():
    tokens = torch.zeros(1, 3, 1, dtype=torch.int64)
    gathered = sort(tokens, Signature(Tokens(1, 2), 2))
    delta = torch.tensor([[[2.0**24], [1.0], [1.0]]])
    found = torch.empty(1, 2, 1)
    scatter(delta, gathered, found)
    assert found[0, 0].item() == 2.0**24 == pytest.approx((delta[0, 0] + 1 + 1).item())
    assert found[0, 1].item() == 0


def test_weighted_rows_and_the_slopes_of_weights_are_those_of_autograd():
    draw = torch.Generator().manual_seed(0)
    rows = torch.randint(0, 5, (2, 9, 3), generator=draw)
    table = torch.randn(2, 5, 4, generator=draw, dtype=torch.float64, requires_grad=True)
    weights = torch.rand(2, 9, 3, generator=draw, dtype=torch.float64, requires_grad=True)
    delta = torch.randn(2, 9, 4, generator=draw, dtype=torch.float64)
    taken = torch.stack([one[row] for one, row in zip(table, rows, strict=True)])
    plain = (taken * weights[..., None]).sum(2)
    by_table, by_weight = torch.autograd.grad((plain * delta).sum(), (table, weights))
    gathered = by_row(rows, 5)
    with torch.no_grad():
        torch.testing.assert_close(gather(table, gathered, weights), plain)
        found = torch.full_like(table, torch.nan)
        scatter(delta, gathered, found, weights)
        torch.testing.assert_close(found, by_table)
        slopes = weight_slopes(table, gathered, delta)
        torch.testing.assert_close(slopes, by_weight.flatten())
