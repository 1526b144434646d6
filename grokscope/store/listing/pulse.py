"""When live runs were last heard of, by changes that were seen and not by clocks that differ."""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass


@dataclass(frozen=True)
class _Seen:
    stamp: Hashable
    since: float
    """When it was first seen so, by this process's own clock."""
    changed: bool
    """Whether it was seen to change, and not only found as it is."""


class Pulse:
    """Tells how long ago each of some runs gave a sign of life.

    A clock that jumps, or that of another machine, cannot make a run seem stalled that goes on,
    nor one seem to go on that hangs, once it was watched for a while.

    Parameters
    ----------
    clock : callable
        Seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: dict[str, _Seen] = {}

    def age(self, run: str, stamp: Hashable, heartbeat: float, now: float) -> float:
        """Return how long ago a run was last heard of, in seconds, at least 0.

        Parameters
        ----------
        stamp : hashable
            What changes with every sign of life, such as time and inode of the summary.
        heartbeat, now : float
            Unix times; the first is the writer's.
        """
        moment = self._clock()
        known = self._seen.get(run)
        if known is None or known.stamp != stamp:
            known = self._seen[run] = _Seen(stamp, moment, known is not None)
        watched = moment - known.since
        return watched if known.changed else max(watched, now - heartbeat)
