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
        fraction = max((fraction - self.zero_gap) / (1 - self.zero_gap), 0.0)
        low, high = self._warp(np.array([self.low, self.high]))
        warped = float(low + fraction * (high - low))
        return float(np.exp(warped)) if self.log else warped

    def _warp(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        if not self.log:
            return values
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(values > 0, np.log(values), np.nan)


def time_scale(times: Iterable[ArrayLike], log: bool, cells: int) -> Scale:
    """Return the scale that just holds all `times`.

    Parameters
    ----------
    times : arrays of steps or epochs, >= 0
    log : bool
        On a log axis 0 lies at the left edge, a few cells before the first positive time.
    cells : int
        Width of the axis.
    """
    joined = _joined(times)
    if log and (joined > 0).any():
        positive = joined[joined > 0]
        low, high = float(positive.min()), float(positive.max())
        gap = min(3 / max(cells, 1), 0.2) if (joined == 0).any() else 0.0
        return Scale(low, high if high > low else low * 2, True, gap)
    low, high = (float(joined.min()), float(joined.max())) if joined.size else (0.0, 1.0)
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
    joined = _joined(values)
    if log and (joined > 0).any():
        warped = np.log(joined[joined > 0])
        low, high = _padded(float(warped.min()), float(warped.max()), 0.5)
        ends = np.exp(np.clip([low, high], -700, 700))
        return Scale(float(ends[0]), float(ends[1]), True)
    if bounds is not None:
        return Scale(*bounds)
    if not joined.size:
        return Scale(0.0, 1.0)
    low, high = float(joined.min()), float(joined.max())
    return Scale(*_padded(low, high, abs(low) / 2 or 1.0))


def _joined(arrays: Iterable[ArrayLike]) -> NDArray[np.float64]:
    parts = [np.asarray(array, np.float64).ravel() for array in arrays]
    joined = np.concatenate(parts) if parts else np.empty(0)
    return joined[np.isfinite(joined)]


def _padded(low: float, high: float, if_flat: float) -> tuple[float, float]:
    if high <= low:
        return low - if_flat, high + if_flat
    pad = (high - low) * PADDING
    return low - pad, high + pad
