"""Features of Ising lattices in a network's neurons: correlations with preactivations.

What several measures share: how much each neuron of a layer is used, and how closely it follows
energy and magnetisation of the lattice it sees.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from grokscope.errors import MissingData
from grokscope.kinds import Parameter
from grokscope.lattice import energy, magnetisation
from grokscope.network import Network
from grokscope.steps import BLOCK, checkpoints_of, draw_examples, read_rows, section_of

if TYPE_CHECKING:
    import xarray as xr

FEATURES = ("energy", "abs_magnetisation", "magnetisation")
TASK = "ising_phases"

INPUTS = Parameter(
    name="inputs",
    default="test",
    choices=("train", "test", "all"),
    meaning="lattices over which a correlation is taken",
)

Summary = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]
"""Takes of a layer the mean |preactivation| of each neuron, (unit,), and its correlation with each
of `FEATURES`, (unit, feature), both 0 where it does not vary; gives (feature,)."""


def layer_summaries(
    run: "xr.DataTree", network: Network, inputs: str, summary: Summary
) -> "xr.DataArray":
    """Return a summary of the correlations of each layer's neurons.

    Correlations with a feature that is the same for every lattice are NaN.

    Parameters
    ----------
    run : DataTree
        Holds /trajectory, /data and its configuration.
    inputs : "train", "test" or "all"
    summary : callable
        See `Summary`.

    Returns
    -------
    DataArray, (checkpoint, layer, feature)
        NaN where no neuron varies.

    Raises
    ------
    MissingData
        If the task is not on Ising lattices, or the network is no row of layers.
    """
    values, layers = [], []
    missing = np.full(len(FEATURES), np.nan)
    for each in layer_correlations(run, network, inputs):
        layers = list(each)
        values.append([summary(*one) if one[0].any() else missing for one in each.values()])
    labels = {"layer": layers, "feature": list(FEATURES)}
    template = checkpoints_of(run)["epoch"].astype(float).expand_dims(labels, (1, 2))
    return template.copy(data=np.array(values)).drop_attrs(deep=False)


def layer_correlations(
    run: "xr.DataTree", network: Network, inputs: str
) -> Iterator[dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]]:
    """Yield for each checkpoint what `Summary` takes of each layer, by its name.

    Raises
    ------
    MissingData
        As `layer_summaries`.
    """
    task = section_of(run, "task").get("name")
    if task != TASK:
        raise MissingData(f"features of lattices need the task {TASK}; this run's is {task}")
    trajectory = checkpoints_of(run)
    x, _ = draw_examples(run, inputs, np.iinfo(np.int64).max, 0)
    features = features_of(x[:, 0])
    count, size = trajectory.sizes["checkpoint"], max(BLOCK // network.layout.size, 1)
    for block in np.split(np.arange(count), range(size, count, size)):
        # one checkpoint at a time: a convolution has a unit for each place
        for row in read_rows(trajectory, network.layout, block):
            found = network.activations(row[None], x)
            yield {name: correlations(z[0], features) for name, z in found.items()}


def features_of(spins: NDArray[Any]) -> NDArray[np.float64]:
    """Return energy per bond, |mean spin| and mean spin of lattices of ±1, (example, feature)."""
    mean = magnetisation(spins)
    return np.stack([energy(spins), np.abs(mean), mean], axis=1)


def correlations(
    z: NDArray[Any], features: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what `Summary` takes of one layer.

    Parameters
    ----------
    z : ndarray, (example, unit)
    features : ndarray, (example, feature)
    """
    # what rounding alone leaves in a constant is no variation
    varies = np.ptp(z, axis=0) > 8 * np.finfo(z.dtype).eps * np.abs(z).max(0)
    units = np.where(varies, z, 0).astype(float)
    r = _standard(units).T @ _standard(features)
    r[~varies] = 0
    return np.abs(units).mean(0), np.clip(r, -1, 1)


def _standard(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return columns with mean 0 and norm 1; NaN where they do not vary."""
    centred = values - values.mean(0)
    norm = np.linalg.norm(centred, axis=0)
    return centred / np.where(norm > 0, norm, np.nan)
