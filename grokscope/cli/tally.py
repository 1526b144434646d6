"""Runs on their way, read from the store: each by itself, or many as a whole."""

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grokscope.errors import GrokscopeError
from grokscope.store.listing.summary import RunSummary, read_summary
from grokscope.store.schema import SUMMARY_FILE
from grokscope.wording import accuracy, number, reached

BECAME = ("grokking", "steady", "partial", "memorised", "untrained", "failed", "interrupted")
"""What is counted of many runs."""
SETTLED, SHARE = 10.0, 0.05
"""Seconds of history, or share of the work done in view, from which a remaining time is told."""


@dataclass(frozen=True)
class Line:
    """What is shown of a run, or of many."""

    name: str
    done: float
    of: float | None
    """Epochs."""
    told: str
    eta: float | None
    """Seconds; None where it is not known."""
    live: bool


class Runs:
    """Runs on their way, read again only where their summaries changed.

    Parameters
    ----------
    work : dict, optional
        What each run takes from epoch 0 on, in any unit; its epochs where that is not given.
    clock : callable
        Seconds that never go back.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        work: Mapping[Path, float] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.total = len(paths)
        self.work = work or {}
        self.took = 0.0
        """Seconds that the last look took."""
        self.rate: float | None = None
        """Epochs of all runs per second, since the first look; None until it is known."""
        self.age = 0.0
        """Seconds since the first look that found a run."""
        self.done = 0.0
        """Work of all runs that is done."""
        self.gained = 0.0
        """Of that, since the first look."""
        self._left = list(paths)
        self._clock = clock
        self._read: dict[Path, tuple[int, RunSummary]] = {}
        self._first: tuple[float, float, float] | None = None
        """When that was, and what epochs and work were done."""

    def look(self) -> list[RunSummary]:
        """Return those that have begun, as they stand."""
        start = self._clock()
        for path in self._left:
            with contextlib.suppress(GrokscopeError, OSError):
                stamp = (path / SUMMARY_FILE).stat().st_mtime_ns
                if path not in self._read or self._read[path][0] != stamp:
                    self._read[path] = (stamp, read_summary(path))
        found = [run for _, run in self._read.values()]
        ended = {path for path, (_, run) in self._read.items() if not run.live}
        self._left = [path for path in self._left if path not in ended]
        epochs, now = sum(run.epoch for run in found), self._clock()
        self.done = sum(self.whole(run) * _share(run) for run in found)
        if self._first is None:
            self._first = (now, epochs, self.done) if found else None
        else:
            self.age, self.gained = now - self._first[0], self.done - self._first[2]
            if self.age > 0 and epochs > self._first[1]:
                self.rate = (epochs - self._first[1]) / self.age
        self.took = now - start
        return found

    def whole(self, run: RunSummary) -> float:
        """Return the work that a run is, from epoch 0 on."""
        return self.work.get(run.path) or run.total_epochs or run.epoch

    def left(self, found: Sequence[RunSummary]) -> float:
        """Return the work that is left of all runs; those that ended have none."""
        begun = {run.path for run in found}
        # of runs that have not begun nothing may be known yet, but that they are like the others
        usual = sum(map(self.whole, found)) / max(len(found), 1)
        later = [self.work.get(path, usual) for path in self._left if path not in begun]
        return sum(later) + sum(self.whole(run) * (1 - _share(run)) for run in found if run.live)


def whole(found: Sequence[RunSummary], runs: Runs) -> Line:
    """Return many runs in one line: how many ended, how fast they are, what became of them."""
    left = runs.left(found)
    of = runs.done + left
    counts = Counter(_became(run) for run in found)
    live = sum(run.live for run in found)
    words = [f"{len(found) - live} of {runs.total} ended"]
    words += [f"{counts[word]} {word}" for word in BECAME if counts[word]]
    if runs.rate:
        words.append(f"{number(runs.rate)} epochs/s in all")
    eta = None
    if runs.gained > 0 and (runs.age >= SETTLED or runs.gained >= SHARE * of):
        # all cannot be done before the one that has longest to go
        eta = max([left * runs.age / runs.gained, *(run.eta or 0 for run in found if run.live)])
    return Line(f"{runs.total} runs", runs.done, of or None, "  ".join(words), eta, live > 0)


def alone(run: RunSummary, runs: Runs) -> Line:
    """Return one run in one line; how fast it is only where there is no other."""
    settled = runs.age >= SETTLED or run.epoch >= SHARE * (run.total_epochs or run.epoch)
    told = describe(run, with_rate=runs.total == 1)
    eta = run.eta if settled else None
    return Line(run.id, run.epoch, run.total_epochs, told, eta, run.live)


def describe(run: RunSummary, with_rate: bool = True) -> str:
    """Return where a run stands, in a few words: what became of it as soon as that is known."""
    words = [reached(run)]
    words += [
        f"{split} {accuracy(run.metrics[f'{split}_accuracy'].last)}"
        for split in ("train", "test")
        if f"{split}_accuracy" in run.metrics
    ]
    if became := _became(run):
        words.append(became)
    if run.rate and with_rate:
        words.append(f"{number(run.rate)} epochs/s")
    return "  ".join(words)


def _share(run: RunSummary) -> float:
    """Return how far a run is, from 0 to 1."""
    return run.epoch / (run.total_epochs or run.epoch or 1)


def _became(run: RunSummary) -> str:
    if run.status in ("failed", "interrupted"):
        return run.status
    return (run.outcome and run.outcome.regime) or ""
