"""Sweeps: runs as a table over two configuration keys, and what goes along with an outcome."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grokscope import association, wording
from grokscope.quantities import REGIME, Quantity
from grokscope.store.listing.glance import own
from grokscope.store.listing.summary import RunSummary

FINEST = 60
"""Most values of a key that a table is made of unasked."""
TRIED = 8
"""Most keys of which pairs are looked at."""
Kinds = tuple[list[RunSummary], NDArray[np.int64]]
"""One of all runs that repeat each other, and for each run which one that is."""


@dataclass(frozen=True)
class Axis:
    """The values of one configuration key, and which of them each run has."""

    key: str
    """Empty for one place that holds all runs."""
    values: tuple[Any, ...]
    """Numbers first and in order, then the rest by their text."""
    labels: tuple[str, ...]
    codes: NDArray[np.int64]
    """Index of its value for each run, (run,)."""

    @cached_property
    def numbers(self) -> NDArray[np.float64] | None:
        """The values as numbers, None where one of them is none."""
        usable = all(_is_number(value) for value in self.values) and self.key
        return np.array(self.values, np.float64) if usable else None


@dataclass(frozen=True)
class Pivot:
    """Runs by row and column."""

    rows: Axis
    columns: Axis

    @cached_property
    def cells(self) -> Mapping[tuple[int, int], NDArray[np.int64]]:
        """Indices of the runs in each cell that has any, in the runs' order."""
        wide = len(self.columns.values)
        place = self.rows.codes * wide + self.columns.codes
        order = np.argsort(place, kind="stable")
        found, starts = np.unique(place[order], return_index=True)
        parts = np.split(order, starts[1:]) if order.size else []
        places = (divmod(int(at), wide) for at in found)
        return dict(zip(places, parts, strict=True))

    def at(self, cell: tuple[int, int]) -> NDArray[np.int64]:
        """Return the indices of the runs in a cell."""
        return self.cells.get(cell, np.empty(0, np.int64))


@dataclass(frozen=True)
class Link:
    """How closely a configuration key goes along with an outcome."""

    key: str
    correlation: float
    """Spearman's, in [-1, 1]; NaN where key or outcome has no order."""
    ratio: float
    """Of ranks over groups, or Cramér's V, in [0, 1] and less what luck gives; NaN where each run
    is a group of its own."""
    count: int
    """Runs that have both."""
    levels: int
    """Different values of the key among them."""

    @property
    def strength(self) -> float:
        """The larger of the two, 0 where neither is known."""
        return max((abs(x) for x in (self.correlation, self.ratio) if not math.isnan(x)), default=0)


def kinds(runs: Sequence[RunSummary]) -> Kinds:
    """Return one of all runs that repeat each other, and for each run which one that is."""
    place: dict[str, int] = {}
    codes = [place.setdefault(run.glance.kin, len(place)) for run in runs]
    one = dict(zip(codes, runs, strict=True))
    return [one[index] for index in range(len(place))], np.array(codes, np.int64)


def axis(runs: Sequence[RunSummary], key: str, among: Kinds | None = None) -> Axis:
    """Return the values of a configuration key; what lacks the key has the value None.

    Parameters
    ----------
    among : pair, optional
        What `kinds` returns for the runs, where it is known already.
    """
    if not key:
        return Axis("", (None,), ("all",), np.zeros(len(runs), np.int64))
    # of runs that repeat each other the configuration of one alone is decoded
    several, codes = (runs, None) if own(key) else among or kinds(runs)
    held = [one.seed if key == "seed.root" else one.config.get(key) for one in several]
    names = [_named(value) for value in held]
    first = dict(zip(reversed(names), reversed(held), strict=True))
    ordered = sorted(first, key=lambda name: _order(first[name]))
    place = {name: index for index, name in enumerate(ordered)}
    values = tuple(first[name] for name in ordered)
    places = np.array([place[name] for name in names], np.int64)
    return Axis(key, values, labels(values), places if codes is None else places[codes])


def labels(values: Sequence[Any]) -> tuple[str, ...]:
    """Return values as short texts, no two alike: three digits where that tells them apart."""
    exact = tuple(map(wording.value, values))
    short = tuple(
        min(text, wording.number(value), key=len) for text, value in zip(exact, values, strict=True)
    )
    return short if len(set(short)) == len(short) else exact


def useful(axes: Sequence[Axis]) -> tuple[str, str]:
    """Return the row and the column key of the table that tells most, empty where there is none.

    That is the pair of keys whose values are crossed most fully; a key that another one decides
    adds nothing to it. The key with more values goes along the columns.
    """
    ways = [axis for axis in axes if 2 <= len(axis.values) <= FINEST][:TRIED]
    if not ways:
        return "", next((axis.key for axis in axes if len(axis.values) > 1), "")
    best, chosen = 0.0, None
    for one, other in combinations(ways, 2):
        wide, high = len(one.values), len(other.values)
        filled = np.count_nonzero(np.bincount(one.codes * high + other.codes))
        told = (filled - max(wide, high)) * filled / (wide * high)
        if told > best:
            best, chosen = told, (one, other)
    if chosen is None:
        return "", max(ways, key=lambda axis: len(axis.values)).key
    one, other = chosen
    return (one.key, other.key) if len(other.values) > len(one.values) else (other.key, one.key)


def links(axes: Sequence[Axis], outcome: Quantity) -> list[Link]:
    """Return how closely each key goes along with an outcome, the closest first."""
    has = ~np.isnan(outcome.numbers)
    found = [_link(axis, outcome, has) for axis in axes]
    return sorted(found, key=lambda link: -link.strength)


def _link(axis: Axis, outcome: Quantity, has: NDArray[np.bool_]) -> Link:
    y, codes = outcome.numbers[has], axis.codes[has]
    count, levels = y.size, np.unique(codes).size
    worded, unordered = outcome.name == REGIME, axis.numbers is None
    if levels < 2 or np.unique(y).size < 2:
        return Link(axis.key, math.nan, math.nan, count, levels)
    if not worded:
        ratio = association.rank_eta(codes, y)
    elif unordered:
        ratio = association.cramers_v(codes, y.astype(np.int64))
    else:
        ratio = association.rank_eta(y.astype(np.int64), codes)
    # values are in order, so their places rank as they do
    correlation = math.nan if worded or unordered else association.spearman(codes, y)
    return Link(axis.key, correlation, ratio, count, levels)


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


def _named(value: Any) -> Any:
    """Return what tells values apart and can be looked up: 1 and 1.0 are one, True is another."""
    if isinstance(value, list | tuple):
        return tuple(map(_named, value))
    return (bool, value) if isinstance(value, bool) else value


def _order(value: Any) -> tuple[int, float, str]:
    if _is_number(value):
        return 0, float(value), ""
    return (2, 0.0, "") if value is None else (1, 0.0, wording.value(value))
