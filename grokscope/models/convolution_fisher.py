"""Fisher metrics of convolutions in closed form: each example's derivatives, layer by layer."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor
from torch.nn import functional as F


@runtime_checkable
class Convolutional(Protocol):
    """Convolutions with ReLU and 2x2 maximum pooling, then dense layers with ReLU between."""

    @property
    def convolutions(self) -> tuple[str, ...]:
        """Names of the convolutions, input side first; each has `.weight` and `.bias`."""
        ...

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the dense layers, input side first; each has `.weight` and `.bias`."""
        ...


def convolved_jacobian(
    model: Convolutional, parameters: Mapping[str, Tensor], inputs: Tensor
) -> tuple[Tensor, Tensor]:
    """Return each example's derivatives of logits with respect to parameters, and the logits.

    What an example's logits owe to the output of a layer comes from one pass back for each
    class, for examples do not meet; a weight's derivative is that times what enters.

    Parameters
    ----------
    parameters : dict of Tensor, each (*shape), in the order of the layout
    inputs : Tensor, (example, plane, row, column)

    Returns
    -------
    Tensor, (example, class, parameter), and Tensor, (example, class)
    """
    entering, outputs = [], []
    h = inputs.detach().requires_grad_()
    with torch.enable_grad():
        for name in model.convolutions:
            weight, bias = parameters[f"{name}.weight"], parameters[f"{name}.bias"]
            kernel = weight.shape[-1]
            entering.append(F.unfold(h.detach(), kernel, padding=kernel // 2))
            outputs.append(F.conv2d(h, weight, bias, padding=kernel // 2))
            h = F.max_pool2d(F.relu(outputs[-1]), 2)
        h = h.flatten(1)
        for name in model.layers:
            entering.append(h.detach())
            outputs.append(h @ parameters[f"{name}.weight"] + parameters[f"{name}.bias"])
            h = F.relu(outputs[-1])
        totals = outputs[-1].sum(0)
        back = [torch.autograd.grad(one, outputs, retain_graph=True) for one in totals]
    parts = []
    for h, *each in zip(entering, *back, strict=True):
        owed = torch.stack(each, 1)
        if h.dim() == 3:
            places = owed.flatten(3)
            parts += [torch.einsum("ncup,nep->ncue", places, h).flatten(2), places.sum(-1)]
        else:
            parts += [torch.einsum("ncu,ne->nceu", owed, h).flatten(2), owed]
    return torch.cat(parts, -1), outputs[-1].detach()
