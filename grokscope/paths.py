"""Paths: stretches of a trajectory, many steps long, measured in one metric."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from grokscope.errors import MissingData
from grokscope.kinds import Parameter
from grokscope.layout import Layout
from grokscope.steps import BLOCK, Metric, neighbours, read_rows, spacings

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
    for at, rows in _stretches(trajectory, layout, interval, range(-half, window - half + 1)):
        products = metric(rows[half][None])
        steps = np.diff(rows, axis=0)
        some = range(TOGETHER, window, TOGETHER)
        arc = sum(_lengths(products(part[None])).sum() for part in np.split(steps, some))
        if arc > 0:
            result[at] = min(_lengths(products((rows[-1] - rows[0])[None, None]))[0] / arc, 1)
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
    for at, rows in _stretches(trajectory, layout, interval, offsets):
        here, start, end, later, last = rows
        found = metric(here[None])(np.stack([end - start, last - later])[None])
        norm = _lengths(found).prod()
        if norm > 0:
            result[at] = np.clip(found[0, 0, 1] / norm, -1, 1)
    return result.drop_attrs(deep=False)


def _stretches(
    trajectory: "xr.Dataset", layout: Layout, interval: int, offsets: Sequence[int]
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Yield each checkpoint that has others at all `offsets`, and parameters (offset, parameter).

    Offsets are in intervals.
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
        for at in block:
            yield int(at), rows[np.searchsorted(needed, index[at])]


def _lengths(products: NDArray[Any]) -> NDArray[np.float64]:
    """Return lengths of the first checkpoint's tangents, (tangent,)."""
    return np.sqrt(np.diagonal(products[0]).clip(min=0))
