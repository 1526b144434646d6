"""Dense layers in torch: batched over runs, and as the plain module that this must equal."""

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from grokscope.models.inputs import encode, gather_sum

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "quadratic": torch.square,
    "gelu": F.gelu,
    "silu": F.silu,
}

aten = torch.ops.aten
BACKWARD: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "relu": lambda delta, z: aten.threshold_backward(delta, z, 0),
    "tanh": lambda delta, z: aten.tanh_backward(delta, torch.tanh(z)),
    "quadratic": lambda delta, z: delta * (2 * z),
    "gelu": lambda delta, z: aten.gelu_backward(delta, z),
    "silu": lambda delta, z: aten.silu_backward(delta, z),
}
"""What each activation makes of a gradient on its way back, given the input it had."""


def preactivations(
    layers: Sequence[str],
    activate: Callable[[Tensor], Tensor],
    bias: bool,
    parameters: Mapping[str, Tensor],
    inputs: Tensor,
) -> list[Tensor]:
    """Return what each dense layer gives before its activation, the last one's included.

    Parameters
    ----------
    parameters : dict of Tensor
        `<layer>.weight`, (run, in, out), and with `bias` `<layer>.bias`, (run, out).
    inputs : Tensor, (run or 1, example, ...)
        Tokens of int64, or features.

    Returns
    -------
    list of Tensor, each (run, example, width of the layer)
    """
    outputs: list[Tensor] = []
    for layer in layers:
        weight = parameters[f"{layer}.weight"]
        if outputs:
            z = activate(outputs[-1]) @ weight
        elif inputs.is_floating_point():
            z = inputs.flatten(2) @ weight
        else:
            z = gather_sum(weight, inputs)
        outputs.append(z + parameters[f"{layer}.bias"][:, None] if bias else z)
    return outputs


class DenseModule(nn.Module):
    """The reference that the batched form must equal: one network, nothing clever.

    Called with tokens (example, position) or features (example, ...); returns logits
    (example, class).

    Parameters
    ----------
    layers : sequence of str
        Names, input side first.
    widths : sequence of int
        Of the input, then of each layer.
    """

    def __init__(
        self,
        layers: Sequence[str],
        widths: Sequence[int],
        activate: Callable[[Tensor], Tensor],
        bias: bool,
    ) -> None:
        super().__init__()
        self.layers = layers
        self.width = widths[0]
        self.activate = activate
        for layer, fan_in, fan_out in zip(layers, widths, widths[1:], strict=False):
            self.add_module(layer, nn.Linear(fan_in, fan_out, bias=bias))

    def forward(self, inputs: Tensor) -> Tensor:
        """Return logits."""
        *hidden, output = (self.get_submodule(layer) for layer in self.layers)
        h = encode(inputs, self.width).to(next(self.parameters()).dtype)
        for linear in hidden:
            h = self.activate(linear(h))
        return output(h)
