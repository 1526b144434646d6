"""Fisher speed: how far a step moves the function, not the weights."""

import xarray as xr

from grokscope.extrema import speed_extrema
from grokscope.kinds import Measure
from grokscope.steps import CONVENTIONS, step_products


def fisher_speed(products: xr.DataArray) -> xr.DataArray:
    r"""Return the Fisher length of the step that starts at each checkpoint.

    .. math:: |s^e|_g = \sqrt{s^e_i \, g_{ij}(\theta^e) \, s^e_j}, \quad
              s^e = \theta^{e+f} - \theta^e

    The metric is taken at the start of the step. Even with test inputs it sees no test labels,
    unless the score is `label`.

    Parameters
    ----------
    products : DataArray, (checkpoint, first, second)
        From `steps.step_products`.

    Returns
    -------
    DataArray, (checkpoint,), >= 0
        Labelled by the checkpoint a step starts from; NaN where none does.
    """
    return products.sel(first="next", second="next", drop=True) ** 0.5


def turning_points(speed: xr.DataArray) -> dict[str, int | None]:
    """Return indices of the first local minimum and the next maximum; see `speed_extrema`."""
    lowest, highest = speed_extrema(speed["epoch"].values, speed.values)
    return {"speed_min": lowest, "speed_max": highest}


FISHER_SPEED = Measure(
    name="fisher_speed",
    function=fisher_speed,
    prepare=step_products,
    local=True,
    moments=turning_points,
    long_name="Fisher speed",
    units="1",
    dims=("checkpoint",),
    reads="network",
    range=(0, float("inf")),
    source="arXiv:2502.01739, eq. 8",
    parameters=CONVENTIONS,
)
