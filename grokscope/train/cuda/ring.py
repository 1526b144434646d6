"""Ring: metrics of evaluations, written on the device and read late."""

import torch
from torch import Tensor

from grokscope.train.cuda.lanes import Event, Lane


class Ring:
    """A round of slots, each for one evaluation of every run.

    The device counts the slots it writes; the host counts along, because it knows how often the
    work it gave evaluates. A slot is the host's from `bring` until `release`.

    Parameters
    ----------
    slots, runs, metrics : int
    """

    def __init__(
        self, slots: int, runs: int, metrics: int, device: torch.device, lane: Lane
    ) -> None:
        shape = (slots, runs, metrics)
        self.values = torch.zeros(shape, dtype=torch.float64, device=device)
        self.at = torch.zeros(1, dtype=torch.int64, device=device)
        """Which slot is written next, on the device."""
        self.free = slots
        """Slots that may be written."""
        self._host = lane.room(shape, torch.float64)
        self._lane = lane
        self._next = 0

    def write(self, scores: Tensor) -> None:
        """Write scores, (run, metric), into the next slot; work of the device alone."""
        self.values.index_copy_(0, self.at, scores[None])
        self.at.add_(1).remainder_(len(self.values))

    def bring(self, count: int) -> tuple[list[int], Event]:
        """Have the next slots, so many, copied to the host; return which, and when they are."""
        slots = [(self._next + k) % len(self.values) for k in range(count)]
        turn = len(self.values) - self._next
        for part in (slots[:turn], slots[turn:]):
            if part:
                where = slice(part[0], part[-1] + 1)
                event = self._lane.bring(self.values[where], self._host[where])
        self._next = (self._next + count) % len(self.values)
        self.free -= count
        return slots, event

    def read(self, slot: int) -> list[list[float]]:
        """Return the metrics of every run in a slot that has been brought."""
        found: list[list[float]] = self._host[slot].tolist()
        return found

    def release(self, count: int) -> None:
        """Let the oldest slots, so many, be written again."""
        self.free += count
