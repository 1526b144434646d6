"""Pruning: test accuracy as more and more weights are set to zero.

What several measures share: the order in which weights go, the accuracy that is left, and how
far one can go before it falls.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from grokscope.errors import MissingData
from grokscope.kinds import Parameter
from grokscope.layout import Layout
from grokscope.network import Network, Score
from grokscope.steps import checkpoints_of, draw_examples, read_rows

if TYPE_CHECKING:
    import xarray as xr

Order = Literal["magnitude", "fisher", "fisher_distance"]
Scope = Literal["layer", "global", "normalised"]

CONVENTIONS = (
    Parameter(
        name="order",
        default="magnitude",
        choices=("magnitude", "fisher", "fisher_distance"),
        meaning="what goes first: small weights |w|, small F, or small sqrt(F) |w|, with F the "
        "Fisher diagonal",
    ),
    Parameter(
        name="scope",
        default="layer",
        choices=("layer", "global", "normalised"),
        meaning="the same share of each weight tensor, as in the paper; of all together; or of "
        "all together, each tensor divided by its norm",
    ),
    Parameter(
        name="score",
        default="output",
        choices=("model", "label", "output"),
        meaning="whose derivatives the Fisher diagonal is made of",
    ),
    Parameter(
        name="inputs",
        default="test",
        choices=("train", "test", "all"),
        meaning="inputs on which accuracy is taken; the Fisher diagonal is taken on 256 of them",
    ),
    Parameter(
        name="points", default=101, least=3, label="p{}", meaning="fractions pruned, from 0 to 1"
    ),
    Parameter(
        name="every",
        default=1,
        least=1,
        label="every{}",
        meaning="of how many checkpoints one is pruned, counted back from the last",
    ),
)
"""Choices that decide a pruning measure's number, the paper's as defaults."""

KEPT = 0.95
"""Share of its accuracy that a pruned network may not fall below (arXiv:2502.01739, section 5)."""
SIGMAS = 1.959964
"""Standard deviations to either side of a 95 % interval."""
FINEST = 1e-4
"""To how much `Pruned.prunable` is found."""
FISHER_SAMPLES = 256
ROWS = 16
"""Pruned networks held at once."""


@dataclass(frozen=True)
class Pruned:
    """What is left of a run's networks as they are pruned; NaN at checkpoints left out."""

    epoch: "xr.DataArray"
    """Labels the checkpoints."""
    fraction: NDArray[np.float64]
    """Share of the weights set to zero, (fraction,), from 0 to 1."""
    accuracy: NDArray[np.float64]
    """(checkpoint, fraction), in [0, 1]."""
    prunable: NDArray[np.float64]
    """Largest share that can go while accuracy stays at `KEPT` of what it was, between the ends
    of a 95 % interval from the number of inputs, (checkpoint, 3)."""


def pruned_accuracy(
    run: "xr.DataTree",
    network: Network,
    *,
    order: Order,
    scope: Scope,
    score: Score,
    inputs: Literal["train", "test", "all"],
    points: int,
    every: int,
) -> Pruned:
    """Return accuracies of pruned networks, and how far each checkpoint can be pruned.

    Tensors with one axis, biases and gains, are left as they are; nothing is trained again.

    Parameters
    ----------
    run : DataTree
        Holds /trajectory and /data.
    order, scope, score, inputs, points, every
        See `CONVENTIONS`.

    Raises
    ------
    MissingData
        If there are no checkpoints, no data, or no weight tensors.
    """
    trajectory = checkpoints_of(run)
    x, y = draw_examples(run, inputs, np.iinfo(np.int64).max, 0)
    count, layout = trajectory.sizes["checkpoint"], network.layout
    fraction = np.linspace(0, 1, points)
    accuracy, prunable = np.full((count, points), np.nan), np.full((count, 3), np.nan)
    for at in range(count - 1, -1, -every):
        row = read_rows(trajectory, layout, np.array([at]))[0]
        worth = np.abs(row)
        if order != "magnitude":
            drawn = slice(FISHER_SAMPLES)
            fisher = network.fisher_diagonal(row[None], x[drawn], y[drawn], score)[0]
            worth = fisher if order == "fisher" else np.sqrt(fisher) * worth
        place = places(layout, worth, scope)
        accuracy[at] = accuracies(network, row, place, fraction, x, y)

        def left(p: float, row: Any = row, place: Any = place) -> float:
            return float(accuracies(network, row, place, np.array([p]), x, y)[0])

        prunable[at] = prunable_shares(fraction, accuracy[at], len(y), left)
    return Pruned(trajectory["epoch"], fraction, accuracy, prunable)


def places(layout: Layout, worth: NDArray[Any], scope: Scope) -> NDArray[np.float64]:
    """Return the share of weights that go with each parameter, or before it, (parameter,).

    Those that never go have infinity. Of equals the first goes first.

    Parameters
    ----------
    worth : ndarray, (parameter,), >= 0
        What is worth least goes first.

    Raises
    ------
    MissingData
        If no tensor has two axes.
    """
    weights = [p for p in layout.parameters if len(p.shape) > 1]
    if not weights:
        raise MissingData("pruning needs tensors with two axes, and this network has none")
    views = layout.views(np.asarray(worth, float))
    groups = [[p.name] for p in weights] if scope == "layer" else [[p.name for p in weights]]
    place = np.full(layout.size, np.inf)
    into = layout.views(place)
    for names in groups:
        values = [views[name].ravel() for name in names]
        if scope == "normalised":
            values = [v / (np.linalg.norm(v) or 1.0) for v in values]
        order = np.argsort(np.concatenate(values), kind="stable")
        share = np.empty(len(order))
        share[order] = np.arange(1, len(order) + 1) / len(order)
        for name in names:
            part, share = share[: into[name].size], share[into[name].size :]
            into[name][...] = part.reshape(into[name].shape)
    return place


def prunable_shares(
    fraction: NDArray[np.float64],
    accuracy: NDArray[np.float64],
    count: int,
    left: Callable[[float], float],
) -> list[float]:
    """Return the largest share that can go, between the ends of its 95 % interval.

    Accuracy may fall and rise again; what counts is the last share at which it still holds. The
    ends are where it holds at a level higher, or lower, by what so many examples leave open. The
    whole network's accuracy is taken as known: where it errs too, on the same examples, the
    interval is wider than it need be.

    Parameters
    ----------
    fraction, accuracy : ndarray, (fraction,)
        On a grid from 0 to 1.
    count : int
        Examples that accuracy was taken on; its standard error follows.
    left : callable
        Gives the accuracy at any share.

    Returns
    -------
    list of float
        Lower end, value, upper end, each found to `FINEST` and none above the next; 1 where it
        always holds, 0 where it never does.
    """
    least = KEPT * accuracy[0]
    error = SIGMAS * np.sqrt(least * (1 - least) / count)
    shares, kept = fraction.tolist(), accuracy.tolist()
    while True:
        held = [_last_at_least(kept, level) for level in (least + error, least, least - error)]
        wide = [
            at for at in held if 0 <= at < len(shares) - 1 and shares[at + 1] - shares[at] > FINEST
        ]
        if not wide:
            return [shares[max(at, 0)] for at in held]
        middle = (shares[wide[0]] + shares[wide[0] + 1]) / 2
        shares.insert(wide[0] + 1, middle)
        kept.insert(wide[0] + 1, left(middle))


def _last_at_least(values: list[float], level: float) -> int:
    """Return the place of the last value at a level or above, -1 for none."""
    return max((at for at, value in enumerate(values) if value >= level), default=-1)


def compressibility(
    fraction: NDArray[np.float64], accuracy: NDArray[np.float64]
) -> NDArray[np.float64]:
    r"""Return :math:`c = 1 / (1 - \int_0^1 a(p)\,dp)` (arXiv:2502.01739, eq. 5).

    Parameters
    ----------
    fraction : ndarray, (fraction,)
    accuracy : ndarray, (checkpoint, fraction)

    Returns
    -------
    ndarray, (checkpoint,), >= 1
        Infinity where nothing is lost; NaN where accuracy is.
    """
    left = 1 - (accuracy[..., 1:] + accuracy[..., :-1]) @ np.diff(fraction) / 2
    with np.errstate(divide="ignore"):
        return np.where(left > 0, 1 / np.maximum(left, 0), np.where(np.isnan(left), left, np.inf))


def accuracies(
    network: Network,
    row: NDArray[np.float32],
    place: NDArray[np.float64],
    fractions: NDArray[np.float64],
    x: NDArray[Any],
    y: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return the accuracy with each share of the weights gone, (fraction,)."""
    parts = []
    for some in np.split(fractions, range(ROWS, len(fractions), ROWS)):
        # places are quotients, and shares may be rounded below them
        kept = place > some[:, None] + 1e-9
        # bits times 0 or 1: as `np.where`, which is five times as slow
        parts.append(network.accuracy((row.view(np.int32) * kept).view(np.float32), x, y))
    return np.concatenate(parts)
