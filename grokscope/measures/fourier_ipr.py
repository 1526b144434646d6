"""Fourier IPR: on how few Fourier components the weights of a neuron lie."""

from typing import Literal

import numpy as np
import xarray as xr

from grokscope.kinds import Measure, Parameter
from grokscope.spectra import SIDE, Side, inverse_participation, neuron_powers, pooled
from grokscope.steps import checkpoints_of


def fourier_ipr(
    run: xr.DataTree,
    *,
    side: Side,
    basis: Literal["components", "frequencies"],
    blocks: Literal["each", "whole"],
) -> xr.DataArray:
    r"""Return the inverse participation ratio of neurons' weights, averaged over neurons.

    .. math:: IPR_k = \frac{\sum_\nu |\tilde W_{\nu k}|^4}{(\sum_\nu |\tilde W_{\nu k}|^2)^2}

    A neuron with one frequency, as much cosine as sine, has 1/2 over components, 1 over
    frequencies and, on the input side, 1/4 over the components of both tokens taken together.
    Random weights have about 3/p over components.

    Parameters
    ----------
    run : DataTree
        See `spectra.neuron_powers`.
    side : str
        Weights into a neuron or out of it.
    basis : str
        Whether cosine and sine count each, as in the paper, or pooled.
    blocks : str
        On the input side, whether each token has an IPR of its own, averaged, or one sum goes
        over the whole input of length 2p, as the paper's equation reads; its values near 1/2
        are those of one block.

    Returns
    -------
    DataArray, (checkpoint,), in [0, 1]
        Neurons whose weights are all 0 have none; NaN where there is no other.
    """
    epoch = checkpoints_of(run)["epoch"]
    values = np.empty(epoch.size)
    for at, power in neuron_powers(run, side):
        powers = pooled(power) if basis == "frequencies" else power
        if blocks == "whole":
            powers = powers.reshape(*powers.shape[:2], 1, -1)
        ratios = inverse_participation(powers).reshape(len(powers), -1)
        alive = ~np.isnan(ratios)
        count = np.where(alive.any(1), alive.sum(1), np.nan)
        values[at] = np.where(alive, ratios, 0).sum(1) / count
    return xr.DataArray(values, epoch.coords, ["checkpoint"])


FOURIER_IPR = Measure(
    name="fourier_ipr",
    function=fourier_ipr,
    long_name="Fourier IPR, mean over neurons",
    units="1",
    dims=("checkpoint",),
    reads="weights",
    local=True,
    range=(0, 1),
    source="arXiv:2502.01739, eqs. 4 and 7; arXiv:2301.02679",
    parameters=(
        SIDE,
        Parameter(
            name="basis",
            default="components",
            choices=("components", "frequencies"),
            meaning="whether cosine and sine count each, or pooled to one frequency",
        ),
        Parameter(
            name="blocks",
            default="each",
            choices=("each", "whole"),
            meaning="on the input side, an IPR for each token, averaged, or one over both",
        ),
    ),
)
