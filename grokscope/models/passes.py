"""Forward passes of any model: numpy in, numpy out; torch and the device stay here."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol, runtime_checkable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from grokscope.errors import MissingData
from grokscope.kinds import Model, Signature
from grokscope.layout import Layout
from grokscope.models.dense import narrowed
from grokscope.models.dense_fisher import DenseChain

BLOCK = {"cpu": 2**20, "cuda": 2**26}
"""Numbers that one block of work may hold, by device: what fits its cache, or fills it."""


@runtime_checkable
class LayeredModel(Protocol):
    """A model that is layers in a row, each with a `.weight`, in the order of its layout."""

    def preactivations(self, parameters: Mapping[str, Tensor], inputs: Tensor) -> list[Tensor]:
        """Return each layer's output before its activation, (run, example, ...); logits last."""
        ...


class ForwardPasses:
    """A model on a device, worked on in blocks; see `Network` for what each function returns.

    Checkpoints and examples are worked on in blocks, so memory does not grow with either. The
    CPU is used with one thread and denormals flushed to zero, so that results do not depend on
    how many cores there are.

    Parameters
    ----------
    device : str
        A device of this machine as torch names it.
    dtype : torch.dtype
        Of forward passes and derivatives; sums over examples of `gram` are float64 always.
    """

    layout: Layout

    def __init__(
        self,
        model: Model,
        signature: Signature,
        device: str = "cpu",
        dtype: torch.dtype = torch.float32,
    ) -> None:
        self.model = model
        self.layout = model.layout(signature)
        self.n_classes = signature.n_classes
        self.device = torch.device(device)
        self.dtype = dtype
        # one activation for each output of each tensor: a guess, good enough to size blocks
        self.width = sum(spec.shape[-1] for spec in self.layout.parameters)

    def logits(self, weights: NDArray[Any], inputs: NDArray[Any]) -> NDArray[Any]:
        """Return logits, (checkpoint, example, class)."""
        x = self._inputs(inputs)
        result = np.empty((len(weights), len(inputs), self.n_classes), self._numpy_dtype)
        for at, parts in self._blocks(len(weights), len(inputs), self.width):
            rows = self._rows(weights[at])
            for part in parts:
                with settled():
                    found = self._forward(rows, x[part])
                result[at, part] = found[..., : self.n_classes].cpu()
        return result

    def activations(self, weights: NDArray[Any], inputs: NDArray[Any]) -> dict[str, NDArray[Any]]:
        """Return each layer's output before its activation, each (checkpoint, example, unit)."""
        model = self.model
        if not isinstance(model, LayeredModel):
            raise MissingData(
                f"layers have preactivations in mlp and cnn; this network's model is {model.name}"
            )
        x = self._inputs(inputs)
        weighted = [p.name for p in self.layout.parameters if p.name.endswith(".weight")]
        names = [name.removesuffix(".weight") for name in weighted]
        result: dict[str, NDArray[Any]] = {}
        for at, parts in self._blocks(len(weights), len(inputs), self.width):
            parameters = self.layout.views(self._rows(weights[at]))
            for part in parts:
                with settled():
                    found = model.preactivations(parameters, x[None, part])
                for name, z in zip(names, found, strict=True):
                    if name not in result:
                        shape = len(weights), len(inputs), z[0, 0].numel()
                        result[name] = np.empty(shape, self._numpy_dtype)
                    result[name][at, part] = z.flatten(2).cpu()
        return result

    def accuracy(
        self, weights: NDArray[Any], inputs: NDArray[Any], labels: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return the share of inputs whose largest logit is the label's, (checkpoint,)."""
        model, x, y = self.model, self._inputs(inputs), self._labels(labels)
        right = torch.zeros(len(weights), dtype=torch.int64)
        # what a layer gives and what is made of it are held at once
        for at, parts in self._blocks(len(weights), len(inputs), 2 * self.width):
            parameters = self.layout.views(self._rows(weights[at]))
            if isinstance(model, DenseChain) and len(weights[at]) == 1:
                parameters = narrowed(model.layers, model.activate, parameters)
            for part in parts:
                with settled():
                    found = model.forward(parameters, x[None, part])[..., : self.n_classes]
                    right[at] += (found.argmax(-1) == y[part]).sum(1).cpu()
        return right.numpy() / len(inputs)

    def divergence(
        self, weights: NDArray[Any], others: NDArray[Any], inputs: NDArray[Any]
    ) -> NDArray[np.float64]:
        """Return the mean divergence of labels at `others` from those at `weights`, (checkpoint,).

        Computed in float64, whatever the network's own `dtype` is.
        """
        x = self._inputs(inputs)
        x = x.double() if x.is_floating_point() else x
        result = np.zeros(len(weights))
        for at, parts in self._blocks(len(weights), len(inputs), 2 * self.width):
            pair = [self._rows(rows[at], torch.float64) for rows in (weights, others)]
            for part in parts:
                with settled():
                    found = (self._forward(rows, x[part]) for rows in pair)
                    p, q = (z[..., : self.n_classes].log_softmax(-1) for z in found)
                    result[at] += (p.exp() * (p - q)).sum((1, 2)).cpu().numpy()
        return result / len(inputs)

    def _forward(self, rows: Tensor, inputs: Tensor) -> Tensor:
        return self.model.forward(self.layout.views(rows), inputs[None])

    def _blocks(
        self, checkpoints: int, examples: int, cost: int
    ) -> Iterator[tuple[slice, list[slice]]]:
        """Yield slices of checkpoints, each with slices of examples worth one block of numbers.

        `cost` is the numbers one example of one checkpoint takes.
        """
        block = BLOCK.get(self.device.type, BLOCK["cpu"])
        size = max(min(block // cost, examples), 1)
        rows = max(block // max(cost * size, self.layout.size), 1)
        parts = [slice(start, start + size) for start in range(0, examples, size)]
        for first in range(0, checkpoints, rows):
            yield slice(first, first + rows), parts

    def _rows(self, weights: NDArray[Any], dtype: torch.dtype | None = None) -> Tensor:
        return torch.from_numpy(np.array(weights, order="C")).to(self.device, dtype or self.dtype)

    def _inputs(self, inputs: NDArray[Any]) -> Tensor:
        x = torch.tensor(np.ascontiguousarray(inputs)).to(self.device)
        return x.to(self.dtype) if x.is_floating_point() else x.long()

    def _labels(self, labels: NDArray[np.int64]) -> Tensor:
        return torch.tensor(np.ascontiguousarray(labels)).to(self.device).long()

    @property
    def _numpy_dtype(self) -> Any:
        return torch.empty(0, dtype=self.dtype).numpy().dtype


@contextmanager
def settled() -> Iterator[None]:
    """Compute with one thread, denormals flushed to zero, and no gradients kept."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    try:
        with torch.no_grad():
            yield
    finally:
        torch.set_num_threads(threads)
