"""Convolutions in torch: of several runs, and as the plain module that this must equal."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from grokscope.layout import Layout


def pool_convolutions(
    names: Sequence[str], parameters: Mapping[str, Tensor], inputs: Tensor
) -> tuple[list[Tensor], Tensor]:
    """Return what each convolution gives before ReLU and pooling, and what the last pooling gives.

    Parameters
    ----------
    parameters : dict of Tensor
        `<name>.weight`, (run, out, in, row, column), and `<name>.bias`, (run, out).
    inputs : Tensor, (run or 1, example, plane, row, column)

    Returns
    -------
    list of Tensor, each (run, example, channel, row, column)
    Tensor, (run, example, channel, row, column)
    """
    runs = len(parameters[f"{names[0]}.weight"])
    x = inputs.expand(runs, *inputs.shape[1:])
    convolve = _each if runs == 1 or inputs.device.type == "cpu" else _grouped
    found = []
    for name in names:
        z = convolve(x, parameters[f"{name}.weight"], parameters[f"{name}.bias"])
        found.append(z)
        x = F.max_pool2d(F.relu(z).flatten(0, 1), 2).unflatten(0, z.shape[:2])
    return found, x


def _each(x: Tensor, weights: Tensor, biases: Tensor) -> Tensor:
    """Convolve run by run, so that none feels the others."""
    padding = weights.shape[-1] // 2
    each = zip(x.unbind(), weights.unbind(), biases.unbind(), strict=True)
    return torch.stack([F.conv2d(one, w, b, padding=padding) for one, w, b in each])


def _grouped(x: Tensor, weights: Tensor, biases: Tensor) -> Tensor:
    """Convolve all runs in one call, as groups of channels."""
    runs, padding = len(weights), weights.shape[-1] // 2
    beside = x.transpose(0, 1).flatten(1, 2)
    kernels, shifts = weights.flatten(0, 1), biases.flatten()
    z = F.conv2d(beside, kernels, shifts, padding=padding, groups=runs)
    return z.unflatten(1, (runs, -1)).transpose(0, 1)


class ConvolutionalModule(nn.Module):
    """The reference that the batched form must equal: one network, nothing clever.

    Called with planes (example, plane, row, column); returns logits (example, class).

    Parameters
    ----------
    convolutions, dense : sequence of str
        Names of the layers, input side first.
    layout : Layout
        Shapes of their weights.
    """

    def __init__(self, convolutions: Sequence[str], dense: Sequence[str], layout: Layout) -> None:
        super().__init__()
        self.convolutions = convolutions
        self.dense = dense
        shapes = {spec.name: spec.shape for spec in layout.parameters}
        for name in convolutions:
            out, planes, kernel, _ = shapes[f"{name}.weight"]
            self.add_module(name, nn.Conv2d(planes, out, kernel, padding=kernel // 2))
        for name in dense:
            fan_in, fan_out = shapes[f"{name}.weight"]
            self.add_module(name, nn.Linear(fan_in, fan_out))

    def forward(self, inputs: Tensor) -> Tensor:
        """Return logits."""
        h = inputs.to(next(self.parameters()).dtype)
        for name in self.convolutions:
            h = F.max_pool2d(F.relu(self.get_submodule(name)(h)), 2)
        *hidden, output = (self.get_submodule(name) for name in self.dense)
        h = h.flatten(1)
        for linear in hidden:
            h = F.relu(linear(h))
        return output(h)
