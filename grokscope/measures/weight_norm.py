"""Weight norm: the distance of the parameters from the origin."""

import numpy as np
import xarray as xr

from grokscope.errors import MissingData
from grokscope.kinds import Measure

BLOCK = 64
"""Checkpoints read at once."""


def weight_norm(run: xr.DataTree) -> xr.DataArray:
    r"""Return the Euclidean norm of all parameters at each checkpoint.

    .. math:: \|\theta\|_2 = \sqrt{\textstyle\sum_i \theta_i^2}

    Parameters
    ----------
    run : DataTree
        Holds /trajectory; every variable of floats there is a parameter tensor.

    Returns
    -------
    DataArray, (checkpoint,), >= 0
    """
    if "trajectory" not in run.children or not run["trajectory"].sizes.get("checkpoint"):
        raise MissingData("weight_norm needs checkpoints, and this run kept none")
    trajectory = run["trajectory"].to_dataset()
    tensors = [name for name, tensor in trajectory.items() if tensor.dtype.kind == "f"]
    squares = np.zeros(trajectory.sizes["checkpoint"])
    for start in range(0, len(squares), BLOCK):
        at = slice(start, start + BLOCK)
        for name in tensors:
            tensor = trajectory[name].isel(checkpoint=at).values.astype(np.float64)
            squares[at] += (tensor**2).reshape(len(tensor), -1).sum(1)
    coords = trajectory["checkpoint"].coords
    return xr.DataArray(squares**0.5, coords, ["checkpoint"])


WEIGHT_NORM = Measure(
    name="weight_norm",
    function=weight_norm,
    long_name="L2 norm of all parameters",
    units="1",
    dims=("checkpoint",),
    reads="weights",
    local=True,
    range=(0, float("inf")),
    source="arXiv:2210.01117, section 2",
)
