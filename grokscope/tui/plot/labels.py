"""Where the name of a curve stands: on empty cells, near its own curve and far from others."""

import numpy as np
from numpy.typing import NDArray

FAR = 8.0
"""Distance to other curves, in cells, beyond which more is no better."""
NEAREST_ROW = 2.0
"""A row is about twice as tall as a column is wide."""


def place_label(
    taken: NDArray[np.bool_], own: NDArray[np.bool_], others: NDArray[np.bool_], length: int
) -> tuple[int, int] | None:
    """Return the (row, column) at which a label of `length` cells reads best, or None.

    Parameters
    ----------
    taken, own, others : ndarray of bool, (height, width)
        Cells that anything covers, that the curve covers, that other curves cover.
    """
    width = taken.shape[1]
    span = length + 2
    if width < span or not own.any():
        return None
    free = ~np.lib.stride_tricks.sliding_window_view(taken, span, axis=1).any(axis=-1)
    rows, columns = np.nonzero(free)
    if not rows.size:
        return None
    ends = [
        np.minimum(_distance(own, rows, columns + 1), _distance(own, rows, columns + length)),
        np.minimum(_distance(others, rows, columns + 1), _distance(others, rows, columns + length)),
    ]
    score = np.minimum(ends[1], FAR) - 2 * ends[0]
    best = int(score.argmax())
    return int(rows[best]), int(columns[best]) + 1


def _distance(
    cells: NDArray[np.bool_], rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> NDArray[np.float64]:
    there = np.argwhere(cells)
    if not len(there):
        return np.full(rows.size, FAR)
    field = np.full(cells.shape, np.inf)
    field[cells] = 0.0
    for axis, pace in ((1, 1.0), (0, NEAREST_ROW)):
        field = _spread(field, axis, pace)
    return field[rows, columns]


def _spread(field: NDArray[np.float64], axis: int, pace: float) -> NDArray[np.float64]:
    """Return the field after each cell took the least of its line's cells plus the way there."""
    place = np.arange(field.shape[axis]) * pace
    shape = (-1, 1) if axis == 0 else (1, -1)
    place = place.reshape(shape)
    ahead = np.minimum.accumulate(field - place, axis=axis) + place
    back = np.flip(np.minimum.accumulate(np.flip(field + place, axis), axis=axis), axis) - place
    return np.minimum(ahead, back)
