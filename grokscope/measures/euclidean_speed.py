"""Euclidean speed: how far a step moves the weights."""

import xarray as xr

from grokscope.kinds import Measure
from grokscope.steps import INTERVAL, euclidean_products


def euclidean_speed(products: xr.DataArray) -> xr.DataArray:
    r"""Return the Euclidean length of the step that starts at each checkpoint.

    .. math:: |s^e| = \sqrt{\textstyle\sum_i (s^e_i)^2}, \quad
              s^e = \theta^{e+f} - \theta^e

    Parameters
    ----------
    products : DataArray, (checkpoint, first, second)
        From `steps.euclidean_products`.

    Returns
    -------
    DataArray, (checkpoint,), >= 0
        Labelled by the checkpoint a step starts from; NaN where none does.
    """
    return products.sel(first="next", second="next", drop=True) ** 0.5


EUCLIDEAN_SPEED = Measure(
    name="euclidean_speed",
    function=euclidean_speed,
    prepare=euclidean_products,
    local=True,
    long_name="Euclidean speed",
    units="1",
    dims=("checkpoint",),
    reads="weights",
    range=(0, float("inf")),
    source="arXiv:2502.01739, appendix G.2",
    parameters=(INTERVAL,),
)
