"""Feature correlation: how closely layers follow energy and magnetisation of a lattice."""

from typing import Literal

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from grokscope.features import INPUTS, layer_summaries
from grokscope.kinds import Measure, Parameter
from grokscope.network import Network


def feature_correlation(
    run: xr.DataTree,
    network: Network,
    *,
    inputs: Literal["train", "test", "all"],
    weighting: Literal["share", "literal"],
) -> xr.DataArray:
    r"""Return each layer's correlation with each feature, weighted by how much neurons are used.

    .. math:: \tilde r = \sum_k w_k |r_k|, \quad
              w_k = \frac{\sum_i |z_k^i|}{\sum_i \sum_l |z_l^i|}

    with r_k the Pearson correlation over lattices i between the preactivation z_k of neuron k
    and the feature. Each place of a convolution is a neuron. Neurons that do not vary have no
    correlation and no weight.

    Parameters
    ----------
    run : DataTree
        Holds /trajectory, /data and the configuration of a run on Ising lattices.
    network : Network
        A row of layers.
    inputs : str
        Lattices the correlation is taken over.
    weighting : str
        Whether weights sum to 1 (`share`), or to one over the number of the layer's neurons, as
        the paper's equation reads (`literal`): no layer then comes near 1.

    Returns
    -------
    DataArray, (checkpoint, layer, feature), in [0, 1]
        Features are energy, |mean spin| and mean spin; NaN where no neuron varies.

    Raises
    ------
    MissingData
        If the task is another, or the network is no row of layers.
    """

    def summary(used: NDArray[np.float64], r: NDArray[np.float64]) -> NDArray[np.float64]:
        mean = used @ np.abs(r) / used.sum()
        return mean / len(used) if weighting == "literal" else mean

    return layer_summaries(run, network, inputs, summary)


FEATURE_CORRELATION = Measure(
    name="feature_correlation",
    function=feature_correlation,
    long_name="correlation of layers with features of the lattice",
    units="1",
    dims=("checkpoint", "layer", "feature"),
    reads="network",
    range=(0, 1),
    source="arXiv:2502.01739, eq. 6",
    parameters=(
        INPUTS,
        Parameter(
            name="weighting",
            default="share",
            choices=("share", "literal"),
            meaning="whether the weights of a layer's neurons sum to 1, or to one over their "
            "number, as the paper's equation reads",
        ),
    ),
)
