"""Operation table: which cells of a binary operation's table a network fills in rightly."""

import numpy as np
import xarray as xr

from grokscope.errors import MissingData
from grokscope.frames import MOST, framed
from grokscope.kinds import Measure
from grokscope.network import Network
from grokscope.steps import BLOCK, checkpoints_of, read_rows

NO_CELL = 255
"""Where the operation has no result."""
HELD_OUT = {"long_name": "pair is in the test set", "units": "1"}


def operation_table(run: xr.DataTree, network: Network, *, most: int) -> xr.DataArray:
    """Return for each pair (a, b) whether the network predicts a ∘ b.

    Parameters
    ----------
    run : DataTree
        Holds /trajectory, and in /data all pairs of tokens that have a result.
    network : Network
    most : int
        See `frames.MOST`.

    Returns
    -------
    DataArray of uint8, (checkpoint, a, b)
        1 where the largest logit is the label's, 0 where another is, 255 where the operation has
        no result. Labels are those trained on, noise included. The coordinate `held_out`, (a, b),
        is 1 for pairs in the test set and 0 for all others. Other checkpoints are absent.

    Raises
    ------
    MissingData
        If inputs are no pairs of tokens.
    """
    run = framed(run, most)
    trajectory = checkpoints_of(run)
    data = run["data"]
    pairs, labels = (
        np.concatenate([data[f"{part}_{what}"].values for part in ("train", "test")])
        for what in ("inputs", "labels")
    )
    if pairs.dtype.kind != "i" or pairs.shape[1:] != (2,):
        raise MissingData(
            "operation_table needs a task whose inputs are pairs of tokens, such as "
            f"modular_addition; this run's are {pairs.dtype} {pairs.shape[1:]}"
        )
    (a, b), size = pairs.T, int(pairs.max()) + 1
    held_out = np.zeros((size, size), np.uint8)
    held_out[a, b] = np.arange(len(labels)) >= data.sizes["train_example"]
    count = trajectory.sizes["checkpoint"]
    table = np.full((count, size, size), NO_CELL, np.uint8)
    at_once = max(BLOCK // max(network.layout.size, 1), 1)
    for block in np.split(np.arange(count), range(at_once, count, at_once)):
        for at, row in zip(block, read_rows(trajectory, network.layout, block), strict=True):
            table[at, a, b] = network.logits(row[None], pairs)[0].argmax(-1) == labels
    elements = {"a": np.arange(size), "b": np.arange(size)}
    seen = xr.Variable(("a", "b"), held_out, HELD_OUT)
    coords = dict(trajectory["epoch"].coords) | elements | {"held_out": seen}
    comment = f"1 right, 0 wrong, {NO_CELL} no result"
    return xr.DataArray(table, coords, ["checkpoint", *elements], attrs={"comment": comment})


OPERATION_TABLE = Measure(
    name="operation_table",
    function=operation_table,
    long_name="right answers in the operation's table",
    units="1",
    dims=("checkpoint", "a", "b"),
    reads="network",
    range=(0, NO_CELL),
    source="arXiv:2201.02177, figure 1",
    parameters=(MOST,),
)
