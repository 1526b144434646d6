"""Stop: how a training process learns that it should end, and when it must."""

import os
import signal
from collections.abc import Callable
from types import FrameType, TracebackType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop:
    """A request to end at the next checkpoint, raised by signals while used as a context.

    The first SIGINT, SIGTERM or SIGHUP asks for a clean end; a second one aborts at once with
    KeyboardInterrupt, leaving the last resume point. A terminal that goes away may send SIGHUP
    several times, so that it never aborts; where it is ignored, as under nohup, it stays so.

    Parameters
    ----------
    also : callable, optional
        A further source of the request, asked once per epoch.
    tell : callable, optional
        Called at the first signal, between any two steps of what the process does.
    """

    def __init__(
        self, also: Callable[[], bool] | None = None, tell: Callable[[], None] | None = None
    ) -> None:
        self.also, self.tell = also, tell
        self.signalled = False
        self.previous: dict[int, object] = {}

    @property
    def requested(self) -> bool:
        """Whether training should end at the next checkpoint."""
        return self.signalled or (self.also is not None and self.also())

    def __enter__(self) -> "Stop":
        for number in SIGNALS:
            if number == signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN:
                continue
            self.previous[number] = signal.signal(number, self._receive)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self.previous.items():
            signal.signal(number, handler)  # type: ignore[arg-type]

    def _receive(self, number: int, frame: FrameType | None) -> None:
        if self.signalled and number != signal.SIGHUP:
            raise KeyboardInterrupt
        first, self.signalled = not self.signalled, True
        if first and self.tell is not None:
            self.tell()


def orphaned_from(parent: int) -> Callable[[], bool]:
    """Return a test of whether this process has lost its parent, whose pid was `parent`."""
    return lambda: os.getppid() != parent
