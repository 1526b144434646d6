"""Stiff cosine: whether stiff and sloppy parameters keep their direction."""

import xarray as xr

from grokscope.kinds import Measure
from grokscope.steps import cosine
from grokscope.stiffness import CONVENTIONS, subspace_products


def stiff_cosine(products: xr.DataArray) -> xr.DataArray:
    r"""Return the cosine of consecutive steps within the stiff and within the sloppy parameters.

    .. math:: S_P(s^e, s^{e+1}) = \frac{\sum_{i \in P} g_{ii} \, s^e_i \, s^{e+1}_i}
              {|s^e|_P \, |s^{e+1}|_P}, \quad g = g(\theta^{e+1})

    The sets P are those of `stiff_speed`.

    Parameters
    ----------
    products : DataArray, (checkpoint, subspace, first, second)
        From `stiffness.subspace_products`.

    Returns
    -------
    DataArray, (checkpoint, subspace), in [-1, 1]
        Labelled by the shared checkpoint; NaN where a step is missing or has no length.
    """
    return cosine(products, "previous", "next").assign_attrs(products.attrs)


STIFF_COSINE = Measure(
    name="stiff_cosine",
    function=stiff_cosine,
    prepare=subspace_products,
    long_name="Fisher cosine of stiff and sloppy parameters",
    units="1",
    dims=("checkpoint", "subspace"),
    reads="network",
    range=(-1, 1),
    source="arXiv:2502.01739, appendix G.3",
    parameters=CONVENTIONS,
)
