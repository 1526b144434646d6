"""Frequency power: which frequencies a network is made of."""

import numpy as np
import xarray as xr

from grokscope.kinds import Measure
from grokscope.spectra import SIDE, Side, neuron_powers, pooled
from grokscope.steps import checkpoints_of


def frequency_power(run: xr.DataTree, *, side: Side) -> xr.DataArray:
    r"""Return the share of each frequency in the power of all neurons' weights.

    .. math:: \frac{\sum_j \sum_{\nu \in \{\cos k, \sin k\}} |\tilde W_{j \nu}|^2}
              {\sum_j \sum_\nu |\tilde W_{j \nu}|^2}

    Random weights have 2 / p at each frequency but 0, which has 1 / p.

    Parameters
    ----------
    run : DataTree
        See `spectra.neuron_powers`.
    side : str
        Weights into neurons, of both tokens, or out of them.

    Returns
    -------
    DataArray, (checkpoint, frequency), in [0, 1]
        Sums to 1 over frequencies, which go from 0 to p // 2; NaN where all weights are 0.
    """
    power = np.concatenate([pooled(part.sum((1, 2))) for _, part in neuron_powers(run, side)])
    total = power.sum(-1, keepdims=True)
    share = power / np.where(total > 0, total, np.nan)
    labels = {"frequency": np.arange(share.shape[1])}
    coords = checkpoints_of(run)["epoch"].coords
    return xr.DataArray(share, coords, ["checkpoint", *labels]).assign_coords(labels)


FREQUENCY_POWER = Measure(
    name="frequency_power",
    function=frequency_power,
    long_name="share of frequencies in the power of all neurons",
    units="1",
    dims=("checkpoint", "frequency"),
    reads="weights",
    range=(0, 1),
    source="arXiv:2301.05217, section 4.1; arXiv:2502.01739, section 4",
    parameters=(SIDE,),
)
