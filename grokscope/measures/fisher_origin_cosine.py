"""Fisher cosine against the origin: how much of a step is uniform decay of the weights."""

import xarray as xr

from grokscope.kinds import Measure
from grokscope.steps import CONVENTIONS, cosine, step_products


def fisher_origin_cosine(products: xr.DataArray) -> xr.DataArray:
    r"""Return the cosine between each step and the straight way to the origin.

    .. math:: S(s^e, -\theta^e), \quad g = g(\theta^e)

    +1 is uniform decay, -1 uniform growth. This is a direction, not a cause: where weight
    decay enters through the gradient, as in Adam, its pull is not along it.

    Parameters
    ----------
    products : DataArray, (checkpoint, first, second)
        From `steps.step_products`.

    Returns
    -------
    DataArray, (checkpoint,), in [-1, 1]
        Labelled by the checkpoint a step starts from; NaN where none does.
    """
    return cosine(products, "next", "origin")


FISHER_ORIGIN_COSINE = Measure(
    name="fisher_origin_cosine",
    function=fisher_origin_cosine,
    prepare=step_products,
    local=True,
    long_name="Fisher cosine, step and origin",
    units="1",
    dims=("checkpoint",),
    reads="network",
    range=(-1, 1),
    source="arXiv:2502.01739, section 6.3",
    parameters=CONVENTIONS,
)
