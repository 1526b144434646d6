"""Extrema: where a speed of learning turns and a loss spikes, without a look at any accuracy."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def speed_extrema(
    epoch: ArrayLike, speed: ArrayLike, window: int = 5
) -> tuple[int | None, int | None]:
    """Return where a speed first bottoms out and where it next peaks.

    The two turning points of the Fisher speed mark the start and the end of grokking without a
    look at test accuracy (arXiv:2502.01739, section 6.3). They are local: the extremes over a
    whole run lie at its ends and mean nothing.

    Parameters
    ----------
    epoch : array (checkpoint,), increasing
    speed : array (checkpoint,), >= 0
        NaN where there is none.
    window : int, in steps from one checkpoint to the next
        Width of the mean of log speed in which turning points are sought; five epochs where a
        checkpoint is kept every epoch. Only centres with a full window of equal steps count.

    Returns
    -------
    (int or None, int or None)
        Indices of the first local minimum and of the next local maximum.
    """
    epoch, speed = np.asarray(epoch, float), np.asarray(speed, float)
    good = np.isfinite(speed) & (speed > 0)
    if good.sum() < 3:
        return None, None
    interval = np.min(np.diff(epoch[good]))
    size = max(window, 1) | 1
    log = np.where(good, np.log(np.where(good, speed, 1.0)), np.nan)
    if log.size < size:
        return None, None
    mean = np.full(log.size, np.nan)
    half = size // 2
    inner = slice(half, log.size - half)
    mean[inner] = np.lib.stride_tricks.sliding_window_view(log, size).mean(axis=1)
    spans = epoch[size - 1 :] - epoch[: epoch.size - size + 1]
    mean[inner][~np.isclose(spans, interval * (size - 1))] = np.nan
    lowest = _first_turn(-mean, 0)
    highest = None if lowest is None else _first_turn(mean, lowest)
    return lowest, highest


def slingshots(values: ArrayLike, rise: float = 5.0, window: int = 25) -> NDArray[np.int64]:
    """Return where a curve leaps up and is back soon after, as losses do in a slingshot.

    A leap is a value `rise` times the median of the evaluations before it, and further from it
    than four times the distance of their quartiles, both in logarithms, so that noise is none.
    It is a spike if half of the leap is lost again within as many evaluations; a step up is not.
    Slingshots are the cycles in which adaptive optimisers late in training throw the weights out
    of a minimum (arXiv:2206.04817, section 2).

    Parameters
    ----------
    values : array (evaluation,)
        What was recorded, not smoothed. Values that are not positive are passed over.
    rise : float, > 1
    window : int
        Number of evaluations, those before the leap and at most those of the spike.

    Returns
    -------
    ndarray of int
        Indices of the peaks, in order.
    """
    values = np.asarray(values, float)
    with np.errstate(invalid="ignore"):
        known = np.flatnonzero(np.isfinite(values) & (values > 0))
    log = np.log(values[known])
    peaks, done = [], 0
    for leap, level, height in zip(*_leaps(log, np.log(rise), window), strict=True):
        back = np.flatnonzero(log[leap : leap + window] < level + height / 2)
        if leap >= done and back.size:
            done = leap + int(back[0])
            peaks.append(leap + int(log[leap:done].argmax()))
    return known[np.array(peaks, np.int64)]


def _leaps(
    log: NDArray[np.float64], rise: float, window: int
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return which values lie above those before them, the median of these, and how far above."""
    if log.size <= window:
        return np.empty(0, np.int64), np.empty(0), np.empty(0)
    before = np.lib.stride_tricks.sliding_window_view(log, window)[:-1]
    # the least of them is quickly found, and few values lie so far above it
    near = np.flatnonzero(log[window:] - before.min(axis=1) >= rise)
    found = []
    for part in np.array_split(near, -(-near.size // 8192) or 1):
        low, level, high = np.quantile(before[part], (0.25, 0.5, 0.75), axis=1)
        height = log[window + part] - level
        leaps = (height >= rise) & (height >= 4 * (high - low))
        found.append((window + part[leaps], level[leaps], height[leaps]))
    at, level, height = (np.concatenate(arrays) for arrays in zip(*found, strict=True))
    return at, level, height


def _first_turn(values: NDArray[np.float64], start: int) -> int | None:
    rise = np.diff(values)
    peaks = np.flatnonzero((rise[:-1] > 0) & (rise[1:] <= 0)) + 1
    peaks = peaks[peaks > start]
    return int(peaks[0]) if peaks.size else None
