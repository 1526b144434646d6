"""Prunable fraction: the most weights that can go while nearly all accuracy stays."""

import xarray as xr

from grokscope.kinds import Measure
from grokscope.pruning import CONVENTIONS, Pruned, pruned_accuracy


def prunable_fraction(pruned: Pruned) -> xr.DataArray:
    r"""Return p95, the largest share of weights that can go while accuracy keeps 95 % of itself.

    .. math:: p_{95} = \max \{p : a(p) \ge 0.95\, a(0)\}

    The factor is 1 / (1 - p95): .95, .96 and .97 mean 20, 25 and 33 times.

    Parameters
    ----------
    pruned : Pruned
        From `pruning.pruned_accuracy`.

    Returns
    -------
    DataArray, (checkpoint, bound), in [0, 1]
        Bounds are `low`, `value` and `high`: the share itself, and where accuracy is half a 95 %
        interval (from the number of inputs) above or below what it may fall to; found to 1e-4.
    """
    labelled = (
        pruned.epoch.drop_attrs().astype(float).expand_dims(bound=["low", "value", "high"], axis=1)
    )
    return labelled.copy(data=pruned.prunable).rename("prunable_fraction")


PRUNABLE_FRACTION = Measure(
    name="prunable_fraction",
    function=prunable_fraction,
    prepare=pruned_accuracy,
    long_name="share of weights that can go",
    units="1",
    dims=("checkpoint", "bound"),
    reads="network",
    version=2,
    range=(0, 1),
    source="arXiv:2502.01739, section 5",
    parameters=CONVENTIONS,
)
