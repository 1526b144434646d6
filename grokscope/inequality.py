"""Inequality: how unequally a quantity is spread."""

import numpy as np
from numpy.typing import NDArray


def gini_of(values: NDArray[np.floating]) -> NDArray[np.float64]:
    r"""Return the Gini coefficient over the last axis; NaN where all values are zero.

    .. math:: G = \frac{\sum_i (2i - n - 1) v_{(i)}}{n \sum_i v_{(i)}}

    Parameters
    ----------
    values : ndarray, (..., n), >= 0

    Returns
    -------
    ndarray, (...,), in [0, 1 - 1/n]
    """
    ordered = np.sort(values, axis=-1).astype(float)
    n = ordered.shape[-1]
    total = ordered.sum(-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(
            total > 0, ordered @ (2 * np.arange(1.0, n + 1) - n - 1) / n / total, np.nan
        )
