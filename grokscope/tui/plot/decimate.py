"""Decimation: as few points as draw the same picture."""

import numpy as np
from numpy.typing import NDArray

Points = tuple[NDArray[np.float64], NDArray[np.float64]]


def decimate(x: NDArray[np.float64], y: NDArray[np.float64]) -> list[Points]:
    """Return the unbroken pieces of a curve, thinned to what each pixel column can show.

    A column keeps the heights of its first, lowest, highest and last point, so that a line drawn
    through them covers the same pixels and no spike is lost.

    Parameters
    ----------
    x, y : ndarray, (point,)
        In pixels, x not decreasing. Points with a NaN break the curve.

    Returns
    -------
    list of (x, y)
        Pieces of at least one point, in whole pixels, no two alike in a row.
    """
    good = np.isfinite(x) & np.isfinite(y)
    if not good.any():
        return []
    piece = np.cumsum(~good)[good]
    column, row = np.rint(x[good]), np.rint(y[good])
    new = np.ones(column.size, bool)
    new[1:] = (column[1:] != column[:-1]) | (piece[1:] != piece[:-1])
    first = np.flatnonzero(new)
    last = np.append(first[1:], column.size) - 1
    low, high = np.minimum.reduceat(row, first), np.maximum.reduceat(row, first)
    rising = row[first] <= row[last]
    between = np.where(rising, low, high), np.where(rising, high, low)
    heights = np.stack([row[first], *between, row[last]], axis=1).ravel()
    columns, pieces = np.repeat(column[first], 4), np.repeat(piece[first], 4)
    moved = np.ones(columns.size, bool)
    for values in (columns, heights, pieces):
        moved[1:] &= values[1:] == values[:-1]
    moved[1:] = ~moved[1:]
    columns, heights, pieces = columns[moved], heights[moved], pieces[moved]
    breaks = np.flatnonzero(np.diff(pieces)) + 1
    return list(zip(np.split(columns, breaks), np.split(heights, breaks), strict=True))


def along(piece: Points, spacing: float) -> Points:
    """Return points every `spacing` pixels along a piece of a curve, its start included.

    Distances are the larger of the two coordinates', which is how pixels of a line count.
    """
    x, y = piece
    if x.size < 2:
        return piece
    length = np.concatenate([[0.0], np.cumsum(np.maximum(abs(np.diff(x)), abs(np.diff(y))))])
    at = np.arange(0, length[-1] + 1e-9, spacing)
    return np.interp(at, length, x), np.interp(at, length, y)
