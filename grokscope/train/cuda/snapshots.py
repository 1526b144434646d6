"""Snapshots: parameters of every run as they stood, brought to the host while training goes on."""

from collections import deque
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from grokscope.train.cuda.lanes import Done, Event, Lane

BUFFERS = 4
"""Snapshots that may be on their way to the host, or there and not read yet."""
MOST_BYTES = 4 << 30
"""Pinned memory that they may take, where that leaves at least two."""


@dataclass
class Snapshot:
    """Parameters of every run at one step."""

    rows: Tensor
    """(run, parameter), in memory of the host."""
    arrived: Event
    """When they are there."""

    def row(self, run: int) -> NDArray[np.float32]:
        """Return a copy of one run's parameters."""
        copy: NDArray[np.float32] = self.rows[run].numpy().copy()
        return copy


class Snapshots:
    """Takes snapshots: a copy on the device, and from there one into a free buffer of the host.

    Two copies on the device take turns, so that training goes on while one is brought.

    Parameters
    ----------
    theta : Tensor, (run, parameter)
        What snapshots are taken of.
    """

    def __init__(self, theta: Tensor, lane: Lane, buffers: int = BUFFERS) -> None:
        self.theta = theta
        self._lane = lane
        size = theta.numel() * theta.element_size()
        count = max(2, min(buffers, MOST_BYTES // size))
        self._free = deque(lane.room(theta.shape, theta.dtype) for _ in range(count))
        self._copies = [
            torch.empty(theta.shape, dtype=theta.dtype, device=theta.device) for _ in range(2)
        ]
        self._brought: list[Event] = [Done(), Done()]

    @property
    def free(self) -> int:
        """Buffers of the host that none is on its way to."""
        return len(self._free)

    def take(self) -> Snapshot:
        """Return a snapshot of now, for which there must be a free buffer."""
        rows = self._free.popleft()
        self._copies.reverse()
        self._brought.reverse()
        self._lane.hold(self._brought[0])
        self._copies[0].copy_(self.theta)
        self._brought[0] = self._lane.bring(self._copies[0], rows)
        return Snapshot(rows, self._brought[0])

    def give_back(self, snapshot: Snapshot) -> None:
        """Let a snapshot's buffer be used again."""
        self._free.append(snapshot.rows)
