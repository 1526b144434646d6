"""Stiff speed: how far steps move the function by stiff and by sloppy parameters."""

import xarray as xr

from grokscope.kinds import Measure
from grokscope.stiffness import CONVENTIONS, subspace_products


def stiff_speed(products: xr.DataArray) -> xr.DataArray:
    r"""Return the Fisher length of each step within the stiff and within the sloppy parameters.

    .. math:: |s^e|_P = \sqrt{\textstyle\sum_{i \in P} g_{ii}(\theta^e) \, (s^e_i)^2}, \quad
              \mathrm{stiff} = \{i : g_{ii}(\theta^{end}) \ge c\}

    The two sets are those of the last checkpoint throughout: a run that goes on can change them.

    Parameters
    ----------
    products : DataArray, (checkpoint, subspace, first, second)
        From `stiffness.subspace_products`.

    Returns
    -------
    DataArray, (checkpoint, subspace), >= 0
        Labelled by the checkpoint a step starts from; NaN where none does. 0 in an empty set.
    """
    speed = products.sel(first="next", second="next", drop=True) ** 0.5
    return speed.assign_attrs(products.attrs)


STIFF_SPEED = Measure(
    name="stiff_speed",
    function=stiff_speed,
    prepare=subspace_products,
    long_name="Fisher speed of stiff and sloppy parameters",
    units="1",
    dims=("checkpoint", "subspace"),
    reads="network",
    range=(0, float("inf")),
    source="arXiv:2502.01739, appendix G.3",
    parameters=CONVENTIONS,
)
