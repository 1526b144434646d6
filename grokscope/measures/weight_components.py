"""Weight components: where tokens lie along a few directions that stay the same through time."""

from collections.abc import Iterator
from typing import Literal

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from grokscope.errors import MissingData, listed
from grokscope.kinds import Measure, Parameter
from grokscope.matrices import principal_axes
from grokscope.spectra import check_cyclic, fourier_basis, pooled
from grokscope.steps import BLOCK, checkpoints_of, section_of

COMPONENTS = 6
"""Directions: three circles' worth."""
Basis = Literal["last", "mean", "frequency"]
LAYERS = ("hidden1.weight", "output.weight")
READ_MARKS = ("transformer", "decoder")
SHARE = {"long_name": "share of the variance", "units": "1"}
FREQUENCY = {"long_name": "frequency of the wave", "units": "1"}


def weight_components(run: xr.DataTree, *, basis: Basis) -> xr.DataArray:
    r"""Return coordinates of tokens' weights along a few directions, the same throughout.

    .. math:: X^t V, \quad X^t = W^t - \textstyle\frac{1}{n} \sum_i W^t_i

    with a row of W for each of n tokens, and V the leading eigenvectors of :math:`X^T X`, or
    those directions along which the weights of token x vary as cos and sin of 2πkx/p. The axes
    stand still, so whatever moves is weights: where a network learns a frequency, its tokens come
    to lie on a circle. Where it learns many alike, principal components mix them, and
    frequencies tell them apart. Random weights too form a ring along waves of their own, of a
    radius that varies by 0.3 of its mean.

    Parameters
    ----------
    run : DataTree
        Holds /trajectory of a network on tokens: an embedding, or a perceptron's first layer, of
        which the first of two tokens' block is taken. A transformer's symbols that are no tokens,
        '=' and the operation, are left out.
    basis : str
        Whether V is that of the last checkpoint, or of the mean of :math:`X^T X` over all; or
        the waves, made orthogonal, of the three frequencies with most power in the last
        checkpoint. Checkpoints whose weights are not finite do not count.

    Returns
    -------
    DataArray of float32, (checkpoint, item, component)
        Items are tokens, from 0; components count from 1, the one of the largest variance in the
        basis, or cosine and sine of the strongest frequency. The coordinate `component_share`,
        (checkpoint, component), in [0, 1], is the share of each checkpoint's own variance that
        lies along them; NaN where it has none. Waves have a coordinate `frequency`, (component,).

    Raises
    ------
    MissingData
        If no tensor has a row for each token, or waves are asked for and the task is on no cyclic
        group of three elements or more.
    """
    table = _table(run, checkpoints_of(run))
    if basis == "frequency":
        check_cyclic(run)
    axes, frequencies = _axes(table, basis)
    found, shares = [], []
    for rows in _parts(table):
        found.append(rows @ axes)
        total = (rows**2).sum((1, 2))[:, None]
        shares.append((found[-1] ** 2).sum(1) / np.where(total > 0, total, np.nan))
    labels = {"item": np.arange(table.shape[1]), "component": np.arange(1, axes.shape[1] + 1)}
    explained = xr.Variable(("checkpoint", "component"), np.concatenate(shares), SHARE)
    coords = dict(table["epoch"].coords) | labels | {"component_share": explained}
    if frequencies:
        coords["frequency"] = xr.Variable(("component",), frequencies, FREQUENCY)
    values = np.concatenate(found).astype(np.float32)
    return xr.DataArray(values, coords, ["checkpoint", *labels])


def _axes(table: xr.DataArray, basis: Basis) -> tuple[NDArray[np.float64], list[int]]:
    """Return directions, (column, component), and the frequency of each where it has one."""
    squares, last = np.zeros((table.shape[2],) * 2), np.zeros(table.shape[1:])
    for rows in _parts(table, newest_first=True):
        finite = rows[np.isfinite(rows).all((1, 2))]
        if basis != "mean" and len(finite):
            last = finite[-1]
            break
        squares += np.tensordot(finite, finite, ([0, 1], [0, 1]))
    if basis == "frequency":
        return _waves(last)
    squares = last.T @ last if basis == "last" else squares
    return principal_axes(squares, min(COMPONENTS, len(last))), []


def _waves(last: NDArray[np.float64]) -> tuple[NDArray[np.float64], list[int]]:
    """Return directions of cosine and sine of the strongest frequencies, and these."""
    p = len(last)
    if p < 3:
        raise MissingData(
            f"waves need a cyclic group of three elements or more; this run's has {p}"
        )
    waves = fourier_basis(p) @ last
    power = pooled((waves**2).sum(1))[1 : (p + 1) // 2]
    strongest = 1 + np.argsort(-power, kind="stable")[: COMPONENTS // 2]
    chosen = waves[np.stack([2 * strongest - 1, 2 * strongest], axis=1).ravel()]
    axes, along = np.linalg.qr(chosen.T)
    return axes * np.where(np.diag(along) < 0, -1, 1), strongest.repeat(2)[: axes.shape[1]].tolist()


def _parts(table: xr.DataArray, newest_first: bool = False) -> Iterator[NDArray[np.float64]]:
    """Yield tokens' weights about their mean, (checkpoint, token, column), some at a time."""
    size = max(BLOCK // max(table[0].size, 1), 1)
    starts = range(0, len(table), size)
    for start in reversed(starts) if newest_first else starts:
        exact = table[start : start + size].values.astype(float)
        with np.errstate(invalid="ignore"):
            yield exact - exact.mean(1, keepdims=True)


def _table(run: xr.DataTree, trajectory: xr.Dataset) -> xr.DataArray:
    """Return weights of each token, (checkpoint, token, column)."""
    if "embed.weight" in trajectory and trajectory["embed.weight"].ndim == 3:
        table = trajectory["embed.weight"]
        return table[:, : table.shape[1] - _marks(run)]
    layers = [trajectory[name] for name in LAYERS if name in trajectory]
    if len(layers) == 2 and all(layer.ndim == 3 for layer in layers):
        tokens = layers[1].shape[2]
        if layers[0].shape[1] == 2 * tokens:
            return layers[0][:, :tokens]
    raise MissingData(
        "weight_components needs a row of weights for each token: embed.weight, or "
        "hidden1.weight (2 x tokens, hidden) beside output.weight (hidden, tokens); this run has "
        f"{listed(map(str, trajectory))}"
    )


def _marks(run: xr.DataTree) -> int:
    """Return how many symbols of an embedding, its last ones, are no tokens."""
    model = section_of(run, "model")
    return 1 + bool(model.get("operator")) if model.get("name") in READ_MARKS else 0


WEIGHT_COMPONENTS = Measure(
    name="weight_components",
    function=weight_components,
    long_name="tokens' weights along fixed directions",
    units="1",
    dims=("checkpoint", "item", "component"),
    reads="weights",
    range=(-float("inf"), float("inf")),
    source="arXiv:2205.10343, figure 1",
    parameters=(
        Parameter(
            name="basis",
            default="last",
            choices=("last", "mean", "frequency"),
            meaning="components of the last checkpoint's weights, or of all checkpoints' together; "
            "or waves of the strongest frequencies of the last",
        ),
    ),
)
