"""Euclidean lagged cosine: whether training keeps its direction for long."""

import xarray as xr

from grokscope.kinds import Measure
from grokscope.metric import euclidean_metric
from grokscope.paths import LAG, lagged_cosine
from grokscope.steps import INTERVAL, checkpoints_of, layout_of


def euclidean_lagged_cosine(run: xr.DataTree, *, interval: int, lag: int) -> xr.DataArray:
    r"""Return the cosine between each step and one a while later.

    .. math:: S(s^e, s^{e+lf}) = \frac{s^e \cdot s^{e+lf}}{|s^e| \, |s^{e+lf}|}

    with lag l. A lag of 1 is `euclidean_cosine`.

    Parameters
    ----------
    run : DataTree
        Holds /trajectory; every variable of floats there is a parameter tensor.
    interval : int
        Length of a step in epochs.
    lag : int
        Steps from one to the other.

    Returns
    -------
    DataArray, (checkpoint,), in [-1, 1]
        See `paths.lagged_cosine`.
    """
    trajectory = checkpoints_of(run)
    return lagged_cosine(trajectory, layout_of(trajectory), euclidean_metric, interval, lag)


EUCLIDEAN_LAGGED_COSINE = Measure(
    name="euclidean_lagged_cosine",
    function=euclidean_lagged_cosine,
    long_name="Euclidean cosine, steps far apart",
    units="1",
    dims=("checkpoint",),
    reads="weights",
    range=(-1, 1),
    source="arXiv:2502.01739, eq. 9",
    parameters=(INTERVAL, LAG),
)
