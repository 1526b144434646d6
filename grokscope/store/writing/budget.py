"""How much of a process's time may go into making its runs visible."""

import contextlib
import time
from collections.abc import Callable, Iterator


class PublishBudget:
    """What one process may spend on making its runs visible, over all of them.

    Freshness comes from the log, so a late publish costs nobody anything.

    Parameters
    ----------
    share : float, in (0, 1]
        Most of the process's time since the budget was made.
    interval : float, in seconds
        Least time between two publishes of one run.
    growth : float
        Rows that a publish must add, as a fraction of those already published.
    longest : float, in seconds
        Time after which any new row is reason enough.
    first : float, in seconds
        Time after which the first rows of a run are published, so that its file is not empty.
    """

    def __init__(
        self,
        share: float = 0.02,
        interval: float = 10.0,
        growth: float = 0.05,
        longest: float = 60.0,
        first: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.share = share
        self.interval = interval
        self.growth = growth
        self.longest = longest
        self.first = first
        self.spent = 0.0
        """Seconds spent publishing."""
        self._clock = clock
        self._began = clock()

    @property
    def affords(self) -> bool:
        """Whether less than the share of time so far is spent."""
        return self.spent <= self.share * (self._clock() - self._began)

    def allows(self, since: float, published: int, rows: int) -> bool:
        """Return whether a run may publish now.

        Parameters
        ----------
        since : float, in seconds
            Time since its last publish.
        published, rows : int
            Rows in the published file and in all.
        """
        if rows <= published or not self.affords:
            return False
        if published == 0:
            return since >= min(self.first, self.interval)
        if since < self.interval:
            return False
        return since >= self.longest or rows - published >= self.growth * published

    @contextlib.contextmanager
    def spending(self) -> Iterator[None]:
        """Count the time of what is done inside."""
        start = self._clock()
        try:
            yield
        finally:
            self.spent += self._clock() - start
