"""Buffers: rows of an ensemble side by side in memory, each on cache lines of its own."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

LINE = 16
"""Numbers of 4 bytes in a cache line."""


def aligned(
    rows: Sequence[NDArray[np.float32]], device: torch.device, dtype: torch.dtype = torch.float32
) -> Tensor:
    """Return rows as a tensor, (run, parameter), each of which starts on a cache line.

    Vectorised kernels treat the ends of unaligned memory apart, so that without this a run's
    bits would depend on its place in the ensemble.
    """
    size = len(rows[0])
    padded = torch.zeros(len(rows), -(-size // LINE) * LINE, dtype=dtype, device=device)
    buffer = padded[:, :size]
    buffer.copy_(torch.from_numpy(np.stack(rows)))
    return buffer


def padded(buffer: Tensor) -> Tensor:
    """Return rows together with the zeros between them and the next cache line.

    A vectorised kernel treats what is left over at the end of its memory apart. Whole lines
    leave nothing over, and so a row's bits do not depend on the rows behind it.
    """
    runs, size = buffer.shape
    stride = buffer.stride(0)
    if not size < stride < size + LINE:
        return buffer
    return buffer.as_strided((runs, stride), (stride, 1))
