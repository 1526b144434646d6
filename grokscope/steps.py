"""Steps along a trajectory and their inner products, in a Fisher metric or the Euclidean one.

What several measures share: the step that arrives at a checkpoint, the step that leaves it and
the direction to the origin, held against each other in the metric at that checkpoint.
"""

import json
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from grokscope.errors import MissingData
from grokscope.kinds import Parameter
from grokscope.layout import Layout, ParameterSpec
from grokscope.metric import Diagonal, Metric, Products, euclidean_metric
from grokscope.network import Network, Score

if TYPE_CHECKING:
    import xarray as xr

TANGENTS = ("previous", "next", "origin")
"""s^{e-f}, s^e and −θ^e, where s^e = θ^{e+f} − θ^e."""

SCORE = Parameter(
    name="score",
    default="output",
    choices=("model", "label", "output"),
    meaning="whose derivatives the metric is made of: the model's own labels, the observed "
    "label, or raw logits as in the paper's code",
)
METRIC = Parameter(
    name="metric",
    default="diagonal",
    choices=("diagonal", "full"),
    meaning="whether only the metric's diagonal is kept, as in the paper",
)
INPUTS = Parameter(
    name="inputs",
    default="test",
    choices=("train", "test", "all"),
    meaning="inputs over which the metric is a mean",
)
INTERVAL = Parameter(
    name="interval", default=1, least=1, label="f{}", meaning="length of a step in epochs"
)
SAMPLES = Parameter(
    name="samples",
    default=256,
    least=1,
    label="n{}",
    meaning="how many of the inputs are drawn; all where there are fewer",
)
SEED = Parameter(name="seed", default=0, label="s{}", meaning="seed of that draw")

CONVENTIONS = (SCORE, METRIC, INPUTS, INTERVAL, SAMPLES, SEED)
"""Choices that decide a Fisher measure's number, the paper's as defaults."""

BLOCK = 2**22
"""Parameters held at once, over the checkpoints of one block."""


def step_products(
    run: "xr.DataTree",
    network: Network,
    *,
    score: Score,
    metric: Literal["diagonal", "full"],
    inputs: Literal["train", "test", "all"],
    interval: int,
    samples: int,
    seed: int,
) -> "xr.DataArray":
    """Return inner products of the tangents at each checkpoint, in the metric there.

    Parameters
    ----------
    run : DataTree
        Holds /trajectory, with an epoch for each checkpoint, and /data.
    score, metric, inputs, interval, samples, seed
        See `CONVENTIONS`.

    Returns
    -------
    DataArray of float64, (checkpoint, first, second), both axes labelled by `TANGENTS`
        NaN at checkpoints that no step leaves, and in the rows of a previous step that is
        missing.

    Raises
    ------
    MissingData
        If there is no trajectory, no data, or no two checkpoints `interval` epochs apart.
    """
    trajectory = checkpoints_of(run)
    there = fisher_metric(run, network, score, metric, inputs, samples, seed)
    return products_along(trajectory, network.layout, there, interval)


def euclidean_products(run: "xr.DataTree", *, interval: int) -> "xr.DataArray":
    """Return what `step_products` does in the metric that is 1 everywhere: no network is needed.

    Every variable of floats in /trajectory is a parameter tensor.
    """
    trajectory = checkpoints_of(run)
    return products_along(trajectory, layout_of(trajectory), euclidean_metric, interval)


def products_along(
    trajectory: "xr.Dataset", layout: Layout, metric: Metric, interval: int
) -> "xr.DataArray":
    """Return inner products of the tangents at each checkpoint; see `step_products`."""
    products = products_at(trajectory, layout, metric, interval)
    labels = {"first": list(TANGENTS), "second": list(TANGENTS)}
    template = trajectory["epoch"].astype(float).expand_dims(labels, (1, 2))
    return template.copy(data=products).rename("step_products").drop_attrs(deep=False)


def products_at(
    trajectory: "xr.Dataset", layout: Layout, metric: Metric, interval: int
) -> NDArray[np.float64]:
    """Return what `products_along` does without labels, (checkpoint, ..., first, second).

    Parameters
    ----------
    metric : callable
        What it gives may have further axes after the first.
    """
    epoch = trajectory["epoch"].values.astype(float)
    before, after = neighbours(epoch, -interval), neighbours(epoch, interval)
    starts = np.flatnonzero(after >= 0)
    if not starts.size:
        raise MissingData(
            f"steps with interval {interval} need two checkpoints {interval} epochs apart; "
            f"this run keeps {len(epoch)}, {spacings(epoch)}"
        )
    found, size = [], max(BLOCK // layout.size, 1)
    for at in np.split(starts, range(size, len(starts), size)):
        here, tangents = _tangents(trajectory, layout, at, before[at], after[at])
        found.append(metric(here)(tangents))
    products = np.full((len(epoch), *found[0].shape[1:]), np.nan)
    products[starts] = np.concatenate(found)
    missing = np.flatnonzero(before < 0)
    products[missing, ..., 0, :] = products[missing, ..., :, 0] = np.nan
    return products


def fisher_metric(
    run: "xr.DataTree",
    network: Network,
    score: Score,
    metric: Literal["diagonal", "full"],
    inputs: Literal["train", "test", "all"],
    samples: int,
    seed: int,
) -> Metric:
    """Return the Fisher metric that some `CONVENTIONS` choose."""
    x, y = draw_examples(run, inputs, samples, seed)

    def at(here: NDArray[Any]) -> Products:
        if metric == "full":
            return lambda tangents: network.gram(here, tangents, x, y, score)
        return Diagonal(network.fisher_diagonal(here, x, y, score))

    return at


def cosine(products: "xr.DataArray", first: str, second: str) -> "xr.DataArray":
    """Return the cosine between two tangents, (checkpoint,), in [-1, 1].

    NaN where a tangent is missing or has no length in the metric.
    """
    dot = products.sel(first=first, second=second, drop=True)
    own = [products.sel(first=name, second=name, drop=True) for name in (first, second)]
    norm = (own[0] ** 0.5) * (own[1] ** 0.5)
    return (dot / norm.where(norm > 0)).clip(-1, 1)


def section_of(run: "xr.DataTree", name: str) -> dict[str, Any]:
    """Return a section of the run's configuration, empty where it has no such table."""
    found = json.loads(str(run.attrs.get("config", "{}"))).get(name)
    return found if isinstance(found, dict) else {}


def checkpoints_of(run: "xr.DataTree") -> "xr.Dataset":
    """Return the trajectory group.

    Raises
    ------
    MissingData
        If the run kept no checkpoints, or they carry no epoch.
    """
    if "trajectory" not in run.children or not run["trajectory"].sizes.get("checkpoint"):
        raise MissingData("this run kept no checkpoints; measures of weights need some")
    trajectory = run["trajectory"].to_dataset()
    if "epoch" not in trajectory.coords:
        raise MissingData("the checkpoints of this run carry no epoch, which steps are counted in")
    return trajectory


def draw_examples(
    run: "xr.DataTree", inputs: str, samples: int, seed: int
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Return inputs and labels of `samples` examples, drawn without repetition.

    Parameters
    ----------
    inputs : "train", "test" or "all"
    samples : int
        All examples are taken where there are fewer.
    """
    if "data" not in run.children:
        raise MissingData("this run comes without its data; measures of the network need it")
    data = run["data"]
    parts = ("train", "test") if inputs == "all" else (inputs,)
    x = np.concatenate([data[f"{part}_inputs"].values for part in parts])
    y = np.concatenate([data[f"{part}_labels"].values for part in parts])
    drawn = np.random.default_rng(seed).permutation(len(y))[:samples]
    if not drawn.size:
        raise MissingData(f"this run has no {inputs} inputs to draw from")
    return x[drawn], y[drawn]


def neighbours(epoch: NDArray[np.float64], distance: float) -> NDArray[np.int64]:
    """Return for each epoch the index of the one `distance` away, or -1.

    Parameters
    ----------
    epoch : ndarray, (checkpoint,), increasing
    """
    wanted = epoch + distance
    tolerance = 1e-6 * np.maximum(np.abs(wanted), 1)
    index = np.clip(np.searchsorted(epoch, wanted - tolerance), 0, len(epoch) - 1)
    return np.where(np.abs(epoch[index] - wanted) <= tolerance, index, -1)


def spacings(epoch: NDArray[np.float64]) -> str:
    """Return how far apart checkpoints are, in words."""
    if len(epoch) < 2:
        return "so no steps"
    found = np.unique(np.round(np.diff(epoch), 6))[:3]
    return "spaced " + ", ".join(f"{spacing:g}" for spacing in found)


def layout_of(trajectory: "xr.Dataset") -> Layout:
    """Return the layout of a trajectory's tensors of floats, whatever network they are of."""
    tensors = {str(name): t for name, t in trajectory.items() if t.dtype.kind == "f"}
    return Layout(
        tuple(
            ParameterSpec(name, tuple(map(str, t.dims[1:])), t.shape[1:])
            for name, t in tensors.items()
        )
    )


def read_rows(
    trajectory: "xr.Dataset", layout: Layout, index: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Return parameters of some checkpoints, float32 (index, parameter).

    Parameters
    ----------
    index : ndarray, increasing

    Raises
    ------
    MissingData
        If the tensors there are not those of the layout, as in a file whose configuration is
        another run's.
    """
    for spec in layout.parameters:
        there = trajectory[spec.name].shape[1:] if spec.name in trajectory else None
        if there != spec.shape:
            found = "is missing" if there is None else f"has shape {there}"
            raise MissingData(
                f"the checkpoints are not of the network that the run's configuration names: "
                f"{spec.name} {found}, expected {spec.shape}"
            )
    dense = len(index) and index[-1] - index[0] + 1 == len(index)
    part = trajectory.isel(checkpoint=slice(index[0], index[-1] + 1) if dense else index)
    tensors = {spec.name: part[spec.name].values for spec in layout.parameters}
    return layout.pack(tensors, (len(index),))


def _tangents(
    trajectory: "xr.Dataset",
    layout: Layout,
    at: NDArray[np.int64],
    before: NDArray[np.int64],
    after: NDArray[np.int64],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return parameters (at, parameter) and tangents (at, tangent, parameter)."""
    before = np.where(before < 0, at, before)
    needed = np.unique(np.concatenate([before, at, after]))
    rows = read_rows(trajectory, layout, needed)
    past, here, future = (rows[np.searchsorted(needed, index)] for index in (before, at, after))
    return here, np.stack([here - past, future - here, -here], axis=1)
