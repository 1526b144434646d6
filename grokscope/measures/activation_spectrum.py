"""Activation spectrum: how many directions each layer's outputs spread over."""

from typing import Any, Literal

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from grokscope.kinds import Measure, Parameter
from grokscope.matrices import padded, squared_singular_values
from grokscope.network import Network
from grokscope.steps import BLOCK, INPUTS, SAMPLES, SEED, checkpoints_of, draw_examples, read_rows


def activation_spectrum(
    run: xr.DataTree,
    network: Network,
    *,
    scale: Literal["variance", "share"],
    inputs: Literal["train", "test", "all"],
    samples: int,
    seed: int,
) -> xr.DataArray:
    r"""Return eigenvalues of the covariance of each layer's preactivations, largest first.

    .. math:: C = \frac{1}{N} \sum_i (z^i - \bar z)(z^i - \bar z)^T

    with z the outputs of a layer before its activation, at input i of N; the last layer's are the
    logits. Each eigenvalue is the variance along one principal component. Where inputs are fewer
    than a layer's units or not many more, small ones are too small and large ones too large.

    Parameters
    ----------
    run : DataTree
        Holds /trajectory and /data.
    network : Network
        A row of layers.
    scale : str
        Whether values are variances, or shares of their sum over the layer.
    inputs, samples, seed
        As in `steps.CONVENTIONS`.

    Returns
    -------
    DataArray of float32, (checkpoint, layer, index), >= 0
        Indices count from 1, up to the number of units or of inputs, whichever is smaller, and are
        NaN beyond it. NaN too where activations are not finite and, as shares, where they do not
        vary.

    Raises
    ------
    MissingData
        If the network is no row of layers.
    """
    trajectory = checkpoints_of(run)
    x, _ = draw_examples(run, inputs, samples, seed)
    count, found = trajectory.sizes["checkpoint"], dict[str, list[NDArray[np.float64]]]()
    size = max(BLOCK // max(network.layout.size, 1), 1)
    for block in np.split(np.arange(count), range(size, count, size)):
        for row in read_rows(trajectory, network.layout, block):
            for layer, z in network.activations(row[None], x).items():
                found.setdefault(layer, []).append(_variances(z[0]))
    values = [np.stack(variances) for variances in found.values()]
    if scale == "share":
        totals = [v.sum(1, keepdims=True) for v in values]
        values = [v / np.where(t > 0, t, np.nan) for v, t in zip(values, totals, strict=True)]
    spectrum = padded(values)
    labels = {"layer": list(found), "index": np.arange(1, spectrum.shape[2] + 1)}
    coords = trajectory["epoch"].coords
    return xr.DataArray(spectrum, coords, ["checkpoint", *labels]).assign_coords(labels)


def _variances(z: NDArray[Any]) -> NDArray[np.float64]:
    """Return variances along principal components of units, z being (example, unit)."""
    exact = z.astype(float)
    with np.errstate(invalid="ignore"):
        return squared_singular_values(exact - exact.mean(0)) / len(z)


ACTIVATION_SPECTRUM = Measure(
    name="activation_spectrum",
    function=activation_spectrum,
    long_name="variances of layers along principal components",
    units="1",
    dims=("checkpoint", "layer", "index"),
    reads="network",
    range=(0, float("inf")),
    source="arXiv:1706.05806, section 2",
    parameters=(
        Parameter(
            name="scale",
            default="variance",
            choices=("variance", "share"),
            meaning="variances, or shares of the layer's",
        ),
        INPUTS,
        SAMPLES,
        SEED,
    ),
)
