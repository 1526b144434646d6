"""Euclidean cosine: whether the weights keep their direction from one step to the next."""

import xarray as xr

from grokscope.kinds import Measure
from grokscope.steps import INTERVAL, cosine, euclidean_products


def euclidean_cosine(products: xr.DataArray) -> xr.DataArray:
    r"""Return the cosine between the steps that arrive at and leave each checkpoint.

    .. math:: S(s^e, s^{e+1}) = \frac{s^e \cdot s^{e+1}}{|s^e| \, |s^{e+1}|}

    Neighbouring steps can all be nearly parallel on a path that is bent as a whole.

    Parameters
    ----------
    products : DataArray, (checkpoint, first, second)
        From `steps.euclidean_products`.

    Returns
    -------
    DataArray, (checkpoint,), in [-1, 1]
        Labelled by the shared checkpoint; NaN where a step is missing or has no length.
    """
    return cosine(products, "previous", "next")


EUCLIDEAN_COSINE = Measure(
    name="euclidean_cosine",
    function=euclidean_cosine,
    prepare=euclidean_products,
    local=True,
    long_name="Euclidean cosine, consecutive steps",
    units="1",
    dims=("checkpoint",),
    reads="weights",
    range=(-1, 1),
    source="arXiv:2502.01739, appendix G.2",
    parameters=(INTERVAL,),
)
