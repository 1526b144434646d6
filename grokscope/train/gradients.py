"""Gradients: of the mean cross-entropy of several runs, by autograd or, for dense layers, by hand.

Autograd serves every model and is the reference. The path by hand enters because it takes about
half the time on small batches; it equals the reference to rounding.
"""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor
from torch.nn import functional as F

from grokscope.kinds import Model
from grokscope.models.dense import BACKWARD
from grokscope.models.mlp import MLP

Views = Mapping[str, Tensor]
Path = Callable[[Model, Views, Views, Tensor, Tensor], None]


def autograd(
    model: Model, parameters: Views, gradients: Views, inputs: Tensor, labels: Tensor
) -> None:
    """Write the gradient of each run's mean loss into `gradients`.

    Parameters
    ----------
    parameters, gradients : dict of Tensor, each (run, *shape)
        By the names of the model's layout; gradients are overwritten.
    inputs : Tensor, (run, example, ...)
    labels : Tensor, (run, example)
    """
    leaves = {name: value.detach().requires_grad_() for name, value in parameters.items()}
    logits = model.forward(leaves, inputs)
    losses = F.cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="none")
    loss = losses.view(labels.shape).mean(dim=1).sum()
    found = torch.autograd.grad(loss, list(leaves.values()))
    for name, each in zip(leaves, found, strict=True):
        gradients[name].copy_(each)


@torch.no_grad()
def dense(
    model: Model, parameters: Views, gradients: Views, inputs: Tensor, labels: Tensor
) -> None:
    """Write the gradient of each run's mean loss into `gradients`; see `autograd`.

    For a chain of dense layers, backwards: δ = softmax − one-hot at the logits, then
    ∂W = hᵀδ, ∂b = Σδ, and δ Wᵀ times the activation's slope one layer down.
    """
    assert isinstance(model, MLP)
    before = model.preactivations(parameters, inputs)
    delta = torch.softmax(before[-1], dim=-1)
    index = labels[..., None]
    delta.scatter_add_(-1, index, torch.full_like(index, -1, dtype=delta.dtype))
    delta /= labels.shape[1]
    for i in reversed(range(len(model.layers))):
        layer = model.layers[i]
        if model.bias:
            torch.sum(delta, dim=1, out=gradients[f"{layer}.bias"])
        weight = gradients[f"{layer}.weight"]
        if i == 0:
            _input_weight(weight, inputs, delta)
            return
        z = before[i - 1]
        torch.bmm(model.activate(z).mT, delta, out=weight)
        delta = torch.bmm(delta, parameters[f"{layer}.weight"].mT)
        delta = BACKWARD[model.activation](delta, z)


def _input_weight(gradient: Tensor, inputs: Tensor, delta: Tensor) -> None:
    """Write the gradient of the first weight: δ added to the rows that each token gathered."""
    if inputs.is_floating_point():
        torch.bmm(inputs.flatten(2).mT, delta, out=gradient)
        return
    gradient.zero_()
    positions = inputs.shape[-1]
    block = gradient.shape[1] // positions
    for run in range(len(gradient)):
        for position in range(positions):
            rows = inputs[run, :, position] + position * block
            gradient[run].index_add_(0, rows, delta[run])


PATHS: dict[str, Path] = {"autograd": autograd, "dense": dense}


def choose(model: Model, device: torch.device) -> str:
    """Return the name of the path a model takes on a device.

    On CUDA adding rows is atomic, and so its order and its bits would change from run to run.
    """
    return "dense" if isinstance(model, MLP) and device.type == "cpu" else "autograd"
