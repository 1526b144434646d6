"""Fisher divergence: how far a step changes what the network believes, beside its expansion."""

from typing import Literal

import numpy as np
import xarray as xr

from grokscope.errors import MissingData
from grokscope.kinds import Measure
from grokscope.network import Network
from grokscope.steps import (
    BLOCK,
    INPUTS,
    INTERVAL,
    SAMPLES,
    SEED,
    checkpoints_of,
    draw_examples,
    neighbours,
    read_rows,
    spacings,
)

QUANTITIES = ("measured", "quadratic")


def fisher_divergence(
    run: xr.DataTree,
    network: Network,
    *,
    inputs: Literal["train", "test", "all"],
    interval: int,
    samples: int,
    seed: int,
) -> xr.DataArray:
    r"""Return the divergence of each step, and what the Fisher metric makes of it.

    .. math:: D_{KL}(p_\theta \| p_{\theta + s}) = \tfrac{1}{2} s \cdot F(\theta) \, s + O(s^3)

    with F the full metric of the model's own labels, on the same inputs. Where the two differ,
    a step is too long for the metric at its start to tell what it does.

    Parameters
    ----------
    run : DataTree
        Holds /trajectory and /data.
    network : Network
    inputs, interval, samples, seed
        See `steps.CONVENTIONS`.

    Returns
    -------
    DataArray, (checkpoint, quantity), in nats, >= 0
        `measured` and `quadratic`, left and right; NaN at checkpoints that no step leaves.

    Raises
    ------
    MissingData
        If there is no trajectory, no data, or no two checkpoints `interval` epochs apart.
    """
    trajectory = checkpoints_of(run)
    x, y = draw_examples(run, inputs, samples, seed)
    epoch = trajectory["epoch"].values.astype(float)
    after = neighbours(epoch, interval)
    starts = np.flatnonzero(after >= 0)
    if not starts.size:
        raise MissingData(
            f"fisher_divergence needs two checkpoints {interval} epochs apart; this run keeps "
            f"{len(epoch)}, {spacings(epoch)}"
        )
    values = np.full((len(epoch), len(QUANTITIES)), np.nan)
    size = max(BLOCK // network.layout.size, 1)
    for at in np.split(starts, range(size, len(starts), size)):
        here, there = (read_rows(trajectory, network.layout, index) for index in (at, after[at]))
        squares = network.gram(here, (there - here)[:, None], x, y, "model")[:, 0, 0]
        values[at] = np.stack([network.divergence(here, there, x), squares / 2], axis=1)
    template = trajectory["epoch"].astype(float).expand_dims(quantity=list(QUANTITIES), axis=1)
    return template.copy(data=values).drop_attrs(deep=False)


FISHER_DIVERGENCE = Measure(
    name="fisher_divergence",
    function=fisher_divergence,
    long_name="Kullback-Leibler divergence of a step",
    units="1",
    unit_label="nat",
    dims=("checkpoint", "quantity"),
    reads="network",
    range=(0, float("inf")),
    source="arXiv:2502.01739, appendix F, eq. 16",
    parameters=(INPUTS, INTERVAL, SAMPLES, SEED),
)
