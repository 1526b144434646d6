"""Singular values: how many directions each weight tensor uses, and how strongly."""

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from grokscope.errors import MissingData
from grokscope.kinds import Measure
from grokscope.matrices import padded, squared_singular_values
from grokscope.steps import BLOCK, checkpoints_of


def singular_values(run: xr.DataTree) -> xr.DataArray:
    r"""Return the singular values of each weight tensor, largest first.

    .. math:: W = \sum_i \sigma_i \, u_i v_i^T

    A tensor is taken as a matrix by its first axis and all others together: channels against what
    they see. Heads and what lies within them count as one axis.

    Parameters
    ----------
    run : DataTree
        Holds /trajectory; every variable of floats with two axes or more is a weight tensor.

    Returns
    -------
    DataArray of float32, (checkpoint, tensor, index), >= 0
        Indices count from 1. NaN beyond a tensor's rank as a matrix, and where weights are not
        finite. Below 1e-7 of the largest, rounding of the weights is what is left.

    Raises
    ------
    MissingData
        If no tensor has two axes.
    """
    trajectory = checkpoints_of(run)
    tensors = {
        str(name): tensor
        for name, tensor in trajectory.items()
        if tensor.dtype.kind == "f" and tensor.ndim > 2
    }
    if not tensors:
        raise MissingData("singular_values needs tensors with two axes, and this run has none")
    values = padded([_values(tensor) for tensor in tensors.values()])
    labels = {"tensor": list(tensors), "index": np.arange(1, values.shape[2] + 1)}
    coords = trajectory["epoch"].coords
    return xr.DataArray(values, coords, ["checkpoint", *labels]).assign_coords(labels)


def _values(tensor: xr.DataArray) -> NDArray[np.float64]:
    """Return singular values of one tensor, (checkpoint, index)."""
    cut = 3 if tensor.dims[1] == "head" else 2
    rows = int(np.prod(tensor.shape[1:cut]))
    size = max(BLOCK // max(tensor[0].size, 1), 1)
    parts = []
    for start in range(0, len(tensor), size):
        matrices = tensor[start : start + size].values
        matrices = matrices.reshape(len(matrices), rows, -1)
        parts.append(np.sqrt(squared_singular_values(matrices)))
    return np.concatenate(parts)


SINGULAR_VALUES = Measure(
    name="singular_values",
    function=singular_values,
    long_name="singular values of weight tensors",
    units="1",
    dims=("checkpoint", "tensor", "index"),
    reads="weights",
    range=(0, float("inf")),
    source="arXiv:1810.01075, section 2",
)
