"""Fisher lagged cosine: whether training keeps its direction for long."""

from typing import Literal

import xarray as xr

from grokscope.kinds import Measure
from grokscope.network import Network, Score
from grokscope.paths import LAG, lagged_cosine
from grokscope.steps import CONVENTIONS, checkpoints_of, fisher_metric


def fisher_lagged_cosine(
    run: xr.DataTree,
    network: Network,
    *,
    score: Score,
    metric: Literal["diagonal", "full"],
    inputs: Literal["train", "test", "all"],
    interval: int,
    samples: int,
    seed: int,
    lag: int,
) -> xr.DataArray:
    r"""Return the cosine between each step and one a while later.

    .. math:: S(s^e, s^{e+lf}), \quad g = g(\theta^{e + \lfloor (l+1)/2 \rfloor f})

    with lag l. A lag of 1 is `fisher_cosine`.

    Parameters
    ----------
    run : DataTree
        Holds /trajectory and /data.
    network : Network
    score, metric, inputs, interval, samples, seed
        See `steps.CONVENTIONS`.
    lag : int
        Steps from one to the other.

    Returns
    -------
    DataArray, (checkpoint,), in [-1, 1]
        See `paths.lagged_cosine`.
    """
    trajectory = checkpoints_of(run)
    there = fisher_metric(run, network, score, metric, inputs, samples, seed)
    return lagged_cosine(trajectory, network.layout, there, interval, lag)


FISHER_LAGGED_COSINE = Measure(
    name="fisher_lagged_cosine",
    function=fisher_lagged_cosine,
    long_name="Fisher cosine, steps far apart",
    units="1",
    dims=("checkpoint",),
    reads="network",
    range=(-1, 1),
    source="arXiv:2502.01739, eq. 9",
    parameters=(*CONVENTIONS, LAG),
)
