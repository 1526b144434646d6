"""Frames: some checkpoints of many, evenly spread, for what is large at each of them."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from grokscope.kinds import Parameter
from grokscope.steps import checkpoints_of

if TYPE_CHECKING:
    import xarray as xr

MOST = Parameter(
    name="most",
    default=64,
    least=2,
    label="m{}",
    meaning="how many checkpoints are taken, evenly spread from the first to the last; all where "
    "there are fewer",
)


def spread(count: int, most: int) -> NDArray[np.int64]:
    """Return at most `most` of the indices below `count`, the first and the last among them."""
    return np.linspace(0, count - 1, min(most, count)).round().astype(np.int64)


def framed(run: "xr.DataTree", most: int) -> "xr.DataTree":
    """Return a run whose trajectory has at most `most` checkpoints; nothing is read.

    Raises
    ------
    MissingData
        If the run kept no checkpoints.
    """
    trajectory = checkpoints_of(run)
    count = trajectory.sizes["checkpoint"]
    if count <= most:
        return run
    some = trajectory.isel(checkpoint=spread(count, most))
    return run.assign({"trajectory": type(run)(some)})
