"""Trade-offs between two quantities of many networks: the line through them, and the best."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray


class Line(NamedTuple):
    """The straight line through points by least squares."""

    slope: float
    """Units of y per unit of x; NaN where all x are equal."""
    intercept: float
    r2: float
    """Share of the variance of y that it explains, in [0, 1]; NaN where y has none."""


def linear_fit(x: ArrayLike, y: ArrayLike) -> Line:
    """Return the line through points; all NaN where fewer than two can be had.

    Parameters
    ----------
    x, y : array_like, (n,)
        Points of which one is not finite are left out.
    """
    x, y = _finite(x, y)
    return Line(*(float(number) for number in _lines(x, y)))


def resampled_fits(
    x: ArrayLike, y: ArrayLike, draws: int = 2000, seed: int = 0
) -> NDArray[np.float64]:
    """Return the lines through as many points drawn with replacement: the bootstrap.

    Quantiles of them are intervals for slope, intercept and R2.

    Returns
    -------
    ndarray, (draws, 3)
        As in `Line`; NaN where a draw has a single x, and everywhere for fewer than two points.
    """
    x, y = _finite(x, y)
    drawn = np.random.default_rng(seed).integers(max(len(x), 1), size=(draws, len(x)))
    return np.stack(_lines(x[drawn], y[drawn]), axis=-1)


def fit_interval(fits: NDArray[np.float64]) -> tuple[Line, Line]:
    """Return the ends of the 95 % intervals of what `resampled_fits` gave, each by itself.

    Draws that give no slope or no R2 are left out; all NaN where no other is left.
    """
    known = fits[~np.isnan(fits).any(1)]
    if not len(known):
        return Line(*[np.nan] * 3), Line(*[np.nan] * 3)
    low, high = np.quantile(known, [0.025, 0.975], axis=0)
    return Line(*map(float, low)), Line(*map(float, high))


def pareto_front(cost: ArrayLike, gain: ArrayLike) -> NDArray[np.bool_]:
    """Return which points no other one dominates: costs no more, gains no less, and is not equal.

    Parameters
    ----------
    cost, gain : array_like, (n,)
        Such as loss and compressibility; infinite ones count, points with a NaN are never best.

    Returns
    -------
    ndarray of bool, (n,)
    """
    cost, gain = np.asarray(cost, float), np.asarray(gain, float)
    no_worse = (cost[:, None] <= cost) & (gain[:, None] >= gain)
    better = (cost[:, None] < cost) | (gain[:, None] > gain)
    return ~(no_worse & better).any(0) & ~(np.isnan(cost) | np.isnan(gain))


def _finite(x: ArrayLike, y: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, y = np.asarray(x, float), np.asarray(y, float)
    there = np.isfinite(x) & np.isfinite(y)
    return x[there], y[there]


def _lines(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Return slope, intercept and R2 along the last axis."""
    if x.shape[-1] < 2:
        return (np.full(x.shape[:-1], np.nan),) * 3
    middle, height = x.mean(-1), y.mean(-1)
    dx, dy = x - middle[..., None], y - height[..., None]
    # means of equal numbers may be off by a rounding error
    xx = np.where(np.ptp(x, axis=-1) > 0, (dx**2).sum(-1), np.nan)
    yy = np.where(np.ptp(y, axis=-1) > 0, (dy**2).sum(-1), np.nan)
    xy = (dx * dy).sum(-1)
    return xy / xx, height - xy / xx * middle, np.minimum(xy**2 / xx / yy, 1)
