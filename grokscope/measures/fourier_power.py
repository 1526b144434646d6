"""Fourier power: which frequencies each neuron is made of."""

import numpy as np
import xarray as xr

from grokscope.frames import MOST, framed
from grokscope.kinds import Measure
from grokscope.spectra import SIDE, Side, neuron_powers, pooled
from grokscope.steps import checkpoints_of


def fourier_power(run: xr.DataTree, *, side: Side, most: int) -> xr.DataArray:
    r"""Return the share of each frequency in the power of each neuron's weights.

    .. math:: \frac{\sum_{\nu \in \{\cos k, \sin k\}} |\tilde W_{j \nu}|^2}
              {\sum_\nu |\tilde W_{j \nu}|^2}

    On the input side the powers of both tokens are added before the quotient is taken.

    Parameters
    ----------
    run : DataTree
        See `spectra.neuron_powers`.
    side : str
        Weights into a neuron or out of it.
    most : int
        See `frames.MOST`.

    Returns
    -------
    DataArray of float32, (checkpoint, neuron, frequency), in [0, 1]
        Sums to 1 over frequencies, which go from 0 to p // 2; NaN where a neuron has no weights.
        Other checkpoints are absent.
    """
    run = framed(run, most)
    parts = []
    for _, power in neuron_powers(run, side):
        powers = pooled(power).sum(2)
        total = powers.sum(-1, keepdims=True)
        parts.append((powers / np.where(total > 0, total, np.nan)).astype(np.float32))
    share = np.concatenate(parts)
    labels = {"neuron": np.arange(share.shape[1]), "frequency": np.arange(share.shape[2])}
    coords = checkpoints_of(run)["epoch"].coords
    return xr.DataArray(share, coords, ["checkpoint", *labels]).assign_coords(labels)


FOURIER_POWER = Measure(
    name="fourier_power",
    function=fourier_power,
    long_name="share of frequencies in the power of neurons",
    units="1",
    dims=("checkpoint", "neuron", "frequency"),
    reads="weights",
    range=(0, 1),
    source="arXiv:2301.02679; arXiv:2502.01739, section 4",
    parameters=(SIDE, MOST),
)
