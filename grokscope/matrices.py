"""Matrices: singular values, and coordinates along principal components."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def squared_singular_values(matrices: NDArray[Any]) -> NDArray[np.float64]:
    """Return squared singular values, largest first, by the eigenvalues of the smaller product.

    What lies below 1e-16 of the largest is lost in rounding.

    Parameters
    ----------
    matrices : ndarray, (..., row, column)

    Returns
    -------
    ndarray, (..., min(row, column)), >= 0
        NaN where the matrix is not finite.
    """
    exact = np.asarray(matrices, np.float64)
    finite = np.asarray(np.isfinite(exact).all((-2, -1)))[..., None]
    exact = np.where(finite[..., None], exact, 0)
    if exact.shape[-2] > exact.shape[-1]:
        exact = np.swapaxes(exact, -1, -2)
    values = np.linalg.eigvalsh(exact @ np.swapaxes(exact, -1, -2))[..., ::-1]
    return np.where(finite, np.maximum(values, 0), np.nan)


def principal_axes(covariance: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Return the directions of largest variance, (column, axis), each of length 1.

    The largest entry of each is positive.

    Parameters
    ----------
    covariance : ndarray, (column, column)
        Up to a factor.
    count : int
        Directions wanted; all where there are fewer.
    """
    axes = np.linalg.eigh(covariance)[1][:, ::-1][:, :count]
    largest = np.take_along_axis(axes, np.abs(axes).argmax(0)[None], 0)
    return axes * np.where(largest < 0, -1, 1)


def padded(rows: list[NDArray[np.float64]]) -> NDArray[np.float32]:
    """Return arrays side by side along a second axis, the last one filled up with NaN.

    Parameters
    ----------
    rows : list of ndarray, each (checkpoint, index)

    Returns
    -------
    ndarray, float32 (checkpoint, row, index)
    """
    longest = max(row.shape[1] for row in rows)
    whole = np.full((len(rows[0]), len(rows), longest), np.nan, np.float32)
    for at, row in enumerate(rows):
        whole[:, at, : row.shape[1]] = row
    return whole
