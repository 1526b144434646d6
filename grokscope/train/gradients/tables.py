"""Tables: tokens into a layer and back, as sums of rows, without one-hots.

Both ways are gather-sums, which add in one order whatever lies beside a run: forward the rows of
the weight that an example's tokens name, backward the examples that a row was gathered by.
"""

from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from grokscope.kinds import Signature, Tokens


@dataclass
class Gathered:
    """Which rows each example gathers, and which examples each row was gathered by."""

    shape: tuple[int, int]
    """Runs and examples."""
    rows: Tensor
    """Of the tables of all runs laid end to end, (run · example · position,)."""
    first: Tensor
    """Where each example's rows begin."""
    order: Tensor
    """Places in `rows`, sorted by row."""
    examples: Tensor
    """Which example each place in `rows` is of."""
    sorted_examples: Tensor
    """The same, sorted by row."""
    start: Tensor
    """Where each row's examples begin, (run · row + 1,)."""


def sort(tokens: Tensor, signature: Signature) -> Gathered:
    """Return tokens as rows of a first dense layer to gather, and sorted by them.

    Parameters
    ----------
    tokens : Tensor of int64, (run, example, position)
    """
    assert isinstance(signature.inputs, Tokens)
    places = torch.arange(tokens.shape[2], device=tokens.device)
    block = places * signature.inputs.vocabulary
    return by_row(tokens + block, signature.width)


def by_row(rows: Tensor, count: int) -> Gathered:
    """Return rows of a table to gather, and sorted.

    Parameters
    ----------
    rows : Tensor of int64, (run, example, position)
        Each in [0, count).
    """
    runs, examples, positions = rows.shape
    numbers = partial(torch.arange, device=rows.device)
    flat = (rows + numbers(runs)[:, None, None] * count).flatten()
    ordered, order = torch.sort(flat, stable=True)
    # counting would make CUDA wait for the largest
    start = torch.searchsorted(ordered, numbers(runs * count + 1))
    first = numbers(runs * examples + 1) * positions
    of = numbers(len(flat)) // positions
    return Gathered(
        (runs, examples), flat.int(), first.int(), order, of.int(), of[order].int(), start.int()
    )


def gather(table: Tensor, gathered: Gathered, weights: Tensor | None = None) -> Tensor:
    """Return the sum of the rows that each example names, (run, example, width).

    Parameters
    ----------
    table : Tensor, (run, row, width), contiguous
    weights : Tensor, (run, example, position), optional
        Factors of the rows.
    """
    flat = None if weights is None else weights.flatten()
    return _sums(table, gathered.rows, gathered.first, flat).view(*gathered.shape, -1)


def scatter(
    delta: Tensor, gathered: Gathered, gradient: Tensor, weights: Tensor | None = None
) -> None:
    """Write into `gradient`, (run, row, width), the sum of `delta` over each row's examples.

    Parameters
    ----------
    delta : Tensor, (run, example, width), contiguous
    weights : Tensor, (run, example, position), optional
        What the rows were weighted with.
    """
    flat = None if weights is None else weights.flatten().index_select(0, gathered.order)
    total = _sums(delta, gathered.sorted_examples, gathered.start, flat)
    gradient.copy_(total.view(gradient.shape))


def weight_slopes(table: Tensor, gathered: Gathered, delta: Tensor) -> Tensor:
    """Return the gradient of the weights of `gather`, (run · example · position,).

    Parameters
    ----------
    table : Tensor, (run, row, width), contiguous
    delta : Tensor, (run, example, width), contiguous
    """
    return torch.ops.aten._embedding_bag_per_sample_weights_backward(
        delta.flatten(0, 1),
        table.flatten(0, 1),
        gathered.rows,
        gathered.first[:-1],
        gathered.examples,
        0,
    )


def _sums(table: Tensor, rows: Tensor, start: Tensor, weights: Tensor | None) -> Tensor:
    flat = table.flatten(0, 1)
    total, *_ = torch.embedding_bag(flat, rows, start, False, 0, False, weights, True)
    return total
