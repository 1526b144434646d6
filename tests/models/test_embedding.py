"""Embeddings: rows are looked up for each run in its own table, and filled up with zeros."""

import torch

from grokscope.models.embedding import embedded, filled


def test_each_run_looks_into_its_own_table():
    weight = torch.arange(12.0).reshape(2, 3, 2)
    tokens = torch.tensor([[[0, 2]]])
    assert embedded(weight, tokens, summed=True).tolist() == [[[4, 6]], [[16, 18]]]
    side = embedded(weight, tokens, summed=False)
    assert side.tolist() == [[[0, 1, 4, 5]], [[6, 7, 10, 11]]]


def test_zeros_fill_up_what_enters_a_layer_and_change_no_product():
    x, weight = torch.randn(2, 5, 11), torch.randn(2, 11, 3)
    wide, tall = filled(x, weight)
    assert (wide.shape, tall.shape) == ((2, 5, 16), (2, 16, 3))
    torch.testing.assert_close(wide @ tall, x @ weight)
    assert filled(wide, tall)[0] is wide
