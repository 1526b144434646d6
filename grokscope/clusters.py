"""Clusters of trained networks in a Fisher metric, neurons aligned.

Experimental: no paper defines it. Networks that differ only in the order of their hidden neurons
are one function. So each is reordered to match a first one as weight matching does
(arXiv:2209.04836, section 3.2); distances are then taken in the mean of the networks' Fisher
diagonals, which weighs each parameter by how much the function depends on it. What else leaves a
function as it is, such as a scale that passes through a ReLU, still counts as a distance.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grokscope.layout import Layout

PLACES = ("row", "column")
"""Axes that are no neurons."""
SHUFFLES = 10_000
"""Orders of the labels that an agreement is held against, the given one among them."""
ROUNDS = 50
"""Most passes over the hidden layers of a network, and over the networks of a cluster."""
STARTS = 20
"""Random beginnings of K-means, of which the tightest counts."""


@dataclass(frozen=True)
class Separation:
    """How well clusters agree with labels that they have not seen."""

    agreement: float
    """Adjusted Rand index: 1 where they are the same partition, about 0 by chance."""
    p_value: float
    """Share of shuffled labels that agree as well, the given ones among them."""


def hidden_axes(layout: Layout) -> list[str]:
    """Return the axes whose neurons may be put into another order, with all weights in and out."""
    weights = [p for p in layout.parameters if len(p.shape) > 1]
    counted = [dim for p in weights for dim in p.dims if dim not in PLACES]
    return sorted({dim for dim in counted if counted.count(dim) > 1})


def reordered(
    layout: Layout, row: NDArray[np.float64], orders: dict[str, NDArray[np.int64]]
) -> NDArray[np.float64]:
    """Return parameters with the neurons of some axes in another order, (parameter,)."""
    tensors = {}
    for p, tensor in zip(layout.parameters, layout.views(row).values(), strict=True):
        for axis, dim in enumerate(p.dims):
            tensor = tensor.take(orders[dim], axis) if dim in orders else tensor
        tensors[p.name] = tensor
    return layout.pack(tensors)


def aligned(
    layout: Layout, row: NDArray[np.float64], to: NDArray[np.float64]
) -> dict[str, NDArray[np.int64]]:
    """Return the order of neurons in which a network is closest to another, by hidden axis.

    Layer by layer the best order given the others, until none changes.

    Parameters
    ----------
    row, to : ndarray, (parameter,)
    """
    from scipy.optimize import linear_sum_assignment

    sizes = {
        dim: size for p in layout.parameters for dim, size in zip(p.dims, p.shape, strict=True)
    }
    orders = {dim: np.arange(sizes[dim]) for dim in hidden_axes(layout)}
    target = layout.views(to)
    for _ in range(ROUNDS):
        changed = False
        for dim, order in orders.items():
            others = {name: one for name, one in orders.items() if name != dim}
            here = layout.views(reordered(layout, row, others))
            alike = np.zeros((len(order), len(order)))
            for p in layout.parameters:
                if dim in p.dims:
                    axis = p.dims.index(dim)
                    sides = [np.moveaxis(t[p.name], axis, 0) for t in (target, here)]
                    wanted, there = (side.reshape(len(order), -1) for side in sides)
                    alike += wanted @ there.T
            found = linear_sum_assignment(alike, maximize=True)[1]
            changed |= bool(np.any(found != order))
            orders[dim] = found
        if not changed:
            break
    return orders


def k_means(
    points: NDArray[np.float64], metric: NDArray[np.float64], k: int, rng: np.random.Generator
) -> tuple[NDArray[np.int64], float]:
    r"""Return the cluster of each point, and the sum of squared distances to the clusters' means.

    .. math:: d(\theta, \mu)^2 = \sum_i g_i (\theta_i - \mu_i)^2

    Parameters
    ----------
    points : ndarray, (point, parameter)
    metric : ndarray, (parameter,), >= 0
    k : int
        Number of clusters, at most that of points.
    """
    scaled = points * np.sqrt(metric)
    # only inner products count, and points are few
    gram = scaled @ scaled.T
    best, least = np.zeros(len(points), np.int64), np.inf
    for _ in range(STARTS):
        found, cost = _descend(gram, k, rng)
        if cost < least:
            best, least = found, cost
    return best, least


def separation(
    labels: Sequence[object], clusters: NDArray[np.int64], rng: np.random.Generator
) -> Separation:
    """Hold clusters against labels, beside 10,000 shuffles of the labels."""
    values = sorted({str(label) for label in labels})
    codes = np.array([values.index(str(label)) for label in labels])
    told, found = (np.eye(one.max() + 1)[one] for one in (codes, clusters))
    # shuffling changes how many points two parts share, and of the index nothing else
    tables = np.array([told[rng.permutation(len(told))].T @ found for _ in range(SHUFFLES - 1)])
    given = _pairs(told.T @ found)
    as_well = 1 + int((_pairs(tables) >= given).sum())
    return Separation(rand_index(codes, clusters), as_well / SHUFFLES)


def rand_index(first: NDArray[np.int64], second: NDArray[np.int64]) -> float:
    """Return the adjusted Rand index of two partitions (Hubert & Arabie 1985).

    1 where they are equal, 0 on average over shuffles; 1 too where both are trivial.
    """
    if len(first) < 2:
        return 1.0
    table = np.zeros((first.max() + 1, second.max() + 1))
    np.add.at(table, (first, second), 1)
    rows, columns = (float(_pairs(np.diag(table.sum(axis)))) for axis in (1, 0))
    total = len(first) * (len(first) - 1) / 2
    expected, most = rows * columns / total, (rows + columns) / 2
    return 1.0 if most == expected else (float(_pairs(table)) - expected) / (most - expected)


def _pairs(tables: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how many pairs of points are in one cell of a table, (...)."""
    return np.asarray((tables * (tables - 1) / 2).sum((-2, -1)))


def _descend(
    gram: NDArray[np.float64], k: int, rng: np.random.Generator
) -> tuple[NDArray[np.int64], float]:
    """Return one local optimum of K-means, from points drawn as the first means."""
    n = len(gram)
    shares = np.eye(n)[rng.choice(n, k, replace=False)]
    clusters = np.full(n, -1)
    for _ in range(ROUNDS):
        cross, own = shares @ gram, np.einsum("ki,ij,kj->k", shares, gram, shares)
        distance = np.diag(gram) - 2 * cross + own[:, None]
        nearest = distance.argmin(0)
        if np.array_equal(nearest, clusters):
            break
        clusters = nearest
        members = (clusters == np.arange(k)[:, None]).astype(float)
        count = members.sum(1, keepdims=True)
        # a mean that lost all its points stays where it was
        shares = np.where(count > 0, members / np.maximum(count, 1), shares)
    return clusters, float(distance.min(0).clip(0).sum())
