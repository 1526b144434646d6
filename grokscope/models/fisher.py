"""Fisher metrics of networks, without the matrix.

For logits z = f(θ, x) and their Jacobian J the metric is the mean over inputs of Jᵀ S J, with
S = 1 for the output score, diag p − p pᵀ for the model's own labels, and (e_y − p)(e_y − p)ᵀ for
the observed label. Differences such as 1 − p of the winning class are taken as sums of the small
terms, so that a network sure of itself does not round to zero.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, runtime_checkable

import torch
from torch import Tensor

from grokscope.kinds import Score
from grokscope.models.inputs import encode


@runtime_checkable
class DenseChain(Protocol):
    """A model that is dense layers in a row, each followed by an activation except the last."""

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


def gram(
    forward: Callable[[Tensor], Tensor],
    rows: Tensor,
    tangents: Tensor,
    labels: Tensor,
    score: Score,
) -> Tensor:
    """Return inner products of tangents in the full metric, summed over examples.

    Parameters
    ----------
    forward : callable
        Gives logits (run, example, class) of `rows`.
    rows : Tensor, (run, parameter)
    tangents : Tensor, (run, tangent, parameter)
    labels : Tensor, (example,)

    Returns
    -------
    Tensor of float64, (run, tangent, tangent)
    """

    def along(tangent: Tensor) -> Any:
        return torch.func.jvp(forward, (rows,), (tangent,))

    logits, slopes = torch.func.vmap(along)(tangents.transpose(0, 1))
    slopes = slopes.double()
    if score == "output":
        return torch.einsum("trnc,srnc->rts", slopes, slopes)
    p = logits[0].double().softmax(-1)
    if score == "label":
        along_label = (slopes * surprise(p, labels)).sum(-1)
        return torch.einsum("trn,srn->rts", along_label, along_label)
    centred = slopes - (p * slopes).sum(-1, keepdim=True)
    return torch.einsum("trnc,srnc->rts", p * centred, centred)


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


def sampled_diagonal(
    forward: Callable[[Tensor, Tensor], Tensor],
    row: Tensor,
    inputs: Tensor,
    labels: Tensor,
    score: Score,
) -> Tensor:
    """Return the metric's diagonal from each example's Jacobian, summed: for any model.

    Parameters
    ----------
    forward : callable
        Gives logits (class,) of a row and one input.
    row : Tensor, (parameter,)
    inputs : Tensor, (example, ...)
    labels : Tensor, (example,)

    Returns
    -------
    Tensor, (parameter,)
    """
    jacobian = torch.func.vmap(torch.func.jacrev(forward), (None, 0))(row, inputs)
    p = torch.func.vmap(forward, (None, 0))(row, inputs).softmax(-1)
    if score == "label":
        jacobian = surprise(p, labels)[:, None] @ jacobian
    return spread(jacobian, p, score).sum(0)


def spread(jacobian: Tensor, p: Tensor, score: Score) -> Tensor:
    """Return the score's second moment of each unit's derivatives over classes.

    Parameters
    ----------
    jacobian : Tensor, (..., example or 1, class, unit)
        Derivatives of logits with respect to units; for the label score, one row, the
        derivative of that label's log-probability.
    p : Tensor, (..., example, class)
        Probabilities.

    Returns
    -------
    Tensor, (..., example or 1, unit)
    """
    if score != "model":
        return jacobian.square().sum(-2)
    if jacobian.shape[-3] == p.shape[-2]:
        centred = jacobian - p[..., None, :] @ jacobian
        return (p[..., None, :] @ centred.square())[..., 0, :]
    jacobian = jacobian.squeeze(-3).expand(*p.shape[:-2], -1, -1)
    winner = p.argmax(-1, keepdim=True)
    others = p.scatter(-1, winner, 0)
    rest = others.sum(-1, keepdim=True)
    at_winner = torch.take_along_dim(jacobian, winner, dim=-2)
    mean = others @ jacobian
    second = others @ jacobian.square() - 2 * at_winner * mean + rest * at_winner.square()
    return (second - (mean - rest * at_winner).square()).clamp(min=0)


def surprise(p: Tensor, labels: Tensor) -> Tensor:
    """Return e_y − p, the derivative of the observed label's log-probability by the logits.

    Parameters
    ----------
    p : Tensor, (..., example, class)
    labels : Tensor, (example,)
    """
    index = labels[:, None].expand(*p.shape[:-1], 1)
    others = p.scatter(-1, index, 0)
    return (-others).scatter(-1, index, others.sum(-1, keepdim=True))


def derivative(function: Callable[[Tensor], Tensor], at: Tensor) -> Tensor:
    """Return the derivative of an elementwise function."""
    return torch.func.jvp(function, (at,), (torch.ones_like(at),))[1]
