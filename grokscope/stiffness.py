"""Stiff and sloppy parameters: those that the function depends on in the end, and the others."""

from typing import Any, Literal

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from grokscope.kinds import Parameter
from grokscope.metric import Products
from grokscope.network import Network, Score
from grokscope.steps import (
    INPUTS,
    INTERVAL,
    SAMPLES,
    SCORE,
    SEED,
    TANGENTS,
    checkpoints_of,
    draw_examples,
    fisher_metric,
    products_at,
    read_rows,
)

SUBSPACES = ("stiff", "sloppy")

CONVENTIONS = (
    SCORE,
    INPUTS,
    INTERVAL,
    SAMPLES,
    SEED,
    Parameter(
        name="threshold",
        default=0.1,
        choices=(0.001, 0.01, 0.1),
        label="t{}",
        meaning="value of the final Fisher diagonal from which on a parameter is stiff",
    ),
)
"""Choices that decide a measure of subspaces, the paper's as defaults; the metric is diagonal."""


def subspace_products(
    run: xr.DataTree,
    network: Network,
    *,
    score: Score,
    inputs: Literal["train", "test", "all"],
    interval: int,
    samples: int,
    seed: int,
    threshold: float,
) -> xr.DataArray:
    """Return inner products of steps within the stiff and within the sloppy parameters.

    A parameter is stiff where the Fisher diagonal at the run's last checkpoint is at least
    `threshold`; the two sets are the same at every checkpoint.

    Parameters
    ----------
    run : DataTree
        Holds /trajectory and /data.
    score, inputs, interval, samples, seed, threshold
        See `CONVENTIONS`.

    Returns
    -------
    DataArray, (checkpoint, subspace, first, second)
        Of each subspace what `steps.step_products` gives in the diagonal metric; a comment tells
        how many parameters are stiff.

    Raises
    ------
    MissingData
        As `steps.step_products`.
    """
    trajectory = checkpoints_of(run)
    last = read_rows(trajectory, network.layout, np.array([trajectory.sizes["checkpoint"] - 1]))
    x, y = draw_examples(run, inputs, samples, seed)
    stiff = network.fisher_diagonal(last, x, y, score)[0] >= threshold
    metric = fisher_metric(run, network, score, "diagonal", inputs, samples, seed)

    def at(here: NDArray[Any]) -> Products:
        products = metric(here)
        return lambda tangents: np.stack([products(tangents * p) for p in (stiff, ~stiff)], axis=1)

    labels = {"subspace": SUBSPACES, "first": TANGENTS, "second": TANGENTS}
    return xr.DataArray(
        products_at(trajectory, network.layout, at, interval),
        dict(trajectory["epoch"].coords) | {name: list(told) for name, told in labels.items()},
        ["checkpoint", *labels],
        attrs={"comment": f"{stiff.sum()} of {stiff.size} parameters are stiff"},
    )
