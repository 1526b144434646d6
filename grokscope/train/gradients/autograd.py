"""Autograd: the reference path, which serves every model on every device."""

import torch
from torch import Tensor

from grokscope.kinds import Model
from grokscope.train.gradients.path import Path, Views


class Autograd(Path):
    """Gradients by automatic differentiation of `Model.forward`."""

    name = "autograd"

    @classmethod
    def fits(cls, model: Model, device: torch.device) -> bool:
        """Return True; see `Path.fits`."""
        return True

    def outputs(self, parameters: Views, inputs: Tensor) -> Tensor:
        """Return the logits that gradients are taken of, (run, example, class)."""
        return self.model.forward(parameters, inputs)

    def gradient(self, parameters: Views, gradients: Views, batch: tuple[Tensor, Tensor]) -> None:
        """Write the gradient of each run's mean loss; see `Path.gradient`."""
        inputs, labels = batch
        leaves = {name: value.detach().requires_grad_() for name, value in parameters.items()}
        losses = self.loss.each(self.outputs(leaves, inputs), labels)
        found = torch.autograd.grad(losses.mean(dim=1).sum(), list(leaves.values()))
        for name, each in zip(leaves, found, strict=True):
            gradients[name].copy_(each)


class Bfloat16(Autograd):
    """The same with matrix products in bfloat16; parameters and losses stay as they are.

    It is asked for by `training.precision`. Evaluations are not taken in it.
    """

    name = "bf16"

    @classmethod
    def fits(cls, model: Model, device: torch.device) -> bool:
        """Return False, for it is not chosen but asked for; see `Path.fits`."""
        return False

    def outputs(self, parameters: Views, inputs: Tensor) -> Tensor:
        """Return the logits that gradients are taken of; see `Autograd.outputs`."""
        # casts that are kept would lie in the memory of a graph
        with torch.autocast(inputs.device.type, torch.bfloat16, cache_enabled=False):
            logits = self.model.forward(parameters, inputs)
        return logits.to(next(iter(parameters.values())).dtype)
