"""Writing to a disk that may be full for a while: wait, say so once, give up in one line."""

import time
from collections.abc import Callable
from typing import TypeVar

from grokscope.errors import GrokscopeError, StoreFailed

T = TypeVar("T")

PAUSES = (0.05, 0.1, 0.2, 0.5, 1.0)
"""Seconds between attempts; the last one repeats."""


class Patience:
    """How long a writer insists.

    Parameters
    ----------
    seconds : float
        Time from the first failure until `StoreFailed`.
    notify : callable
        Told once when writing begins to fail, and once when it works again.
    """

    def __init__(self, seconds: float, notify: Callable[[str], None]) -> None:
        self.seconds = seconds
        self.notify = notify

    def insist(self, action: Callable[[], T], what: str) -> T:
        """Return what `action` returns, trying again while the disk refuses.

        Parameters
        ----------
        action : callable
            Must leave things as they were when it raises OSError.
        what : str
            What is being written, for people.

        Raises
        ------
        StoreFailed
            If the disk still refuses after `seconds`.
        """
        try:
            return action()
        except GrokscopeError:
            raise
        except OSError as error:
            self.notify(f"{what}: {reason(error)}; waiting up to {self.seconds:.0f} s for room")
            return self._wait(action, what, error)

    def _wait(self, action: Callable[[], T], what: str, error: OSError) -> T:
        until = time.monotonic() + self.seconds
        tries = 0
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(PAUSES[min(tries, len(PAUSES) - 1)], left))
            tries += 1
            try:
                result = action()
            except OSError as another:
                error = another
            else:
                self.notify(f"{what}: written")
                return result
        raise StoreFailed(
            f"{what}: {reason(error)} for {self.seconds:.0f} s; all that was acknowledged is"
            " kept, and the run can be resumed once the store takes writes again"
        ) from error


def reason(error: OSError) -> str:
    """Return why a write failed, in the system's words, without a path."""
    return (error.strerror or str(error)).partition("\n")[0].lower()
