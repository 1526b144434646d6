"""Neuron features: how closely each neuron follows energy and magnetisation of a lattice."""

from typing import Literal

import numpy as np
import xarray as xr

from grokscope.features import FEATURES, INPUTS, layer_correlations
from grokscope.frames import MOST, framed
from grokscope.kinds import Measure
from grokscope.network import Network
from grokscope.steps import checkpoints_of


def neuron_features(
    run: xr.DataTree, network: Network, *, inputs: Literal["train", "test", "all"], most: int
) -> xr.DataArray:
    r"""Return the correlation of each neuron with each feature.

    .. math:: r_k = \frac{\sum_i (z_k^i - \bar z_k)(F^i - \bar F)}
              {\sqrt{\sum_i (z_k^i - \bar z_k)^2 \sum_i (F^i - \bar F)^2}}

    over lattices i, with the preactivation z_k of neuron k; what `feature_correlation` weights.

    Parameters
    ----------
    run, network, inputs
        As in `feature_correlation`.
    most : int
        See `frames.MOST`.

    Returns
    -------
    DataArray of float32, (checkpoint, neuron, feature), in [-1, 1]
        Layers follow each other, the logits last; the coordinate `layer`, (neuron,), names them.
        Each place of a convolution is a neuron: channel, row and column, flattened. NaN where a
        neuron or a feature does not vary. Other checkpoints are absent.

    Raises
    ------
    MissingData
        If the task is another, or the network is no row of layers.
    """
    run = framed(run, most)
    values, layers = [], []
    for each in layer_correlations(run, network, inputs):
        parts = [np.where(used[:, None] > 0, r, np.nan) for used, r in each.values()]
        values.append(np.concatenate(parts).astype(np.float32))
        layers = [name for name, (used, _) in each.items() for _ in used]
    labels = {"neuron": np.arange(len(layers)), "feature": list(FEATURES)}
    coords = dict(checkpoints_of(run)["epoch"].coords) | labels | {"layer": ("neuron", layers)}
    return xr.DataArray(np.stack(values), coords, ["checkpoint", *labels])


NEURON_FEATURES = Measure(
    name="neuron_features",
    function=neuron_features,
    long_name="correlation of neurons with features of the lattice",
    units="1",
    dims=("checkpoint", "neuron", "feature"),
    reads="network",
    range=(-1, 1),
    source="arXiv:2502.01739, eq. 6",
    parameters=(INPUTS, MOST),
)
