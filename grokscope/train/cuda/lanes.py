"""Lanes: copies between host and device, so that training need not wait for them."""

from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor


class Event(Protocol):
    """A point in what the device was given to do."""

    def query(self) -> bool:
        """Return whether it has come so far."""
        ...

    def synchronize(self) -> None:
        """Wait until it has."""
        ...


class Lane(Protocol):
    """A way for copies between host and device."""

    def room(self, shape: Sequence[int], dtype: torch.dtype) -> Tensor:
        """Return memory of the host that copies may come from and go to."""
        ...

    def reached(self) -> Event:
        """Return the end of all that training has been given to do so far."""
        ...

    def bring(self, source: Tensor, target: Tensor) -> Event:
        """Copy to the host, once training has come so far, and beside what follows.

        `source` must stay as it is until the event that is returned.
        """
        ...

    def send(self, source: Tensor, target: Tensor) -> Event:
        """Copy to the device, between what training has been given to do and what follows.

        `source` must stay as it is until the event that is returned.
        """
        ...

    def hold(self, event: Event) -> None:
        """Make what training is given to do from now on wait for an event, and not the host."""
        ...


class Done:
    """What has happened already."""

    def query(self) -> bool:
        """Return True; see `Event.query`."""
        return True

    def synchronize(self) -> None:
        """Do nothing; see `Event.synchronize`."""


class Direct:
    """Copies at once, where host and device are one."""

    def room(self, shape: Sequence[int], dtype: torch.dtype) -> Tensor:
        """Return ordinary memory; see `Lane.room`."""
        return torch.empty(*shape, dtype=dtype)

    def reached(self) -> Event:
        """Return now; see `Lane.reached`."""
        return Done()

    def bring(self, source: Tensor, target: Tensor) -> Event:
        """Copy; see `Lane.bring`."""
        target.copy_(source)
        return Done()

    def send(self, source: Tensor, target: Tensor) -> Event:
        """Copy; see `Lane.send`."""
        target.copy_(source)
        return Done()

    def hold(self, event: Event) -> None:
        """Do nothing; see `Lane.hold`."""


class Beside:
    """Copies from and to pinned memory; those to the host on a stream of their own.

    Not run on a device so far.
    """

    def __init__(self, device: torch.device) -> None:
        self._stream = torch.cuda.Stream(device)

    def room(self, shape: Sequence[int], dtype: torch.dtype) -> Tensor:
        """Return pinned memory; see `Lane.room`. Never while a graph is captured."""
        return torch.empty(*shape, dtype=dtype, pin_memory=True)

    def reached(self) -> Event:
        """Return the end of the stream in use; see `Lane.reached`."""
        return _mark(torch.cuda.current_stream())

    def bring(self, source: Tensor, target: Tensor) -> Event:
        """Copy on the side; see `Lane.bring`."""
        self._stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(self._stream):
            target.copy_(source, non_blocking=True)
        return _mark(self._stream)

    def send(self, source: Tensor, target: Tensor) -> Event:
        """Copy on the stream in use; see `Lane.send`."""
        target.copy_(source, non_blocking=True)
        return _mark(torch.cuda.current_stream())

    def hold(self, event: Event) -> None:
        """Let the stream in use wait; see `Lane.hold`."""
        if isinstance(event, torch.cuda.Event):
            torch.cuda.current_stream().wait_event(event)


def _mark(stream: torch.cuda.Stream) -> torch.cuda.Event:
    # one that blocks leaves the core to the thread that writes
    event = torch.cuda.Event(blocking=True)
    event.record(stream)
    return event
