"""Fisher metrics of networks, without the matrix.

For logits z = f(θ, x) and their Jacobian J the metric is the mean over inputs of Jᵀ S J, with
S = 1 for the output score, diag p − p pᵀ for the model's own labels, and (e_y − p)(e_y − p)ᵀ for
the observed label. Differences such as 1 − p of the winning class are taken as sums of the small
terms, so that a network sure of itself does not round to zero.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from grokscope.network import Score


def slopes_of(
    forward: Callable[[Tensor], Tensor], rows: Tensor, tangents: Tensor
) -> tuple[Tensor, Tensor]:
    """Return logits and their derivatives along tangents, for any model.

    Parameters
    ----------
    forward : callable
        Gives logits (run, example, class) of `rows`.
    rows : Tensor, (run, parameter)
    tangents : Tensor, (run, tangent, parameter)

    Returns
    -------
    Tensor, (run, class, example), and Tensor, (run, tangent, class, example)
    """

    def along(tangent: Tensor) -> Any:
        return torch.func.jvp(forward, (rows,), (tangent,))

    # the logits are no function of the tangent: they come out once
    apart: Any = (None, 0)
    logits, slopes = torch.func.vmap(along, out_dims=apart)(tangents.transpose(0, 1))
    return logits.mT, slopes.transpose(0, 1).mT


def gram(logits: Tensor, slopes: Tensor, labels: Tensor, score: Score) -> Tensor:
    """Return inner products of tangents in the full metric, summed over examples.

    Parameters
    ----------
    logits : Tensor, (run, class, example)
        Not used by the output score.
    slopes : Tensor, (run, tangent, class, example)
        Derivatives of the logits along each tangent.
    labels : Tensor, (example,)

    Returns
    -------
    Tensor of float64, (run, tangent, tangent)
    """
    slopes = slopes.to(torch.float64, memory_format=torch.contiguous_format)
    if score == "output":
        flat = slopes.flatten(2)
        return flat @ flat.mT
    p = logits.double().softmax(1)
    if score == "label":
        along_label = (slopes * surprise(p.mT, labels).mT[:, None]).sum(2)
        return along_label @ along_label.mT
    p = p[:, None]
    centred = slopes - (p * slopes).sum(2, keepdim=True)
    return (p * centred).flatten(2) @ centred.flatten(2).mT


def traced_jacobian(
    forward: Callable[[Tensor, Tensor], Tensor], row: Tensor, inputs: Tensor
) -> tuple[Tensor, Tensor]:
    """Return each example's derivatives of logits with respect to parameters, and the logits.

    Parameters
    ----------
    forward : callable
        Gives logits (class,) of a row and one input, for any model.
    row : Tensor, (parameter,)
    inputs : Tensor, (example, ...)

    Returns
    -------
    Tensor, (example, class, parameter), and Tensor, (example, class)
    """
    jacobian = torch.func.vmap(torch.func.jacrev(forward), (None, 0))(row, inputs)
    return jacobian, torch.func.vmap(forward, (None, 0))(row, inputs)


def sampled_diagonal(jacobian: Tensor, logits: Tensor, labels: Tensor, score: Score) -> Tensor:
    """Return the metric's diagonal from each example's Jacobian, summed.

    Parameters
    ----------
    jacobian : Tensor, (example, class, parameter)
    logits : Tensor, (example, class)
    labels : Tensor, (example,)

    Returns
    -------
    Tensor, (parameter,)
    """
    p = logits.softmax(-1)
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
