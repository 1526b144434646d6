"""Compressibility: how much of a network can go, over all amounts of pruning."""

import xarray as xr

from grokscope.kinds import Measure
from grokscope.pruning import CONVENTIONS, Pruned, pruned_accuracy
from grokscope.pruning import compressibility as c


def compressibility(pruned: Pruned) -> xr.DataArray:
    r"""Return the paper's compressibility.

    .. math:: c = \frac{1}{1 - \int_0^1 a(p)\,dp}

    A network that is wrong to begin with cannot have a large one; see
    `normalised_compressibility`. At c = 37 a thousandth of the area moves it by 1.4.

    Parameters
    ----------
    pruned : Pruned
        From `pruning.pruned_accuracy`.

    Returns
    -------
    DataArray, (checkpoint,), >= 1
        Infinity where nothing is ever lost; NaN at checkpoints that were left out.
    """
    values = c(pruned.fraction, pruned.accuracy)
    return xr.DataArray(values, pruned.epoch.coords, ["checkpoint"])


COMPRESSIBILITY = Measure(
    name="compressibility",
    function=compressibility,
    prepare=pruned_accuracy,
    long_name="compressibility",
    units="1",
    dims=("checkpoint",),
    reads="network",
    range=(1, float("inf")),
    source="arXiv:2502.01739, eq. 5",
    parameters=CONVENTIONS,
)
