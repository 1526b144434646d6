"""Euclidean cosine against the origin: whether a step shrinks the weights."""

import xarray as xr

from grokscope.kinds import Measure
from grokscope.steps import INTERVAL, cosine, euclidean_products


def euclidean_origin_cosine(products: xr.DataArray) -> xr.DataArray:
    r"""Return the cosine between each step and the straight way to the origin.

    .. math:: S(s^e, -\theta^e) = -\frac{s^e \cdot \theta^e}{|s^e| \, |\theta^e|}

    +1 is uniform decay, -1 uniform growth. This is a direction, not a cause; see `decay_share`.

    Parameters
    ----------
    products : DataArray, (checkpoint, first, second)
        From `steps.euclidean_products`.

    Returns
    -------
    DataArray, (checkpoint,), in [-1, 1]
        Labelled by the checkpoint a step starts from; NaN where none does.
    """
    return cosine(products, "next", "origin")


EUCLIDEAN_ORIGIN_COSINE = Measure(
    name="euclidean_origin_cosine",
    function=euclidean_origin_cosine,
    prepare=euclidean_products,
    local=True,
    long_name="Euclidean cosine, step and origin",
    units="1",
    dims=("checkpoint",),
    reads="weights",
    range=(-1, 1),
    source="arXiv:2502.01739, appendix G.2",
    parameters=(INTERVAL,),
)
