"""Association: how closely one property of runs goes along with another; never why.

Numbers are compared by rank, so that a logarithm changes nothing and a time that was never
reached may stand as infinity.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def ranks(values: ArrayLike) -> NDArray[np.float64]:
    """Return the ranks of numbers from 1 on; equal ones share the mean of their ranks.

    Parameters
    ----------
    values : array, (run,)
        Infinities are ranked as any number; no NaN.
    """
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[place]


def spearman(x: ArrayLike, y: ArrayLike) -> float:
    """Return Spearman's rank correlation, the correlation of the ranks.

    Parameters
    ----------
    x, y : array, (run,)
        Without NaN.

    Returns
    -------
    float, in [-1, 1]
        NaN where either has one value alone.
    """
    a, b = ranks(x), ranks(y)
    a, b = a - a.mean(), b - b.mean()
    size = np.sqrt((a @ a) * (b @ b))
    return float(np.clip(a @ b / size, -1, 1)) if size else float("nan")


def rank_eta(groups: NDArray[np.int64], y: ArrayLike) -> float:
    r"""Return the correlation ratio of ranks over groups, less what luck alone gives.

    With H of Kruskal and Wallis (corrected for ties), n runs and k groups,

    .. math:: \eta = \sqrt{\max\left(0, \frac{H - k + 1}{n - k}\right)}

    It sees any dependence on the group, not only one that rises or falls throughout.

    Parameters
    ----------
    groups : ndarray of int, (run,)
        Numbers from 0 on.
    y : array, (run,)
        Without NaN.

    Returns
    -------
    float, in [0, 1]
        NaN where there is one group, where each run is one, or where y has one value alone.
    """
    ranked = ranks(y)
    n, k = ranked.size, np.unique(groups).size
    total = ranked.var()
    if k < 2 or k >= n or not total:
        return float("nan")
    sizes = np.bincount(groups)
    means = np.bincount(groups, ranked) / np.maximum(sizes, 1)
    between = (sizes @ (means - ranked.mean()) ** 2) / n
    h = (n - 1) * between / total
    return float(np.sqrt(np.clip((h - k + 1) / (n - k), 0, 1)))


def cramers_v(a: NDArray[np.int64], b: NDArray[np.int64]) -> float:
    """Return Cramér's V of two groupings, less what luck alone gives (Bergsma's correction).

    Parameters
    ----------
    a, b : ndarray of int, (run,)
        Numbers from 0 on.

    Returns
    -------
    float, in [0, 1]
        NaN where either is one group alone, or where each run is a group of its own.
    """
    _, a = np.unique(a, return_inverse=True)
    _, b = np.unique(b, return_inverse=True)
    n, rows, columns = a.size, int(a.max(initial=0)) + 1, int(b.max(initial=0)) + 1
    if min(rows, columns) < 2 or max(rows, columns) >= n:
        return float("nan")
    seen = np.bincount(a * columns + b, minlength=rows * columns).reshape(rows, columns)
    expected = np.outer(seen.sum(1), seen.sum(0)) / n
    phi = ((seen - expected) ** 2 / expected).sum() / n
    phi = max(0.0, phi - (rows - 1) * (columns - 1) / (n - 1))
    rows_left = rows - (rows - 1) ** 2 / (n - 1)
    columns_left = columns - (columns - 1) ** 2 / (n - 1)
    return float(np.sqrt(np.clip(phi / (min(rows_left, columns_left) - 1), 0, 1)))


def luck(n: int) -> float:
    """Return the size that a rank correlation of `n` unrelated pairs exceeds once in 20 times."""
    return min(1.96 / np.sqrt(n - 1), 1.0) if n > 1 else 1.0
