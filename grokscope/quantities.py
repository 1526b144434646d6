"""Quantities: properties of runs that summaries tell, as numbers, with their middle and spread."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from grokscope import wording
from grokscope.store.listing.summary import RunSummary
from grokscope.store.query.fields import REGIMES

REGIME = "regime"
TIMES = {"t_grok": "Δ t_test − t_train", "t_test": "t_test", "t_train": "t_train"}
"""Times of a run, with their titles; of most use first."""


@dataclass(frozen=True)
class Quantity:
    """A property of runs. Of `regime` the numbers are places in `REGIMES`."""

    name: str
    title: str
    unit: str
    """Empty for pure numbers, and where the runs have different ones."""
    numbers: NDArray[np.float64]
    """(run,); infinite where the run ended first, NaN where it has none."""
    bounds: NDArray[np.float64]
    """The same, with the time that was reached where the run ended first."""

    @cached_property
    def lists(self) -> tuple[list[float], list[float]]:
        """Numbers and bounds, for looking up few of them at a time."""
        return self.numbers.tolist(), self.bounds.tolist()

    @property
    def heading(self) -> str:
        """The title with the unit: 't_test, epoch'."""
        return f"{self.title}, {self.unit}" if self.unit else self.title

    def write(self, number: float) -> str:
        """Return a number as text."""
        if self.name in TIMES:
            return wording.moment(number, 5)
        return wording.accuracy(number) if "accuracy" in self.name else wording.number(number)


@dataclass(frozen=True)
class Middle:
    """The median of some runs, and how far they spread."""

    count: int
    """Runs that have the quantity."""
    median: float = math.nan
    beyond: bool = False
    """Whether the median is only known to lie beyond, for runs ended first."""
    low: float = math.nan
    high: float = math.nan
    beyonds: tuple[bool, bool] = (False, False)
    """Whether the least and the greatest, too, are only known to lie beyond."""

    def written(self, quantity: Quantity) -> str:
        """Return the median: '58', '>200'; a dash where no run has it."""
        return ">" * self.beyond + quantity.write(self.median)

    def spread(self, quantity: Quantity) -> str:
        """Return the least and the greatest value: '57 to >200'; empty where all are alike."""
        ends = zip(self.beyonds, (self.low, self.high), strict=True)
        low, high = (">" * beyond + quantity.write(end) for beyond, end in ends)
        return f"{low} to {high}" if low != high else ""


def quantities(runs: Sequence[RunSummary]) -> list[str]:
    """Return what can be shown of runs: regime, times, last values, turning points."""
    metrics = dict.fromkeys(name for run in runs for name in run.metrics)
    moments = dict.fromkeys(name for run in runs for name in run.moments)
    metrics = dict.fromkeys([*(n for n in ("test_accuracy",) if n in metrics), *metrics])
    return [REGIME, *TIMES, *metrics, *(name for name in moments if name not in metrics)]


def quantity(runs: Sequence[RunSummary], name: str) -> Quantity:
    """Return a property of runs, by a name out of `quantities`."""
    if name == REGIME:
        places = {word: float(place) for place, word in enumerate(REGIMES)}
        numbers = _array(places.get(run.glance.regime or "") for run in runs)
        return Quantity(name, "regime", "", numbers, numbers)
    units = {run.time_unit for run in runs}
    unit = units.pop() if len(units) == 1 else ""
    if name in TIMES:
        numbers = _array(getattr(run.glance, name) for run in runs)
        ends = _array(_end(run, name) for run in runs)
        open_ = np.isnan(numbers) & ~np.isnan(ends)
        bounds = np.where(open_, ends, numbers)
        return Quantity(name, TIMES[name], unit, np.where(open_, np.inf, numbers), bounds)
    if name == "test_accuracy":
        numbers = _array(run.glance.test_accuracy for run in runs)
        title, unit = "last test accuracy", ""
    elif any(name in run.metrics for run in runs):
        spans = (run.metrics.get(name) for run in runs)
        numbers = _array(None if span is None else span.last for span in spans)
        title, unit = f"last {name.replace('_', ' ')}", ""
    else:
        found = ((run.moments.get(name), run.time_unit) for run in runs)
        numbers = _array(None if when is None else when.told_in(own) for when, own in found)
        title = name
    numbers = np.where(np.isfinite(numbers), numbers, np.nan)
    return Quantity(name, title, unit, numbers, numbers)


def regimes(quantity: Quantity, runs: NDArray[np.int64]) -> list[tuple[str, int]]:
    """Return the regimes of some runs with how many have it, the commonest first.

    Undecided ones are counted under an empty word. Of equally many the first in `REGIMES` leads.
    """
    numbers = quantity.lists[0]
    counts = Counter([numbers[run] for run in runs.tolist()])
    told = [(word, counts[place]) for place, word in enumerate(REGIMES) if counts[place]]
    undecided = len(runs) - sum(count for _, count in told)
    return sorted([*told, ("", undecided)] if undecided else told, key=lambda one: -one[1])


def middle(quantity: Quantity, runs: NDArray[np.int64]) -> Middle:
    """Return the median of a quantity over some runs; runs that have none do not count."""
    among = runs.tolist()
    numbers, bounds = (sorted([x for run in among if (x := of[run]) == x]) for of in quantity.lists)
    count = len(numbers)
    if not count:
        return Middle(0)
    low, high = (count - 1) // 2, count // 2
    # with each unknown time at its bound, the median is a bound of the median
    median = (bounds[low] + bounds[high]) / 2
    beyond = math.isinf(numbers[high]) or (numbers[low] + numbers[high]) / 2 > median
    least = bounds[0] if math.isinf(numbers[0]) else numbers[0]
    beyonds = math.isinf(numbers[0]), math.isinf(numbers[-1])
    return Middle(count, median, beyond, least, bounds[-1], beyonds)


def _end(run: RunSummary, name: str) -> float | None:
    """Return up to when a time was looked for without being found, None where it may still come."""
    seen = run.glance
    if run.live or seen.ended is None:
        return None
    if name != "t_grok":
        return seen.ended
    # where neither was learned, a difference means nothing
    return None if seen.t_train is None or seen.t_test is not None else seen.ended - seen.t_train


def _array(numbers: Iterable[float | None]) -> NDArray[np.float64]:
    return np.array([math.nan if x is None else x for x in numbers], np.float64)
