"""Extrema: where a speed of learning turns, found without a look at any accuracy."""

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


def _first_turn(values: NDArray[np.float64], start: int) -> int | None:
    rise = np.diff(values)
    peaks = np.flatnonzero((rise[:-1] > 0) & (rise[1:] <= 0)) + 1
    peaks = peaks[peaks > start]
    return int(peaks[0]) if peaks.size else None
