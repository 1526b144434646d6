"""Curves made of recorded ones: smoothed, bands over seeds, one run against another."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Made = TypeVar("Made")
Numbers = NDArray[np.float64]
Curve = tuple[Numbers, Numbers]
"""Places along the horizontal axis, not decreasing, and values."""
MOST_PLACES = 20_000
"""Places at which curves with different ones are compared."""
KEPT = 256
_kept: dict[Hashable, Any] = {}


def once(token: Hashable, make: Callable[[], Made]) -> Made:
    """Return what was made under a token, made now where that is long ago or never."""
    if token not in _kept:
        while len(_kept) >= KEPT:
            del _kept[next(iter(_kept))]
        _kept[token] = make()
    found: Made = _kept[token]
    return found


def smoothed(values: Numbers, width: int) -> Numbers:
    """Return the mean over `width` evaluations around each; fewer at the ends, and around NaN.

    What was not recorded stays NaN.
    """
    if width <= 1 or not values.size:
        return values
    known = np.isfinite(values)
    half = width // 2
    sums = np.concatenate([[0.0], np.cumsum(np.where(known, values, 0.0))])
    counts = np.concatenate([[0], np.cumsum(known)])
    start = np.maximum(np.arange(values.size) - half, 0)
    end = np.minimum(np.arange(values.size) + half + 1, values.size)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (sums[end] - sums[start]) / (counts[end] - counts[start])
    return np.where(known, mean, np.nan)


def band(curves: Sequence[Curve], kind: str) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Return places, lower edge, median and upper edge of several curves.

    Parameters
    ----------
    kind : str
        "range" for the least and the greatest, else quartiles. Each place tells of the runs that
        were seen there.
    """
    places, values = together(curves)
    ordered = np.sort(values, axis=0)
    count = np.isfinite(ordered).sum(axis=0)
    shares = (0.0, 0.5, 1.0) if kind == "range" else (0.25, 0.5, 0.75)
    low, middle, high = (_quantile(ordered, count, share) for share in shares)
    return places, low, middle, high


def related(a: Curve, b: Curve, kind: str) -> Curve:
    """Return the difference a − b, or the ratio a : b; NaN where not both are known."""
    places, (first, second) = together([a, b])
    with np.errstate(divide="ignore", invalid="ignore"):
        values = first - second if kind == "difference" else first / second
    return places, np.where(np.isfinite(values), values, np.nan)


def together(curves: Sequence[Curve]) -> tuple[Numbers, Numbers]:
    """Return curves at the places of all of them, on straight lines between their points.

    Returns
    -------
    places : ndarray, (place,)
    values : ndarray, (curve, place)
        NaN outside a curve, and from a value that is missing to its neighbours.
    """
    first = curves[0][0]
    if all(np.array_equal(first, x, equal_nan=True) for x, _ in curves[1:]):
        known = np.isfinite(first)
        return first[known], np.stack([y for _, y in curves])[:, known]
    places = np.unique(np.concatenate([x for x, _ in curves]))
    places = places[np.isfinite(places)]
    if places.size > MOST_PLACES:
        places = places[np.linspace(0, places.size - 1, MOST_PLACES).round().astype(int)]
    rows = []
    for x, y in curves:
        known = np.isfinite(x)
        x, y = x[known], y[known]
        rows.append(np.interp(places, x, y, np.nan, np.nan) if x.size else places * np.nan)
    return places, np.stack(rows)


def _quantile(ordered: Numbers, count: NDArray[np.int64], share: float) -> Numbers:
    """Return a quantile of each column of rising values, of which the first `count` are known."""
    place = share * np.maximum(count - 1, 0)
    below, columns = np.floor(place).astype(int), np.arange(ordered.shape[1])
    above = np.minimum(below + 1, np.maximum(count - 1, 0))
    low, high = ordered[below, columns], ordered[above, columns]
    return low + (place - below) * (high - low)
