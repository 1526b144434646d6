"""Paths: stretches of a trajectory, many steps long, measured in one metric."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from grokscope.errors import MissingData
from grokscope.kinds import Parameter
from grokscope.layout import Layout
from grokscope.metric import Diagonal, Metric, Products
from grokscope.steps import BLOCK, neighbours, read_rows, spacings

if TYPE_CHECKING:
    import xarray as xr

WINDOW = Parameter(
    name="window", default=30, least=2, label="w{}", meaning="steps of a stretch of the path"
)
LAG = Parameter(
    name="lag", default=10, least=1, label="lag{}", meaning="steps from one step to the other"
)
TOGETHER = 8
"""Steps whose lengths are taken at once; a metric gives all their products too."""


def chord_over_arc(
    trajectory: "xr.Dataset", layout: Layout, metric: Metric, interval: int, window: int
) -> "xr.DataArray":
    """Return how straight the path is: the way between its ends over its length.

    Parameters
    ----------
    trajectory : Dataset
        With an epoch for each checkpoint.
    layout : Layout
        Of the tensors that the path is in.
    metric : callable
        Taken in the middle of each stretch: after half of its steps, rounded down.
    interval : int
        Length of a step in epochs.
    window : int
        Number of steps.

    Returns
    -------
    DataArray, (checkpoint,), in [0, 1]
        Labelled by the middle; NaN where a checkpoint is missing or nothing moves.

    Raises
    ------
    MissingData
        If no stretch is complete.
    """
    result = trajectory["epoch"].astype(float) * np.nan
    half = window // 2
    offsets = range(-half, window - half + 1)
    for at, rows, index in _stretches(trajectory, layout, interval, offsets):
        products = metric(rows[index[:, half]])
        arcs = _arcs(products, rows, index)
        chords = _lengths(products((rows[index[:, -1]] - rows[index[:, 0]])[:, None]))[:, 0]
        result[at] = np.minimum(chords / np.where(arcs > 0, arcs, np.nan), 1)
    return result.drop_attrs(deep=False)


def lagged_cosine(
    trajectory: "xr.Dataset", layout: Layout, metric: Metric, interval: int, lag: int
) -> "xr.DataArray":
    """Return the cosine between two steps of which one starts `lag` steps after the other.

    Parameters
    ----------
    trajectory, layout, interval
        As for `chord_over_arc`.
    metric : callable
        Taken in the middle between the start of one step and the end of the other, rounded down
        to where a step ends; with a lag of 1 where one step ends and the other starts.
    lag : int
        At least 1.

    Returns
    -------
    DataArray, (checkpoint,), in [-1, 1]
        Labelled by the middle; NaN where a checkpoint is missing or a step has no length.

    Raises
    ------
    MissingData
        If no two steps are so far apart.
    """
    result = trajectory["epoch"].astype(float) * np.nan
    half = (lag + 1) // 2
    offsets = (0, -half, 1 - half, lag - half, lag + 1 - half)
    for at, rows, index in _stretches(trajectory, layout, interval, offsets):
        here, start, end, later, last = (rows[each] for each in index.T)
        found = metric(here)(np.stack([end - start, last - later], axis=1))
        norm = _lengths(found).prod(1)
        result[at] = np.clip(found[:, 0, 1] / np.where(norm > 0, norm, np.nan), -1, 1)
    return result.drop_attrs(deep=False)


def _stretches(
    trajectory: "xr.Dataset", layout: Layout, interval: int, offsets: Sequence[int]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]]:
    """Yield checkpoints that have others at all `offsets`, in intervals, some at a time.

    Yields
    ------
    ndarray, (stretch,)
        Which ones.
    ndarray, (row, parameter)
    ndarray, (stretch, offset)
        Rows of the others.
    """
    epoch = trajectory["epoch"].values.astype(float)
    index = np.stack([neighbours(epoch, offset * interval) for offset in offsets], axis=1)
    complete = np.flatnonzero((index >= 0).all(1))
    if not complete.size:
        raise MissingData(
            f"a stretch of {max(offsets) - min(offsets)} steps of {interval} epochs needs "
            f"checkpoints all along it; this run keeps {len(epoch)}, {spacings(epoch)}"
        )
    size = max(BLOCK // layout.size, len(offsets))
    for block in np.split(complete, range(size, len(complete), size)):
        needed = np.unique(index[block])
        rows = read_rows(trajectory, layout, needed)
        yield block, rows, np.searchsorted(needed, index[block])


def _arcs(
    products: Products, rows: NDArray[np.float32], index: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the length of each stretch, (stretch,).

    Parameters
    ----------
    products : callable
        At the middle of each stretch.
    rows, index : ndarray
        From `_stretches`.
    """
    starts, first, which = np.unique(index[:, :-1], return_index=True, return_inverse=True)
    which = which.reshape(len(index), -1)
    steps = rows[index[:, 1:].ravel()[first]] - rows[starts]
    if isinstance(products, Diagonal):
        # stretches share most of their steps
        lengths = np.sqrt(products.squares(steps))
        return np.take_along_axis(lengths, which, 1).sum(1)
    some = np.split(which, range(TOGETHER, which.shape[1], TOGETHER), axis=1)
    return np.sum([_lengths(products(steps[part])).sum(1) for part in some], axis=0)


def _lengths(products: NDArray[Any]) -> NDArray[np.float64]:
    """Return lengths of tangents, (checkpoint, tangent)."""
    return np.sqrt(np.diagonal(products, axis1=1, axis2=2).clip(min=0))
