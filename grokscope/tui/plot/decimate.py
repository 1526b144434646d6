"""Decimation: as few points as draw the same picture."""

import numpy as np
from numpy.typing import NDArray

Points = tuple[NDArray[np.float64], NDArray[np.float64]]
PATH_PIECES = 4096
"""Stretches that a curve going to and fro is cut into."""


def thinned(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    good: NDArray[np.bool_],
    edges: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Return the points of a curve that its picture needs, in the curve's own units.

    Each column keeps the values of its first, lowest, highest and last point, so that a line
    drawn through them covers the same pixels and no spike is lost.

    Parameters
    ----------
    x : ndarray, (point,)
        Not decreasing.
    good : ndarray of bool, (point,)
        Points that can be drawn; the others break the curve.
    edges : ndarray, increasing
        Where a column ends and the next begins.

    Returns
    -------
    column : ndarray
        Number of the column that each point lies in; 0 before the first edge.
    y : ndarray
    piece : ndarray of int
        Number of the unbroken piece that each point belongs to.
    """
    starts = np.searchsorted(x, edges, side="right")
    if good.all():
        piece = None
    else:
        kept = np.flatnonzero(good)
        starts = np.searchsorted(kept, starts)
        breaks = np.flatnonzero(np.diff(kept) > 1) + 1
        y, piece = y[kept], breaks
    marks = np.concatenate([[0], starts] if piece is None else [[0], starts, piece])
    first = np.unique(marks[marks < y.size])
    if not first.size:
        return np.empty(0), np.empty(0), np.empty(0, np.int64)
    last = np.append(first[1:], y.size) - 1
    low, high = np.minimum.reduceat(y, first), np.maximum.reduceat(y, first)
    rising = y[first] <= y[last]
    between = np.where(rising, low, high), np.where(rising, high, low)
    heights = np.stack([y[first], *between, y[last]], axis=1).ravel()
    columns = np.searchsorted(starts, first, side="right").astype(np.float64)
    pieces = np.zeros(first.size, np.int64)
    if piece is not None:
        pieces = np.searchsorted(piece, first, side="right")
    return np.repeat(columns, 4), heights, np.repeat(pieces, 4)


def path(
    x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a curve that may go to and fro, thinned in its order; NaN where it is broken.

    Of each of many short stretches the ends and the extremes in both directions are kept.
    """
    if x.size <= 4 * PATH_PIECES:
        return x, y
    size = -(-x.size // PATH_PIECES)
    keep = {0, x.size - 1}
    for start in range(0, x.size, size):
        part = slice(start, start + size)
        for values in (x[part], y[part]):
            finite = np.flatnonzero(np.isfinite(values))
            if finite.size:
                keep |= {start + int(finite[values[finite].argmin()])}
                keep |= {start + int(finite[values[finite].argmax()])}
        broken = np.flatnonzero(~np.isfinite(x[part] + y[part]))
        keep |= {start + int(at) for at in broken[:1]}
    chosen = np.array(sorted(keep))
    return x[chosen], y[chosen]


def pieces(x: NDArray[np.float64], y: NDArray[np.float64]) -> list[Points]:
    """Return the unbroken pieces of a curve, in whole pixels, no two points alike in a row.

    Parameters
    ----------
    x, y : ndarray, (point,)
        In pixels. Points with a NaN break the curve.
    """
    good = np.isfinite(x) & np.isfinite(y)
    number = np.cumsum(~good, dtype=np.int64)[good]
    return parted(np.rint(x[good]), np.rint(y[good]), number)


def parted(
    x: NDArray[np.float64], y: NDArray[np.float64], piece: NDArray[np.int64]
) -> list[Points]:
    """Return pieces told by their numbers, no two points alike in a row."""
    if not x.size:
        return []
    moved = np.ones(x.size, bool)
    for values in (x, y, piece):
        moved[1:] &= values[1:] == values[:-1]
    moved[1:] = ~moved[1:]
    x, y, piece = x[moved], y[moved], piece[moved]
    breaks = np.flatnonzero(np.diff(piece)) + 1
    return list(zip(np.split(x, breaks), np.split(y, breaks), strict=True))


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
