"""Scales: where a value lies along an axis, linear or logarithmic."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

PADDING = 0.04
"""Part of a free value axis left empty at either end."""


@dataclass(frozen=True)
class Scale:
    """One axis from `low` to `high`; `low` > 0 where it is logarithmic."""

    low: float
    high: float
    log: bool = False
    zero_gap: float = 0.0
    """Part of the axis kept before `low`, at whose left edge 0 is drawn; 0 where none is needed."""

    def place(self, values: ArrayLike) -> NDArray[np.float64]:
        """Return the fractions of the axis at which values lie; NaN for what has no place.

        Values beyond the ends lie outside [0, 1].
        """
        values = np.asarray(values, np.float64)
        low, high = self._warp(np.array([self.low, self.high]))
        fraction = (self._warp(values) - low) / (high - low)
        fraction = self.zero_gap + (1 - self.zero_gap) * fraction
        if self.zero_gap:
            fraction = np.where(values == 0, 0.0, fraction)
        return np.where(np.isfinite(fraction), fraction, np.nan)

    def value(self, fraction: float) -> float:
        """Return the value at a fraction of the axis; 0 left of `low` where 0 is drawn there."""
        if self.zero_gap and fraction < self.zero_gap / 2:
            return 0.0
        return float(self.values(max(fraction, self.zero_gap)))

    def values(self, fractions: ArrayLike) -> NDArray[np.float64]:
        """Return the values at fractions of the axis; before `low` too where its gap lies there."""
        along = (np.asarray(fractions, np.float64) - self.zero_gap) / (1 - self.zero_gap)
        low, high = self._warp(np.array([self.low, self.high]))
        warped = low + along * (high - low)
        return np.exp(np.clip(warped, -740, 709)) if self.log else np.asarray(warped)

    def _warp(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        if not self.log:
            return values
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(values > 0, np.log(values), np.nan)


def time_scale(
    times: Iterable[ArrayLike],
    log: bool,
    cells: int,
    window: tuple[float, float] | None = None,
) -> Scale:
    """Return the scale that just holds all `times`.

    Parameters
    ----------
    times : arrays
    log : bool
        On a log axis 0 lies at the left edge, a few cells before the first positive time.
    cells : int
        Width of the axis.
    window : (low, high), optional
        The part of the axis to show; one that begins at 0 shows the 0 of a log axis.
    """
    low, high, least, zero = _ends(times)
    if log and high > 0:
        gap = min(3 / max(cells, 1), 0.2) if zero else 0.0
        whole = Scale(least, high if high > least else least * 2, True, gap)
        if window is None:
            return whole
        if window[0] > 0:
            return Scale(window[0], max(window[1], window[0] * (1 + 1e-9)), True)
        return Scale(least, max(window[1], least * (1 + 1e-9)), True, gap)
    if window is not None:
        low, high = window
    if not high >= low:
        return Scale(0.0, 1.0)
    return Scale(low, high if high > low else low + 1)


def value_scale(
    values: Iterable[ArrayLike], log: bool, bounds: tuple[float, float] | None = None
) -> Scale:
    """Return the scale of a value axis.

    Parameters
    ----------
    values : arrays
    log : bool
        Ignored where no value is positive.
    bounds : (low, high), optional
        What the quantity can be at most, such as (0, 1) for an accuracy; used on linear axes.
    """
    if bounds is not None and not log:
        return Scale(*bounds)
    low, high, least, _ = _ends(values)
    if log and high > 0:
        start, end = _padded(float(np.log(least)), float(np.log(high)), 0.5)
        ends = np.exp(np.clip([start, end], -700, 700))
        return Scale(float(ends[0]), float(ends[1]), True)
    if bounds is not None:
        return Scale(*bounds)
    if not high >= low:
        return Scale(0.0, 1.0)
    return Scale(*_padded(low, high, abs(low) / 2 or 1.0))


def _ends(arrays: Iterable[ArrayLike]) -> tuple[float, float, float, bool]:
    """Return the least and greatest finite number, the least positive one, and whether one is 0."""
    low, high, least, zero = np.inf, -np.inf, np.inf, False
    for array in arrays:
        values = np.asarray(array, np.float64).ravel()
        if not values.size:
            continue
        with np.errstate(invalid="ignore"):
            ends = np.fmin.reduce(values), np.fmax.reduce(values)
        if not np.isfinite(ends).all():
            values = values[np.isfinite(values)]
            if not values.size:
                continue
            ends = values.min(), values.max()
        low, high = min(low, float(ends[0])), max(high, float(ends[1]))
        zero = zero or (ends[0] <= 0 <= ends[1] and bool((values == 0).any()))
        if ends[0] > 0:
            least = min(least, float(ends[0]))
        elif ends[1] > 0:
            least = min(least, float(values[values > 0].min()))
    return low, high, least, zero


def _padded(low: float, high: float, if_flat: float) -> tuple[float, float]:
    if high <= low:
        return low - if_flat, high + if_flat
    pad = (high - low) * PADDING
    return low - pad, high + pad
