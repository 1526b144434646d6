"""Dense layers in torch: batched over runs, and as the plain module that this must equal."""

import itertools
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

NARROW, WHOLE = 16, 8
"""Widths below the first are filled up to a multiple of the second; see `whole`."""
aten = torch.ops.aten
IN_PLACE: dict[str, Callable[[Tensor], Tensor]] = {"relu": torch.relu_, "tanh": torch.tanh_}
"""Activations whose slope can be told from what they gave, so that it may lie over the input."""
BACKWARD: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "relu": lambda delta, h: aten.threshold_backward.grad_input(delta, h, 0, grad_input=delta),
    "tanh": lambda delta, h: aten.tanh_backward.grad_input(delta, h, grad_input=delta),
    "quadratic": lambda delta, z: delta.mul_(z).mul_(2),
    "gelu": lambda delta, z: aten.gelu_backward.grad_input(delta, z, grad_input=delta),
    "silu": lambda delta, z: aten.silu_backward.grad_input(delta, z, grad_input=delta),
}
"""What each activation makes of a gradient on its way back, in place, given its output where
that tells the slope, else its input."""


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
    before: Tensor | None = None
    for layer in layers:
        weight = parameters[f"{layer}.weight"]
        width = weight.shape[-1]
        rows = 0 if before is None else before.shape[-1] - weight.shape[-2]
        if rows or whole(width) > width:
            weight = F.pad(weight, (0, whole(width) - width, 0, rows))
        if before is not None:
            z = activate(before) @ weight
        elif inputs.is_floating_point():
            z = inputs.flatten(2) @ weight
        else:
            z = gather_sum(weight, inputs)
        before = z
        if bias:
            shift = parameters[f"{layer}.bias"][:, None]
            before = z + (
                F.pad(shift, (0, whole(width) - width)) if whole(width) > width else shift
            )
        outputs.append(before[..., :width])
    return outputs


def narrowed(
    layers: Sequence[str],
    activate: Callable[[Tensor], Tensor],
    parameters: Mapping[str, Tensor],
) -> dict[str, Tensor]:
    """Return parameters of a pruned network without the hidden units that need no computing.

    What nothing enters is constant, and goes into the biases of the next layer; without biases it
    is 0 after any of `ACTIVATIONS`. What nothing leaves is not seen. The logits are the same up
    to rounding. Widths stay multiples of `WHOLE`.

    Parameters
    ----------
    parameters : dict of Tensor
        Of one network: `<layer>.weight`, (1, in, out), and perhaps `<layer>.bias`, (1, out).
    """
    found = dict(parameters)
    for layer, after in reversed(list(itertools.pairwise(layers))):
        own = [name for name in (f"{layer}.weight", f"{layer}.bias") if name in found]
        leaving = found[f"{after}.weight"]
        # sums are several times as fast as `any`
        fed = found[own[0]][0].abs().sum(0) != 0
        alive = fed & (leaving[0].abs().sum(1) != 0)
        count = -(-max(int(alive.sum()), 1) // WHOLE) * WHOLE
        if count < len(alive):
            units = alive.byte().argsort(descending=True, stable=True)
            units, others = units[:count], units[count:]
            if len(own) > 1:
                constant = activate(found[own[1]]) * ~fed
                shift = constant[:, None, others] @ leaving[:, others]
                found[f"{after}.bias"] = found[f"{after}.bias"] + shift[:, 0]
            found |= {name: found[name].index_select(-1, units) for name in own}
            found[f"{after}.weight"] = leaving.index_select(1, units)
    return found


def whole(width: int) -> int:
    """Return the width that a narrow layer is filled up to with zeros while it is computed.

    Matrix products of CPUs treat narrow results by where in memory they lie, so that a run's
    bits would depend on the runs beside it. Activations keep zeros.
    """
    return width if width >= NARROW or width % WHOLE == 0 else -(-width // WHOLE) * WHOLE


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
