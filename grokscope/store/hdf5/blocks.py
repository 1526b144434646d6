"""How a compacted trajectory is cut, so that a value through time and a checkpoint read fast."""

import math
from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from grokscope.layout import ParameterSpec

BLOCK_CHECKPOINTS = 16
"""Checkpoints stored together."""
BLOCK_VALUES = 1024
"""Values of one checkpoint stored together: 64 kB a block."""
BLOCK_WIDTH = 64
"""Values along the last axis of a tensor stored together, where it has several axes."""


def blocks(p: ParameterSpec, count: int) -> tuple[int, ...]:
    """Return the shape of the blocks in which a tensor's `count` checkpoints are kept."""
    shape = [1] * len(p.shape)
    room = BLOCK_VALUES
    for axis in reversed(range(len(shape))):
        last = len(shape) > 1 and axis == len(shape) - 1
        shape[axis] = even(p.shape[axis], min(BLOCK_WIDTH if last else room, room))
        room = max(room // shape[axis], 1)
    return (even(count, BLOCK_CHECKPOINTS), *shape)


def even(length: int, most: int) -> int:
    """Return the size of parts of at most `most` that leave the last one nearly full."""
    parts = -(-length // max(most, 1))
    return -(-length // parts) if parts else 1


def slabs(shape: Sequence[int], chunk: Sequence[int], most: int) -> Iterator[tuple[slice, ...]]:
    """Return parts that cover an array, of whole chunks and of at most `most` values each.

    A part is one chunk where that alone holds more.
    """
    sizes = list(shape)
    for axis, unit in enumerate(chunk):
        if math.prod(sizes) <= most:
            break
        room = most // math.prod(sizes[:axis] + sizes[axis + 1 :])
        sizes[axis] = min(max(room // unit, 1) * unit, shape[axis])
    starts = (range(0, length, size) for length, size in zip(shape, sizes, strict=True))
    for corner in product(*starts):
        yield tuple(
            slice(at, min(at + size, length))
            for at, size, length in zip(corner, sizes, shape, strict=True)
        )


def corners(part: Sequence[slice], chunk: Sequence[int]) -> list[tuple[int, ...]]:
    """Return where the chunks of a part begin, in the order in which `cut` returns them."""
    return list(product(*(range(s.start, s.stop, n) for s, n in zip(part, chunk, strict=True))))


def cut(values: NDArray[np.float32], chunk: Sequence[int], spare: int = 0) -> NDArray[np.float32]:
    """Return an array as its chunks, (chunk, value), the last of each axis padded with NaN.

    Parameters
    ----------
    spare : int
        Values of room to leave at the end of each chunk.
    """
    counts = [-(-length // size) for length, size in zip(values.shape, chunk, strict=True)]
    length = math.prod(chunk) + spare
    flat: NDArray[np.float32] = np.empty((math.prod(counts), length), "<f4")
    # an axis of n values is one of chunks and one within them; their strides in `flat` differ
    inner = [4 * math.prod(chunk[axis + 1 :]) for axis in range(len(chunk))]
    outer = [4 * length * math.prod(counts[axis + 1 :]) for axis in range(len(chunk))]
    grid = np.lib.stride_tricks.as_strided(flat, (*counts, *chunk), (*outer, *inner))
    whole = values
    if any(c * n != size for c, n, size in zip(counts, chunk, values.shape, strict=True)):
        short = [(0, c * n - s) for c, n, s in zip(counts, chunk, values.shape, strict=True)]
        whole = np.pad(values, short, constant_values=np.nan)
    split = whole.reshape([n for pair in zip(counts, chunk, strict=True) for n in pair])
    axes = range(0, 2 * len(chunk), 2)
    grid[...] = split.transpose(*axes, *(axis + 1 for axis in axes))
    return flat
