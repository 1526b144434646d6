"""Pruning curve: accuracy as a growing share of the weights is set to zero."""

import xarray as xr

from grokscope.kinds import Measure
from grokscope.pruning import CONVENTIONS, Pruned, pruned_accuracy


def pruning_curve(pruned: Pruned) -> xr.DataArray:
    r"""Return a(p), the accuracy with a share p of the weights gone.

    Parameters
    ----------
    pruned : Pruned
        From `pruning.pruned_accuracy`.

    Returns
    -------
    DataArray, (checkpoint, fraction), in [0, 1]
        NaN at checkpoints that were left out.
    """
    labelled = pruned.epoch.drop_attrs().astype(float).expand_dims(fraction=pruned.fraction, axis=1)
    return labelled.copy(data=pruned.accuracy).rename("pruning_curve")


PRUNING_CURVE = Measure(
    name="pruning_curve",
    function=pruning_curve,
    prepare=pruned_accuracy,
    long_name="accuracy of the pruned network",
    units="1",
    dims=("checkpoint", "fraction"),
    reads="network",
    range=(0, 1),
    source="arXiv:2502.01739, section 5",
    parameters=CONVENTIONS,
)
