"""Tables: tokens into the first dense layer and back, as sums of rows, without one-hots.

Both ways are gather-sums, which add in one order whatever lies beside a run: forward the rows of
the weight that an example's tokens name, backward the examples that a row was gathered by.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from grokscope.kinds import Signature, Tokens


@dataclass
class Gathered:
    """Which rows each example gathers, and which examples each row was gathered by."""

    shape: tuple[int, int]
    """Runs and examples."""
    rows: Tensor
    """Of the weights of all runs laid end to end, (run · example · position,)."""
    first: Tensor
    """Where each example's rows begin."""
    examples: Tensor
    """Sorted by the row that gathers them, (run · example · position,)."""
    start: Tensor
    """Where each row's examples begin, (run · row + 1,)."""


def sort(tokens: Tensor, signature: Signature) -> Gathered:
    """Return tokens as rows to gather, and sorted by them.

    Parameters
    ----------
    tokens : Tensor of int64, (run, example, position)
    """
    assert isinstance(signature.inputs, Tokens)
    runs, examples, positions = tokens.shape
    block = torch.arange(positions) * signature.inputs.vocabulary
    rows = (tokens + block + torch.arange(runs)[:, None, None] * signature.width).flatten()
    order = torch.sort(rows, stable=True).indices
    counts = torch.bincount(rows, minlength=runs * signature.width)
    start = torch.cat([torch.zeros(1, dtype=torch.int64), counts.cumsum(0)])
    first = torch.arange(runs * examples + 1) * positions
    return Gathered(
        (runs, examples), rows.int(), first.int(), (order // positions).int(), start.int()
    )


def gather(table: Tensor, gathered: Gathered) -> Tensor:
    """Return the sum of the rows that each example names, (run, example, width).

    Parameters
    ----------
    table : Tensor, (run, row, width), contiguous
    """
    return _sums(table, gathered.rows, gathered.first).view(*gathered.shape, -1)


def scatter(delta: Tensor, gathered: Gathered, gradient: Tensor) -> None:
    """Write into `gradient`, (run, row, width), the sum of `delta` over each row's examples.

    Parameters
    ----------
    delta : Tensor, (run, example, width), contiguous
    """
    gradient.copy_(_sums(delta, gathered.examples, gathered.start).view(gradient.shape))


def _sums(table: Tensor, rows: Tensor, start: Tensor) -> Tensor:
    total, *_ = torch.embedding_bag(table.flatten(0, 1), rows, start, False, 0, False, None, True)
    return total
