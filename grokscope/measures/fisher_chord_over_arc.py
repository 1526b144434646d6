"""Fisher chord over arc: how straight a long stretch of the path is."""

from typing import Literal

import xarray as xr

from grokscope.kinds import Measure
from grokscope.network import Network, Score
from grokscope.paths import WINDOW, chord_over_arc
from grokscope.steps import CONVENTIONS, checkpoints_of, fisher_metric


def fisher_chord_over_arc(
    run: xr.DataTree,
    network: Network,
    *,
    score: Score,
    metric: Literal["diagonal", "full"],
    inputs: Literal["train", "test", "all"],
    interval: int,
    samples: int,
    seed: int,
    window: int,
) -> xr.DataArray:
    r"""Return how straight each stretch of the path is.

    .. math:: \frac{|\sum_{k<w} s^{e+kf}|_g}{\sum_{k<w} |s^{e+kf}|_g}, \quad
              g = g(\theta^{e + \lfloor w/2 \rfloor f})

    1 is a straight line in parameter space. Neighbouring steps can all be nearly parallel on a
    path that is bent as a whole; this tells. One metric, that of the middle, measures chord and
    arc.

    Parameters
    ----------
    run : DataTree
        Holds /trajectory and /data.
    network : Network
    score, metric, inputs, interval, samples, seed
        See `steps.CONVENTIONS`.
    window : int
        Number of steps.

    Returns
    -------
    DataArray, (checkpoint,), in [0, 1]
        See `paths.chord_over_arc`.
    """
    trajectory = checkpoints_of(run)
    there = fisher_metric(run, network, score, metric, inputs, samples, seed)
    return chord_over_arc(trajectory, network.layout, there, interval, window)


FISHER_CHORD_OVER_ARC = Measure(
    name="fisher_chord_over_arc",
    function=fisher_chord_over_arc,
    long_name="Fisher chord over arc",
    units="1",
    dims=("checkpoint",),
    reads="network",
    range=(0, 1),
    source="arXiv:2502.01739, section 6.3 (a straight line)",
    parameters=(*CONVENTIONS, WINDOW),
)
