"""Writing to a disk that may be full for a while: wait, say so once, give up in one line."""

import contextlib
import errno
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from grokscope.errors import GrokscopeError, StoreFailed

T = TypeVar("T")
Notify = Callable[[str], None]

PATIENCE = 60.0
"""Seconds a writer insists where a disk refuses."""

PAUSES = (0.05, 0.1, 0.2, 0.5, 1.0)
"""Seconds between attempts; the last one repeats."""
HOPELESS = frozenset(
    {
        errno.EROFS,
        errno.EACCES,
        errno.EPERM,
        errno.ENOENT,
        errno.ENOTDIR,
        errno.EISDIR,
        errno.EMFILE,
        errno.ENAMETOOLONG,
    }
)
"""Refusals that waiting does not mend."""


def quiet(line: str) -> None:
    """Tell nobody."""


class Patience:
    """How long a writer insists.

    Parameters
    ----------
    seconds : float
        Time from the first failure until `StoreFailed`.
    notify : callable, optional
        Told once when writing begins to fail, and once when it works again.
    """

    def __init__(self, seconds: float, notify: Notify | None = None) -> None:
        self.seconds = seconds
        self.notify = notify or quiet
        self.explain: Callable[[], None] = lambda: None
        """Called before giving up; raises what tells better why."""
        self.asked: Callable[[], bool] = lambda: False
        """Whether to give up soon, since what is written is to stop."""

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
            If the disk still refuses after `seconds`, or once asked to stop, or does so for good.
        """
        try:
            return action()
        except GrokscopeError:
            raise
        except OSError as error:
            if error.errno in HOPELESS:
                self.explain()
                raise StoreFailed(f"{what}: {reason(error)}") from error
            self.notify(f"{what}: {reason(error)}; waiting up to {self.seconds:.0f} s for room")
            return self._wait(action, what, error)

    def _wait(self, action: Callable[[], T], what: str, error: OSError) -> T:
        until = time.monotonic() + self.seconds
        tries, stopping = 0, False
        while not stopping and (left := until - time.monotonic()) > 0:
            time.sleep(min(PAUSES[min(tries, len(PAUSES) - 1)], left))
            tries += 1
            try:
                result = action()
            except GrokscopeError:
                raise
            except OSError as another:
                if another.errno in HOPELESS:
                    self.explain()
                    raise StoreFailed(f"{what}: {reason(another)}") from another
                error = another
                stopping = tries >= len(PAUSES) and self.asked()
            else:
                self.notify(f"{what}: written")
                return result
        self.explain()
        waited = ", and a stop was asked for" if stopping else f" for {self.seconds:.0f} s"
        raise StoreFailed(
            f"{what}: {reason(error)}{waited}; all that was acknowledged is"
            " kept, and the run can be resumed once the store takes writes again"
        ) from error


@contextlib.contextmanager
def told(what: str) -> Iterator[None]:
    """Turn a refusal of the disk into one line.

    Raises
    ------
    StoreFailed
        Where OSError is raised inside.
    """
    try:
        yield
    except GrokscopeError:
        raise
    except OSError as error:
        raise StoreFailed(f"{what}: {reason(error)}") from error


def reason(error: OSError) -> str:
    """Return why a write failed, in the system's words, without a path."""
    return (error.strerror or str(error)).partition("\n")[0].lower()
