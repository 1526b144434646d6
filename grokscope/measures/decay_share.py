"""Decay share: how much of a step is weight decay, where that acts apart from the gradient."""

from typing import Any

import numpy as np
import xarray as xr

from grokscope.errors import MissingData, listed
from grokscope.kinds import Measure
from grokscope.steps import INTERVAL, euclidean_products, neighbours, section_of

PLAIN = {
    "warmup": 0,
    "schedule": "constant",
    "weight_decay_to": "zero",
    "keep_norm": False,
    "fixed_norm": 0,
}
"""Keys of an optimiser that bend decay, and where they do not."""


def decay_share(run: xr.DataTree, *, interval: int) -> xr.DataArray:
    r"""Return the share of decay in the two parts that make up each step.

    .. math:: s^e = \underbrace{-(1 - (1 - \eta\lambda)^k) \, \theta^e}_{d} + u, \quad
              \frac{|d|}{|d| + |u|}

    with k updates in the step. d is what decay alone would have done, u what the updates did,
    each decayed since; for one update they are its two terms. 1 is pure decay, 1/2 where both
    are as long, as in equilibrium, where they cancel.

    Parameters
    ----------
    run : DataTree
        Holds /trajectory, every variable of floats there being a parameter tensor, and the
        configuration.
    interval : int
        Length of a step in epochs.

    Returns
    -------
    DataArray, (checkpoint,), in [0, 1]
        Labelled by the checkpoint a step starts from; NaN where none does or nothing acts.

    Raises
    ------
    MissingData
        If decay is no separate term at a constant rate: then no part of the step is its own.
    """
    rate = decay_rate(section_of(run, "optimizer"))
    products = euclidean_products(run, interval=interval)
    after = neighbours(products["epoch"].values, interval)
    updates = products["checkpoint"].values[after] - products["checkpoint"].values
    shrinks = 1 - (1 - rate) ** np.maximum(updates, 0)

    def between(first: str, second: str) -> xr.DataArray:
        return products.sel(first=first, second=second, drop=True)

    decay = shrinks * between("origin", "origin") ** 0.5
    rest = between("next", "next") - 2 * shrinks * between("next", "origin") + decay**2
    both = decay + rest.clip(min=0) ** 0.5
    return decay / both.where(both > 0)


def decay_rate(optimizer: dict[str, Any]) -> float:
    """Return the share of the weights that each update takes away.

    Raises
    ------
    MissingData
        If decay is no separate term at a constant rate.
    """
    name, told = optimizer.get("name"), ["lr", "weight_decay"]
    numbers: list[Any] = [optimizer.get(key) for key in told]
    apart = name == "adamw" or (name == "sgd" and not optimizer.get("momentum"))
    bent = [key for key, plain in PLAIN.items() if optimizer.get(key, plain) != plain]
    if not apart or bent or not all(isinstance(number, int | float) for number in numbers):
        has = listed(f"{key} = {optimizer.get(key)}" for key in ["name", *bent, *told])
        raise MissingData(
            "decay_share needs decay apart from the gradient at a constant rate, as of adamw, or "
            f"of sgd without momentum, with no schedule and no fixed norm; this run has {has}"
        )
    return float(numbers[0] * numbers[1])


DECAY_SHARE = Measure(
    name="decay_share",
    function=decay_share,
    long_name="share of weight decay in a step",
    units="1",
    dims=("checkpoint",),
    reads="weights",
    range=(0, 1),
    source="arXiv:1711.05101, section 2",
    parameters=(INTERVAL,),
)
