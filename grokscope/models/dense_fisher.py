"""Fisher metrics of dense layers in a row in closed form: the chain rule written out."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor
from torch.nn import functional as F

from grokscope.models.dense import BACKWARD, IN_PLACE
from grokscope.models.fisher import derivative, spread, surprise
from grokscope.models.inputs import encode
from grokscope.network import Score


@runtime_checkable
class DenseChain(Protocol):
    """A model that is dense layers in a row, each followed by an activation except the last."""

    @property
    def activation(self) -> str:
        """Name of the activation in `dense.ACTIVATIONS`."""
        ...

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the layers, input side first; each has `.weight` and perhaps `.bias`."""
        ...

    def preactivations(self, parameters: Mapping[str, Tensor], inputs: Tensor) -> list[Tensor]:
        """Return each layer's output before its activation, (run, example, width)."""
        ...

    def activate(self, preactivation: Tensor) -> Tensor:
        """Return the activation of each element."""
        ...


def stacked(tangents: Mapping[str, Tensor], first: str) -> dict[str, Tensor]:
    """Return tangents of dense layers as `dense_slopes` multiplies with them.

    Parameters
    ----------
    tangents : dict of Tensor, each (run, tangent, *shape)
    first : str
        The layer that inputs enter.

    Returns
    -------
    dict of Tensor
        Weights (run, out · tangent, in), but (run · tangent, in, out) of the first layer; biases
        (run, out, tangent, 1).
    """
    ready = {}
    for name, tensor in tangents.items():
        if name == f"{first}.weight":
            ready[name] = tensor.flatten(0, 1)
        elif name.endswith(".weight"):
            ready[name] = tensor.permute(0, 3, 1, 2).flatten(1, 2)
        else:
            ready[name] = tensor.mT[..., None]
    return ready


def dense_slopes(
    model: DenseChain,
    parameters: Mapping[str, Tensor],
    tangents: Mapping[str, Tensor],
    inputs: Tensor,
    score: Score,
) -> tuple[Tensor, Tensor]:
    """Return what `slopes_of` does for dense layers in a row, by the chain rule written out.

    A layer z = W h + b moves by W dh + dW h + db, and dh is the activation's slope times the
    layer before. Examples are columns, and all tangents pass a matrix product together.

    Parameters
    ----------
    parameters : dict of Tensor, each (run, *shape)
    tangents : dict of Tensor
        From `stacked`.
    inputs : Tensor, (1, example, ...)

    Returns
    -------
    Tensor, (run, class, example), empty for the output score, which asks for no logits, and
    Tensor, (run, tangent, class, example)
    """
    z = slopes = torch.empty(0)
    for layer in model.layers:
        weight, along = parameters[f"{layer}.weight"], tangents[f"{layer}.weight"]
        if layer == model.layers[0]:
            z = _entering(weight, inputs).mT
            slopes = _entering(along, inputs).unflatten(0, (len(weight), -1)).movedim(-1, 1)
        else:
            h = model.activate(z)
            told = h if model.activation in IN_PLACE else z
            slopes = BACKWARD[model.activation](slopes, told[:, :, None])
            passed = weight.mT @ slopes.flatten(2)
            passed = passed.unflatten(2, slopes.shape[2:]).flatten(1, 2).baddbmm_(along, h)
            slopes = passed.unflatten(1, (-1, slopes.shape[2]))
            last = layer == model.layers[-1]
            z = z[:, :0] if last and score == "output" else weight.mT @ h
        if f"{layer}.bias" in parameters:
            slopes += tangents[f"{layer}.bias"]
            z += parameters[f"{layer}.bias"][..., None] if len(z[0]) else 0
    return z, slopes.transpose(1, 2)


def _entering(weight: Tensor, inputs: Tensor) -> Tensor:
    """Return inputs times each run's first weight, (run, example, width)."""
    if inputs.is_floating_point():
        return inputs.flatten(2) @ weight
    runs, rows, width = weight.shape
    positions = inputs.shape[-1]
    block = torch.arange(positions, device=inputs.device) * (rows // positions)
    first_row = torch.arange(runs, device=inputs.device)[:, None, None] * rows
    index = (inputs + block + first_row).flatten(0, 1)
    return F.embedding_bag(index, weight.reshape(-1, width), mode="sum").unflatten(0, (runs, -1))


def dense_diagonal(
    model: DenseChain,
    parameters: Mapping[str, Tensor],
    inputs: Tensor,
    labels: Tensor,
    score: Score,
) -> dict[str, Tensor]:
    """Return the metric's diagonal for dense layers in a row, summed over examples.

    A dense weight's gradient is its input times its output's cotangent, so its diagonal is the
    product of their squares. The cotangents' squares are summed over classes before they meet
    the inputs; at the last hidden layer that sum needs no Jacobian per example.

    Parameters
    ----------
    parameters : dict of Tensor, each (run, *shape)
    inputs : Tensor, (1, example, ...)
    labels : Tensor, (example,)

    Returns
    -------
    dict of Tensor, each (run, *shape)
    """
    outputs = model.preactivations(parameters, inputs)
    p = outputs[-1].softmax(-1)
    width = parameters[f"{model.layers[0]}.weight"].shape[-2]
    entering = [encode(inputs[0], width).to(p.dtype)[None], *map(model.activate, outputs[:-1])]
    jacobian = torch.eye(p.shape[-1], dtype=p.dtype, device=p.device)[None, None]
    if score == "label":
        jacobian = surprise(p, labels)[:, :, None]
    slopes: Tensor | None = None
    diagonal: dict[str, Tensor] = {}
    for i in reversed(range(len(outputs))):
        layer = model.layers[i]
        squares = spread(jacobian, p, score).expand(*p.shape[:2], -1)
        if slopes is not None:
            squares = squares * slopes.square()
        diagonal[f"{layer}.weight"] = entering[i].square().mT @ squares
        if f"{layer}.bias" in parameters:
            diagonal[f"{layer}.bias"] = squares.sum(1)
        if i > 0:
            if slopes is not None:
                jacobian = jacobian * slopes[:, :, None]
            weight = parameters[f"{layer}.weight"]
            flat = jacobian.flatten(1, 2).expand(len(weight), -1, -1) @ weight.mT
            jacobian = flat.unflatten(1, jacobian.shape[1:3])
            slopes = derivative(model.activate, outputs[i - 1])
    return diagonal
