"""Gini coefficient of the Fisher diagonal: how unequally parameters matter."""

from typing import Literal

import numpy as np
import xarray as xr

from grokscope.inequality import gini_of
from grokscope.kinds import Measure
from grokscope.network import Network, Score
from grokscope.steps import (
    BLOCK,
    INPUTS,
    SAMPLES,
    SCORE,
    SEED,
    checkpoints_of,
    draw_examples,
    read_rows,
)


def fisher_gini(
    run: xr.DataTree,
    network: Network,
    *,
    score: Score,
    inputs: Literal["train", "test", "all"],
    samples: int,
    seed: int,
) -> xr.DataArray:
    r"""Return the Gini coefficient of the diagonal of the Fisher metric.

    .. math:: G = \frac{\sum_i (2i - n - 1) g_{(i)}}{n \sum_i g_{(i)}}

    with the g_ii in increasing order. 0 where the function depends on all parameters alike,
    1 - 1/n where it depends on one.

    Parameters
    ----------
    run : DataTree
        Holds /trajectory and /data.
    network : Network
    score, inputs, samples, seed
        See `steps.CONVENTIONS`.

    Returns
    -------
    DataArray, (checkpoint,), in [0, 1)
        NaN where the function depends on none.

    Raises
    ------
    MissingData
        If there is no trajectory or no data.
    """
    trajectory = checkpoints_of(run)
    x, y = draw_examples(run, inputs, samples, seed)
    count, size = trajectory.sizes["checkpoint"], max(BLOCK // network.layout.size, 1)
    parts = []
    for at in np.split(np.arange(count), range(size, count, size)):
        rows = read_rows(trajectory, network.layout, at)
        parts.append(gini_of(network.fisher_diagonal(rows, x, y, score)))
    return xr.DataArray(np.concatenate(parts), trajectory["epoch"].coords, ["checkpoint"])


FISHER_GINI = Measure(
    name="fisher_gini",
    function=fisher_gini,
    local=True,
    long_name="Gini coefficient of the Fisher diagonal",
    units="1",
    dims=("checkpoint",),
    reads="network",
    range=(0, 1),
    source="arXiv:2502.01739, appendix D",
    parameters=(SCORE, INPUTS, SAMPLES, SEED),
)
