"""How much of a process's time may go into making its runs visible."""

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Literal

HEARTBEAT = (1.0, 10.0)
"""Least and greatest time between two signs of life of a run, in seconds."""
CROWD = 8
"""Runs of a process from which on a sign of life need not be a new summary."""
IDLE = 1.0
"""Seconds of the budget that nobody wanted after which a new round begins."""

Due = Literal["publish", "sum up", "beat"]


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
        """Seconds spent publishing, but for each run's first time and last."""
        self.runs = 0
        """How many share it."""
        self.round = 0
        """How often each run had its turn."""
        self._clock = clock
        self._began = clock()

    @property
    def affords(self) -> bool:
        """Whether less than the share of time so far is spent."""
        return self.spent <= self.share * (self._clock() - self._began)

    @property
    def crowd(self) -> float:
        """How many times as long as alone a run waits for what can wait; 1 up to `CROWD` runs."""
        return max(self.runs / CROWD, 1.0)

    @property
    def idle(self) -> float:
        """Seconds for which more could have been spent."""
        return (self._clock() - self._began) - self.spent / self.share

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


class Turn:
    """When one of the runs that share a budget may use it: one after another, in rounds.

    Without turns the first of a thousand would take all that there is.
    """

    def __init__(self, budget: PublishBudget) -> None:
        self.budget = budget
        budget.runs += 1
        self._round = -1
        self._published = self._summed = self._beat = time.monotonic()

    def due(self, published: int, rows: int) -> frozenset[Due]:
        """Return what is to be done for the run now, as many as two things; it counts as done.

        Parameters
        ----------
        published, rows : int
            Rows in the published file and in all.
        """
        now = time.monotonic()
        least, most = HEARTBEAT
        since = now - self._summed
        grown = self.budget.allows(now - self._published, published, rows)
        summable = since >= least and self.budget.affords
        due: set[Due] = set()
        if (grown or summable) and self._takes_turn():
            due = {"publish"} if grown else set()
            due |= {"sum up"} if summable else set()
        elif since >= most * self.budget.crowd:
            due = {"sum up"}
        elif now - self._beat >= most:
            due = {"beat"}
        if "publish" in due:
            self._published = now
        if "sum up" in due:
            self._summed = now
        if due:
            self._beat = now
        return frozenset(due)

    def _takes_turn(self) -> bool:
        """Return whether others had theirs since this run's last one, or want none."""
        if self._round >= self.budget.round:
            if self.budget.idle < IDLE and self.budget.runs > 1:
                return False
            self.budget.round += 1
        self._round = self.budget.round
        return True
