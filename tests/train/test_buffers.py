"""Buffers: rows lie on cache lines of their own, with zeros behind them."""

import numpy as np
import torch

from grokscope.train.buffers import LINE, aligned, padded

CPU = torch.device("cpu")


def test_rows_keep_their_numbers_and_begin_on_lines():
    rows = [np.arange(size * 21, (size + 1) * 21, dtype=np.float32) for size in range(3)]
    buffer = aligned(rows, CPU)
    np.testing.assert_array_equal(buffer.numpy(), np.stack(rows))
    assert [row.data_ptr() % (4 * LINE) for row in buffer] == [0, 0, 0]


def test_what_lies_between_rows_is_zero():
    whole = padded(aligned([np.ones(21, np.float32)] * 2, CPU))
    assert whole.shape == (2, 32)
    assert whole.sum() == 42
    assert padded(whole).shape == (2, 32)


def test_other_buffers_are_left_alone():
    rows = torch.ones(3, 8)
    assert padded(rows) is rows
