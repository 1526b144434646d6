"""Metrics on parameters: inner products of tangents at checkpoints."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Products = Callable[[NDArray[Any]], NDArray[np.float64]]
"""Takes tangents (checkpoint, tangent, parameter); gives inner products of each checkpoint's,
(checkpoint, tangent, tangent)."""
Metric = Callable[[NDArray[Any]], Products]
"""Takes parameters (checkpoint, parameter); gives the inner products there."""

COLUMNS = 2**13
"""Parameters that `Diagonal.squares` works on at once: what fits a cache."""


@dataclass(frozen=True)
class Diagonal:
    """Products in metrics that are nothing beside their diagonal."""

    weights: NDArray[Any]
    """(checkpoint, parameter), or (checkpoint, 1) where all parameters have the same."""

    def __call__(self, tangents: NDArray[Any]) -> NDArray[np.float64]:
        """Return inner products, (checkpoint, tangent, tangent)."""
        products = np.empty((*tangents.shape[:2], tangents.shape[1]))
        for at, (rows, weights) in enumerate(zip(tangents, self.weights, strict=True)):
            exact = rows.astype(np.float64)
            products[at] = (exact * weights) @ exact.T
        return products

    def squares(self, tangents: NDArray[Any]) -> NDArray[np.float64]:
        """Return squared lengths of the same tangents at each checkpoint, (checkpoint, tangent).

        Parameters
        ----------
        tangents : ndarray, (tangent, parameter)
        """
        total = np.zeros((len(self.weights), len(tangents)))
        alike = self.weights.shape[1] == 1
        for start in range(0, tangents.shape[1], COLUMNS):
            part = slice(start, start + COLUMNS)
            squares = tangents[:, part].astype(np.float64) ** 2
            if alike:
                total += self.weights * squares.sum(1)
            else:
                total += self.weights[:, part].astype(np.float64) @ squares.T
        return total


def euclidean_metric(here: NDArray[Any]) -> Diagonal:
    """Return inner products in the metric that is 1 everywhere."""
    return Diagonal(np.ones((len(here), 1)))
