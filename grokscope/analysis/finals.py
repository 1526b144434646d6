"""Final networks of several runs, side by side, and the clusters they fall into."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from grokscope.analysis.stored import network_of
from grokscope.clusters import Separation, aligned, k_means, reordered, separation
from grokscope.errors import MissingData
from grokscope.layout import Layout
from grokscope.network import Network, Score
from grokscope.steps import checkpoints_of, draw_examples, read_rows


@dataclass(frozen=True)
class Clustering:
    """The clusters that the final networks of runs fall into."""

    clusters: NDArray[np.int64]
    """Of each run, (run,), numbered from 0 in order of appearance."""
    spread: float
    """Sum of squared Fisher distances to the clusters' means, over that to the mean of all."""
    separation: Separation
    """How well they agree with the runs' labels."""


def final_network(
    run: Path, device: str = "auto"
) -> tuple[xr.DataTree, Network, NDArray[np.float32]]:
    """Return a run with its data and its last checkpoint alone, its network, and its parameters.

    Returns
    -------
    DataTree
    Network
    ndarray, (1, parameter)

    Raises
    ------
    MissingData
        If it kept no checkpoint, or its network cannot be rebuilt.
    """
    tree, network = network_of(run, device)
    last = checkpoints_of(tree).isel(checkpoint=[-1])
    row = read_rows(last, network.layout, np.array([0]))
    return tree.assign({"trajectory": xr.DataTree(last)}), network, row


def cluster(
    runs: Sequence[Path],
    labels: Sequence[str],
    *,
    k: int = 2,
    score: Score = "model",
    samples: int = 256,
    seed: int = 0,
    device: str = "auto",
) -> Clustering:
    """Return Fisher K-means over the final networks of runs, held against labels. Experimental.

    Parameters
    ----------
    runs : sequence of Path
        Runs whose networks have the same shape.
    labels : sequence of str
        One for each run, such as its regime; not seen by the clustering.
    k : int
        Number of clusters, from 1 to the number of runs.
    score : str
        Whose derivatives the Fisher diagonal is made of.
    samples : int
        Test inputs it is a mean over, at most.
    seed : int
        Of the draw of inputs, the beginnings of K-means and the shuffles.

    Raises
    ------
    MissingData
        If a run kept no checkpoint, its network differs from the others' or diverged, or there are
        fewer than `k` runs.
    """
    if not 1 <= k <= len(runs):
        raise MissingData(f"{k} clusters of {len(runs)} runs; ask for 1 to {len(runs)}")
    points, metric = _side_by_side(runs, score, samples, seed, device)
    rng = np.random.default_rng(seed)
    clusters, cost = k_means(points, metric, k, rng)
    _, all_ = k_means(points, metric, 1, rng)
    numbers = np.unique(clusters, return_index=True)[1].argsort().argsort()
    return Clustering(
        numbers[np.searchsorted(np.unique(clusters), clusters)],
        cost / all_ if all_ else 0.0,
        separation(labels, clusters, rng),
    )


def _side_by_side(
    runs: Sequence[Path], score: Score, samples: int, seed: int, device: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return final networks with their neurons aligned, and the mean of their Fisher diagonals.

    Returns
    -------
    ndarray, (run, parameter)
    ndarray, (parameter,)
    """
    layout: Layout | None = None
    rows: list[NDArray[np.float64]] = []
    metrics: list[NDArray[np.float64]] = []
    for run in runs:
        tree, network, row = final_network(run, device)
        if layout is not None and network.layout != layout:
            raise MissingData(
                f"run {run.name!r} has another network than {runs[0].name!r}; networks of one "
                "shape can be clustered"
            )
        layout = network.layout
        if not np.isfinite(row).all():
            raise MissingData(f"run {run.name!r} diverged; only finite networks can be clustered")
        x, y = draw_examples(tree, "test", samples, seed)
        fisher = network.fisher_diagonal(row, x, y, score)[0]
        row = row[0].astype(float)
        order = aligned(layout, row, rows[0]) if rows else {}
        rows.append(reordered(layout, row, order))
        metrics.append(reordered(layout, fisher.astype(float), order))
    return np.stack(rows), np.mean(metrics, axis=0)
