"""Normalised compressibility: how much of a network can go, beside what it could do before."""

import numpy as np
import xarray as xr

from grokscope.kinds import Measure
from grokscope.pruning import CONVENTIONS, Pruned, pruned_accuracy
from grokscope.pruning import compressibility as c


def normalised_compressibility(pruned: Pruned) -> xr.DataArray:
    r"""Return the compressibility of accuracy relative to the whole network's.

    .. math:: c = \frac{1}{1 - \int_0^1 a(p) / a(0)\,dp}

    It diverges where pruning makes a network better.

    Parameters
    ----------
    pruned : Pruned
        From `pruning.pruned_accuracy`.

    Returns
    -------
    DataArray, (checkpoint,), >= 1
        Infinity where nothing is lost in all; NaN where accuracy is 0 to begin with, and at
        checkpoints that were left out.
    """
    whole = pruned.accuracy[:, :1]
    relative = pruned.accuracy / np.where(whole > 0, whole, np.nan)
    values = c(pruned.fraction, relative)
    return xr.DataArray(values, pruned.epoch.coords, ["checkpoint"])


NORMALISED_COMPRESSIBILITY = Measure(
    name="normalised_compressibility",
    function=normalised_compressibility,
    prepare=pruned_accuracy,
    long_name="compressibility of relative accuracy",
    units="1",
    dims=("checkpoint",),
    reads="network",
    range=(1, float("inf")),
    source="arXiv:2502.01739, after eq. 5",
    parameters=CONVENTIONS,
)
