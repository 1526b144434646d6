"""Euclidean chord over arc: how straight a long stretch of the path is."""

import xarray as xr

from grokscope.kinds import Measure
from grokscope.metric import euclidean_metric
from grokscope.paths import WINDOW, chord_over_arc
from grokscope.steps import INTERVAL, checkpoints_of, layout_of


def euclidean_chord_over_arc(run: xr.DataTree, *, interval: int, window: int) -> xr.DataArray:
    r"""Return how straight each stretch of the path is.

    .. math:: \frac{|\sum_{k<w} s^{e+kf}|}{\sum_{k<w} |s^{e+kf}|}

    1 is a straight line. Neighbouring steps can all be nearly parallel on a path that is bent
    as a whole; this tells.

    Parameters
    ----------
    run : DataTree
        Holds /trajectory; every variable of floats there is a parameter tensor.
    interval : int
        Length of a step in epochs.
    window : int
        Number of steps.

    Returns
    -------
    DataArray, (checkpoint,), in [0, 1]
        See `paths.chord_over_arc`.
    """
    trajectory = checkpoints_of(run)
    return chord_over_arc(trajectory, layout_of(trajectory), euclidean_metric, interval, window)


EUCLIDEAN_CHORD_OVER_ARC = Measure(
    name="euclidean_chord_over_arc",
    function=euclidean_chord_over_arc,
    long_name="Euclidean chord over arc",
    units="1",
    dims=("checkpoint",),
    reads="weights",
    range=(0, 1),
    source="arXiv:2502.01739, section 6.3 (a straight line)",
    parameters=(INTERVAL, WINDOW),
)
