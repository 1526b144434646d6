"""A trained network as measures see it: functions of its weights, and no torch in sight."""

from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from grokscope.layout import Layout

Score = Literal["model", "label", "output"]
"""Whose score a Fisher metric is made of: the expectation over the model's own label
distribution, the observed label (empirical Fisher), or raw logits (Gaussian output)."""


class Network(Protocol):
    """A model as numpy-in, numpy-out functions of its weights; torch and device stay behind it.

    `weights` are (checkpoint, parameter), `inputs` (example, ...), `labels` (example,).
    """

    layout: Layout

    def logits(self, weights: NDArray[Any], inputs: NDArray[Any]) -> NDArray[Any]:
        """Return (checkpoint, example, class)."""
        ...

    def activations(self, weights: NDArray[Any], inputs: NDArray[Any]) -> dict[str, NDArray[Any]]:
        """Return what each layer gives before its activation, by its name; the logits come last.

        The result is as large as it looks: ask for a few checkpoints at a time.

        Returns
        -------
        dict of ndarray, each (checkpoint, example, unit)
            Units of a convolution are channel, row and column, flattened.

        Raises
        ------
        MissingData
            If the model is no row of layers.
        """
        ...

    def accuracy(
        self, weights: NDArray[Any], inputs: NDArray[Any], labels: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return the share of inputs whose largest logit is the label's, (checkpoint,)."""
        ...

    def divergence(
        self, weights: NDArray[Any], others: NDArray[Any], inputs: NDArray[Any]
    ) -> NDArray[np.float64]:
        """Return the Kullback-Leibler divergence of labels at `others` from those at `weights`.

        Computed in float64: neighbouring networks differ by less than float32 tells.

        Parameters
        ----------
        others : ndarray, (checkpoint, parameter)

        Returns
        -------
        ndarray, (checkpoint,), in nats, >= 0
            Σ_c p_c ln(p_c / q_c), with p at `weights` and q at `others`, mean over inputs.
        """
        ...

    def gram(
        self,
        weights: NDArray[Any],
        tangents: NDArray[Any],
        inputs: NDArray[Any],
        labels: NDArray[np.int64],
        score: Score,
    ) -> NDArray[np.float64]:
        """Return inner products of tangents in the full Fisher metric at `weights`.

        Parameters
        ----------
        tangents : ndarray, (checkpoint, tangent, parameter)

        Returns
        -------
        ndarray, (checkpoint, tangent, tangent)
            t·F·t' from one Jacobian-vector product per tangent; F is never formed.
        """
        ...

    def fisher_diagonal(
        self,
        weights: NDArray[Any],
        inputs: NDArray[Any],
        labels: NDArray[np.int64],
        score: Score,
    ) -> NDArray[Any]:
        """Return the diagonal of the Fisher metric, (checkpoint, parameter)."""
        ...
