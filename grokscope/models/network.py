"""Any model as numpy-in, numpy-out functions of its weights: forward passes and Fisher metrics."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from grokscope.models.convolution_fisher import Convolutional, convolved_jacobian
from grokscope.models.dense_fisher import DenseChain, dense_diagonal, dense_slopes, stacked
from grokscope.models.fisher import gram, sampled_diagonal, slopes_of, traced_jacobian
from grokscope.models.passes import ForwardPasses, settled
from grokscope.network import Score

Slopes = Callable[[Tensor], tuple[Tensor, Tensor]]
"""Returns logits at some inputs, and their derivatives along tangents."""


class TorchNetwork(ForwardPasses):
    """A model on a device as a `Network` of measures; see there for what each function returns.

    Metrics are worked on in blocks as forward passes are, and take the same arguments.
    """

    def gram(
        self,
        weights: NDArray[Any],
        tangents: NDArray[Any],
        inputs: NDArray[Any],
        labels: NDArray[np.int64],
        score: Score,
    ) -> NDArray[np.float64]:
        """Return inner products in the full metric, (checkpoint, tangent, tangent).

        Dense layers in a row have a closed form, which wins where there is a hidden one; for any
        other model torch finds the derivatives.
        """
        model = self.model
        if not isinstance(model, DenseChain) or len(model.layers) < 2:
            return self.traced_gram(weights, tangents, inputs, labels, score)

        def slopes(rows: Tensor, along: Tensor) -> Slopes:
            parameters = self.layout.views(rows)
            moved = stacked(self.layout.views(along), model.layers[0])
            return lambda x: dense_slopes(model, parameters, moved, x[None], score)

        cost = self.width * (tangents.shape[1] + 1) // 2
        return self._gram(weights, tangents, inputs, labels, score, cost, slopes)

    def traced_gram(
        self,
        weights: NDArray[Any],
        tangents: NDArray[Any],
        inputs: NDArray[Any],
        labels: NDArray[np.int64],
        score: Score,
    ) -> NDArray[np.float64]:
        """Return what `gram` does, from torch's Jacobian-vector products: for any model."""

        def slopes(rows: Tensor, along: Tensor) -> Slopes:
            return lambda x: slopes_of(partial(self._forward, inputs=x), rows, along)

        cost = self.width * (tangents.shape[1] + 1)
        return self._gram(weights, tangents, inputs, labels, score, cost, slopes)

    def fisher_diagonal(
        self,
        weights: NDArray[Any],
        inputs: NDArray[Any],
        labels: NDArray[np.int64],
        score: Score,
    ) -> NDArray[Any]:
        """Return the metric's diagonal, (checkpoint, parameter).

        Dense layers in a row have a closed form; any other model takes each example's Jacobian,
        for which convolutions have one.
        """
        model = self.model
        if not isinstance(model, DenseChain):
            return self.sampled_diagonal(weights, inputs, labels, score)
        x, y = self._inputs(inputs), self._labels(labels)
        result = torch.zeros(weights.shape, dtype=self.dtype)
        deep = self.n_classes if len(model.layers) > 2 else 1
        for at, parts in self._blocks(len(weights), len(inputs), self.width * deep):
            parameters = self.layout.views(self._rows(weights[at]))
            for part in parts:
                with settled():
                    sums = dense_diagonal(model, parameters, x[None, part], y[part], score)
                for name, total in self.layout.views(result[at]).items():
                    total += sums[name].cpu()
        return (result / len(inputs)).numpy()

    def sampled_diagonal(
        self,
        weights: NDArray[Any],
        inputs: NDArray[Any],
        labels: NDArray[np.int64],
        score: Score,
        traced: bool = False,
    ) -> NDArray[Any]:
        """Return what `fisher_diagonal` does, from each example's Jacobian: slow, for any model.

        Torch finds it; for convolutions, which have a closed form, where it is to be `traced`.
        """
        model = self.model

        def forward(row: Tensor, one: Tensor) -> Tensor:
            return self._forward(row[None], one[None])[0, 0]

        def jacobian(row: Tensor, part: Tensor) -> tuple[Tensor, Tensor]:
            if isinstance(model, Convolutional) and not traced:
                return convolved_jacobian(model, self.layout.views(row), part)
            return traced_jacobian(forward, row, part)

        x, y = self._inputs(inputs), self._labels(labels)
        result = torch.zeros(weights.shape, dtype=self.dtype)
        cost = self.layout.size * self.n_classes * 2
        for at, parts in self._blocks(len(weights), len(inputs), cost):
            for row, total in zip(self._rows(weights[at]), result[at], strict=True):
                for part in parts:
                    with settled():
                        found = sampled_diagonal(*jacobian(row, x[part]), y[part], score)
                        total += found.cpu()
        return (result / len(inputs)).numpy()

    def _gram(
        self,
        weights: NDArray[Any],
        tangents: NDArray[Any],
        inputs: NDArray[Any],
        labels: NDArray[np.int64],
        score: Score,
        cost: int,
        slopes: Callable[[Tensor, Tensor], Slopes],
    ) -> NDArray[np.float64]:
        """Return what `gram` does, block by block; `cost` is what `_blocks` takes."""
        x, y = self._inputs(inputs), self._labels(labels)
        count = tangents.shape[1]
        result = np.zeros((len(weights), count, count))
        for at, parts in self._blocks(len(weights), len(inputs), cost):
            find = slopes(self._rows(weights[at]), self._rows(tangents[at]))
            for part in parts:
                with settled():
                    result[at] += gram(*find(x[part]), y[part], score).cpu().numpy()
        return result / len(inputs)
