"""Windows: what steps to come need from the host, sent ahead and counted off on the device."""

from collections.abc import Callable

import torch
from torch import Tensor

from grokscope.train.cuda.lanes import Done, Event, Lane


class Window:
    """Rows of a long table, one per step, of which the next ones lie on the device.

    Parameters
    ----------
    rows : int
        How many lie there; the most that can be used between two calls of `reach`.
    begin, end : int
        Number of the first row to be used, and of the first that never is.
    draw : callable
        Takes a row's number and a count, and returns so many rows from there on, on the host.
    """

    def __init__(
        self,
        rows: int,
        begin: int,
        end: int,
        draw: Callable[[int, int], Tensor],
        device: torch.device,
        lane: Lane,
    ) -> None:
        like = draw(max(min(begin, end - 1), 0), 1)
        self.values = torch.zeros(rows, *like.shape[1:], dtype=like.dtype, device=device)
        self.at = torch.zeros(1, dtype=torch.int64, device=device)
        """Which of them is next, on the device."""
        self._draw, self._lane, self._end = draw, lane, end
        self._staged = [lane.room(self.values.shape, like.dtype) for _ in range(2)]
        self._sent: list[Event] = [Done(), Done()]
        self._next = self._until = begin
        """The next row to be used, and the first that is not on the device."""

    def reach(self, count: int) -> None:
        """Make sure that the next rows, so many, are on the device, and count them as used."""
        if self._next + count > self._until:
            drawn = self._draw(self._next, min(len(self.values), self._end - self._next))
            self._staged.reverse()
            self._sent.reverse()
            self._sent[0].synchronize()
            staged = self._staged[0][: len(drawn)]
            staged.copy_(drawn)
            self._sent[0] = self._lane.send(staged, self.values[: len(drawn)])
            self.at.zero_()
            self._until = self._next + len(drawn)
        self._next += count

    def take(self) -> Tensor:
        """Return the next row; work of the device alone."""
        row = self.values.index_select(0, self.at)[0]
        self.at.add_(1)
        return row
