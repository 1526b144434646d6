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

    def gradient(self, parameters: Views, gradients: Views, batch: tuple[Tensor, Tensor]) -> None:
        """Write the gradient of each run's mean loss; see `Path.gradient`."""
        inputs, labels = batch
        leaves = {name: value.detach().requires_grad_() for name, value in parameters.items()}
        losses = self.loss.each(self.model.forward(leaves, inputs), labels)
        found = torch.autograd.grad(losses.mean(dim=1).sum(), list(leaves.values()))
        for name, each in zip(leaves, found, strict=True):
            gradients[name].copy_(each)
