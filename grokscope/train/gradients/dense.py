"""Dense: gradients of dense layers by hand, in buffers that are kept from step to step.

For a chain of dense layers, backwards: δ is the loss's slope at the logits, then ∂W = hᵀδ,
∂b = Σδ, and δ Wᵀ times the activation's slope one layer down.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from grokscope.kinds import Model, Signature, Tokens
from grokscope.models.dense import ACTIVATIONS, BACKWARD, IN_PLACE, NARROW, WHOLE, whole
from grokscope.models.mlp import MLP
from grokscope.train.gradients.path import Path, Views
from grokscope.train.gradients.tables import Gathered, gather, scatter, sort
from grokscope.train.losses import Loss

WORTH_FILLING = 128
"""Fewest examples for which classes are filled up to a multiple of `WHOLE`: products are up to
twice as fast then, but the last weight has to be copied."""


@dataclass
class Batch:
    """Examples of several runs, ready for the first layer."""

    entering: Gathered | Tensor
    """Tokens as rows to gather, or features, (run, example, width)."""
    labels: Tensor


class Dense(Path):
    """Gradients of an `MLP`.

    Rows are added in one order on CUDA too, where autograd sorts them anew in each step. Not run
    on a device so far.
    """

    name = "dense"

    def __init__(self, model: Model, signature: Signature, loss: Loss) -> None:
        super().__init__(model, signature, loss)
        assert isinstance(model, MLP)
        self.mlp = model
        self.activate = IN_PLACE.get(model.activation, ACTIVATIONS[model.activation])
        self.backward = BACKWARD[model.activation]
        inputs = signature.inputs
        self.positions = inputs.positions if isinstance(inputs, Tokens) else 1

    @classmethod
    def fits(cls, model: Model, device: torch.device) -> bool:
        """Return whether it is an `MLP`, hidden layers not too narrow."""
        return isinstance(model, MLP) and all(whole(width) == width for width in model.hidden)

    def prepare(self, inputs: Tensor, labels: Tensor) -> Batch:
        """Return the batch with its tokens sorted by what they gather; see `Path.prepare`."""
        if inputs.is_floating_point():
            return Batch(inputs.flatten(2), labels)
        return Batch(sort(inputs, self.signature), labels)

    @torch.no_grad()
    def gradient(self, parameters: Views, gradients: Views, batch: Batch) -> None:
        """Write the gradient of each run's mean loss; see `Path.gradient`."""
        self.descend(parameters, gradients, batch)

    def descend(self, parameters: Views, gradients: Views, batch: Batch) -> Tensor:
        """Write the gradients, and return the loss's slope at what the first layer gives.

        Returns
        -------
        Tensor, (run, example, width)
            Before the activation.
        """
        first, *rest = self.mlp.layers
        entered, told, z = self._forward(parameters, batch)
        delta = self.loss.slope(z, batch.labels)
        for layer, h, by in zip(reversed(rest), reversed(entered), reversed(told), strict=True):
            self._collect(gradients, layer, h, delta)
            weight = self._weight(parameters, layer, h)
            slope = torch.bmm(delta, weight.mT, out=self.buffer(f"{layer} slope", h.shape, h))
            delta = self.backward(slope, by)
        if isinstance(batch.entering, Tensor):
            self._collect(gradients, first, batch.entering, delta)
            return delta
        if self.mlp.bias:
            torch.sum(delta, dim=1, out=gradients[f"{first}.bias"])
        scatter(delta, batch.entering, gradients[f"{first}.weight"])
        return delta

    @torch.no_grad()
    def logits(self, parameters: Views, batch: Batch) -> Tensor:
        """Return logits of a batch; see `Path.logits`."""
        return self._forward(parameters, batch)[-1]

    def _forward(
        self, parameters: Views, batch: Batch
    ) -> tuple[list[Tensor], list[Tensor], Tensor]:
        """Return what enters each layer but the first, what tells its slope, and the logits."""
        entered, told = [], []
        z = self._first(parameters, batch)
        for layer in self.mlp.layers[1:]:
            h = self.activate(z)
            entered.append(h)
            told.append(h if self.mlp.activation in IN_PLACE else z)
            z = self._affine(parameters, layer, h)
        return entered, told, z

    def _first(self, parameters: Views, batch: Batch) -> Tensor:
        """Return what the first layer makes of a batch, (run, example, width)."""
        layer, entering = self.mlp.layers[0], batch.entering
        if isinstance(entering, Tensor):
            return self._affine(parameters, layer, entering)
        weight = parameters[f"{layer}.weight"]
        bias = parameters[f"{layer}.bias"][:, None] if self.mlp.bias else None
        # added to the rows where these are fewer than the examples
        early = bias if entering.shape[1] >= weight.shape[1] else None
        z = gather(self._table(weight, early), entering)
        return z if bias is early or bias is None else z.add_(bias)

    def _table(self, weight: Tensor, bias: Tensor | None) -> Tensor:
        """Return the rows of all runs in one piece, with a bias on those of the first token."""
        if bias is None:
            if len(weight) == 1:
                return weight
            return self.buffer("table", weight.shape, weight).copy_(weight)
        table = self.buffer("table", weight.shape, weight)
        block = weight.shape[1] // self.positions
        torch.add(weight[:, :block], bias, out=table[:, :block])
        table[:, block:].copy_(weight[:, block:])
        return table

    def _affine(self, parameters: Views, layer: str, h: Tensor) -> Tensor:
        """Return a layer's output before its activation, (run, example, width)."""
        weight = self._weight(parameters, layer, h, fresh=True)
        shape = (*h.shape[:2], weight.shape[2])
        z = torch.bmm(h, weight, out=self.buffer(f"{layer} output", shape, h))
        bias = parameters.get(f"{layer}.bias")
        if weight.shape[2] > parameters[f"{layer}.weight"].shape[2]:
            filled = self.buffer("bias", (len(h), weight.shape[2]), h, self.loss.absent)
            filled[:, : self.signature.n_classes] = 0 if bias is None else bias
            bias = filled
        return z if bias is None else z.add_(bias[:, None])

    def _weight(self, parameters: Views, layer: str, h: Tensor, fresh: bool = False) -> Tensor:
        """Return a layer's weight, the last one's filled up with classes that take no part."""
        weight = parameters[f"{layer}.weight"]
        classes = weight.shape[2]
        if layer != self.mlp.layers[-1] or classes % WHOLE == 0:
            return weight
        if h.shape[1] < WORTH_FILLING and classes >= NARROW:
            return weight
        shape = (*weight.shape[:2], -(-classes // WHOLE) * WHOLE)
        filled = self.buffer("weight", shape, weight, 0.0)
        if fresh:
            filled[..., :classes] = weight
        return filled

    def _collect(self, gradients: Views, layer: str, h: Tensor, delta: Tensor) -> None:
        """Write the gradients of a layer that `h` entered and `delta` came back to."""
        weight = gradients[f"{layer}.weight"]
        width = weight.shape[2]
        if self.mlp.bias:
            torch.sum(delta[..., :width], dim=1, out=gradients[f"{layer}.bias"])
        if delta.shape[2] < NARROW:
            # products with narrow results are slow, their transposes are not
            shape = (len(h), delta.shape[2], h.shape[2])
            turned = torch.bmm(delta.mT, h, out=self.buffer("gradient", shape, h))
            weight.copy_(turned[:, :width].mT)
        elif delta.shape[2] > width:
            shape = (*weight.shape[:2], delta.shape[2])
            filled = torch.bmm(h.mT, delta, out=self.buffer("gradient", shape, h))
            weight.copy_(filled[..., :width])
        else:
            torch.bmm(h.mT, delta, out=weight)
