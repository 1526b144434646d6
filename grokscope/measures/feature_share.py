"""Feature share: how much of each layer belongs to each feature of a lattice."""

from typing import Literal

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from grokscope.features import INPUTS, layer_summaries
from grokscope.kinds import Measure, Parameter
from grokscope.network import Network


def feature_share(
    run: xr.DataTree,
    network: Network,
    *,
    inputs: Literal["train", "test", "all"],
    counting: Literal["preactivation", "neurons"],
) -> xr.DataArray:
    r"""Return the share of each layer in neurons that follow one feature more than the others.

    .. math:: \sum_{k:\, F_k = F} w_k, \quad F_k = \arg\max_F |r_{kF}|

    with r and w as in `feature_correlation`. A neuron belongs to its best feature however little
    it follows it, unless it does not vary.

    Parameters
    ----------
    run, network, inputs
        As in `feature_correlation`.
    counting : str
        Whether a neuron counts by its mean |preactivation|, or each as one.

    Returns
    -------
    DataArray, (checkpoint, layer, feature), in [0, 1]
        Sums to 1 over features; NaN where no neuron varies.

    Raises
    ------
    MissingData
        If the task is another, or the network is no row of layers.
    """

    def summary(used: NDArray[np.float64], r: NDArray[np.float64]) -> NDArray[np.float64]:
        weight = used if counting == "preactivation" else (used > 0).astype(float)
        best = np.nan_to_num(np.abs(r)).argmax(1)
        return np.bincount(best, weight, r.shape[1]) / weight.sum()

    return layer_summaries(run, network, inputs, summary)


FEATURE_SHARE = Measure(
    name="feature_share",
    function=feature_share,
    long_name="share of layers that belongs to features of the lattice",
    units="1",
    dims=("checkpoint", "layer", "feature"),
    reads="network",
    range=(0, 1),
    source="arXiv:2502.01739, after eq. 6",
    parameters=(
        INPUTS,
        Parameter(
            name="counting",
            default="preactivation",
            choices=("preactivation", "neurons"),
            meaning="whether a neuron counts by its mean |preactivation|, or each as one",
        ),
    ),
)
