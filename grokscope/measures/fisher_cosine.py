"""Fisher cosine: whether training keeps its direction from one step to the next."""

import xarray as xr

from grokscope.kinds import Measure
from grokscope.steps import CONVENTIONS, cosine, step_products


def fisher_cosine(products: xr.DataArray) -> xr.DataArray:
    r"""Return the cosine between the steps that arrive at and leave each checkpoint.

    .. math:: S(s^e, s^{e+1}) = \frac{s^e_i \, g_{ij} \, s^{e+1}_j}{|s^e|_g \, |s^{e+1}|_g},
              \quad g = g(\theta^{e+1})

    The metric, in both lengths too, is taken at the point the two steps share. Neighbouring
    steps can all be nearly parallel on a path that is bent as a whole.

    Parameters
    ----------
    products : DataArray, (checkpoint, first, second)
        From `steps.step_products`.

    Returns
    -------
    DataArray, (checkpoint,), in [-1, 1]
        Labelled by the shared checkpoint; NaN where a step is missing or has no length.
    """
    return cosine(products, "previous", "next")


FISHER_COSINE = Measure(
    name="fisher_cosine",
    function=fisher_cosine,
    prepare=step_products,
    local=True,
    long_name="Fisher cosine, consecutive steps",
    units="1",
    dims=("checkpoint",),
    reads="network",
    range=(-1, 1),
    source="arXiv:2502.01739, eq. 9",
    parameters=CONVENTIONS,
)
