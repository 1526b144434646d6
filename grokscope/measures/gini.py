"""Gini coefficient: how unequally the weights are spread."""

import numpy as np
import xarray as xr

from grokscope.inequality import gini_of
from grokscope.kinds import Measure
from grokscope.steps import checkpoints_of

BLOCK = 2**22
"""Weights sorted at once."""


def gini(run: xr.DataTree) -> xr.DataArray:
    r"""Return the Gini coefficient of the absolute values of all parameters.

    .. math:: G = \frac{\sum_i (2i - n - 1) |w|_{(i)}}{n \sum_i |w|_{(i)}}

    with the values in increasing order. 0 where all are equal, 1 - 1/n where one has it all.

    Parameters
    ----------
    run : DataTree
        Holds /trajectory; every variable of floats there is a parameter tensor.

    Returns
    -------
    DataArray, (checkpoint,), in [0, 1)
        NaN where all weights are zero.
    """
    trajectory = checkpoints_of(run)
    tensors = [tensor for tensor in trajectory.values() if tensor.dtype.kind == "f"]
    count = trajectory.sizes["checkpoint"]
    size = max(BLOCK // max(sum(t.size for t in tensors) // count, 1), 1)
    parts = []
    for start in range(0, count, size):
        at = slice(start, start + size)
        rows = [t.isel(checkpoint=at).values.reshape(-1, t[0].size) for t in tensors]
        parts.append(gini_of(np.abs(np.concatenate(rows, axis=1))))
    return xr.DataArray(np.concatenate(parts), trajectory["epoch"].coords, ["checkpoint"])


GINI = Measure(
    name="gini",
    function=gini,
    long_name="Gini coefficient of absolute weights",
    units="1",
    dims=("checkpoint",),
    reads="weights",
    local=True,
    range=(0, 1),
    source="arXiv:2502.01739, appendix D",
)
