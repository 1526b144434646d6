"""Runs on their way, read from the store: each by itself, or many as a whole."""

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Sequence
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
    clock : callable
        Seconds that never go back.
    """

    def __init__(self, paths: Sequence[Path], clock: Callable[[], float] = time.monotonic) -> None:
        self.total = len(paths)
        self.took = 0.0
        """Seconds that the last look took."""
        self.rate: float | None = None
        """Epochs of all runs per second, since the first look; None until it is known."""
        self.age = 0.0
        """Seconds since the first look that found a run."""
        self.gained = 0.0
        """Epochs of all runs since then."""
        self._left = list(paths)
        self._clock = clock
        self._read: dict[Path, tuple[int, RunSummary]] = {}
        self._first: tuple[float, float] | None = None

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
        done, now = sum(run.epoch for run in found), self._clock()
        if self._first is None:
            self._first = (now, done) if found else None
        else:
            self.age, self.gained = now - self._first[0], done - self._first[1]
            if self.age > 0 and self.gained > 0:
                self.rate = self.gained / self.age
        self.took = now - start
        return found


def whole(found: Sequence[RunSummary], runs: Runs) -> Line:
    """Return many runs in one line: how many ended, how fast they are, what became of them."""
    done = sum(run.epoch for run in found)
    # of runs that have not begun nothing is known yet, but that they are like the others
    of = sum(run.total_epochs or run.epoch for run in found) * runs.total / max(len(found), 1)
    counts = Counter(_became(run) for run in found)
    live = sum(run.live for run in found)
    words = [f"{len(found) - live} of {runs.total} ended"]
    words += [f"{counts[word]} {word}" for word in BECAME if counts[word]]
    if runs.rate:
        words.append(f"{number(runs.rate)} epochs/s in all")
    told = runs.rate and (runs.age >= SETTLED or runs.gained >= SHARE * of)
    eta = (of - done) / runs.rate if runs.rate and told else None
    return Line(f"{runs.total} runs", done, of or None, "  ".join(words), eta, live > 0)


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


def _became(run: RunSummary) -> str:
    if run.status in ("failed", "interrupted"):
        return run.status
    return (run.outcome and run.outcome.regime) or ""
