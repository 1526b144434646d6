"""Losses: what is minimised, its value per example, and its slope at the logits."""

import math
from abc import ABC, abstractmethod
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional as F

FEW = 24
"""Classes below which softmax is quicker in parts: its kernel works on whole vectors."""


class Loss(ABC):
    """A loss of logits against labels, averaged over the examples of each run.

    Parameters
    ----------
    classes : int
        Number of labels. Logits may be wider, filled up with the value `absent`.
    double : bool
        Compute it in float64 whatever the logits are, so that a loss of a few 1e-8 does not
        round to zero (arXiv:2301.05217; arXiv:2501.04697 calls what happens else softmax
        collapse). Slopes are given in the type of the logits.
    """

    name: ClassVar[str]
    absent: ClassVar[float]
    """A logit that takes no part: its slope is 0."""

    def __init__(self, classes: int, double: bool = False) -> None:
        self.classes = classes
        self.double = double

    @abstractmethod
    def each(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Return the loss of every example, (run, example); differentiable.

        Parameters
        ----------
        logits : Tensor, (run, example, class)
        labels : Tensor of int64, (run, example)
        """

    @abstractmethod
    def slope(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Return the gradient of each run's mean loss at its logits, (run, example, class).

        It may be written over `logits`.
        """

    def _cast(self, logits: Tensor) -> Tensor:
        return logits.double() if self.double else logits


class CrossEntropy(Loss):
    """−log softmax at the label, in nats."""

    name = "cross_entropy"
    absent = -math.inf

    def each(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Return the loss of every example; see `Loss.each`."""
        scores = self._cast(logits)
        if scores.shape[-1] < FEW:
            below = scores - scores.amax(dim=-1, keepdim=True)
            at_label = below.gather(-1, labels[..., None])[..., 0]
            return below.exp().sum(dim=-1).log() - at_label
        flat = scores.flatten(0, 1)
        return F.cross_entropy(flat, labels.flatten(), reduction="none").view(labels.shape)

    def slope(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Return (softmax − one-hot) / examples; see `Loss.slope`."""
        delta = _softmax(logits.double() if self.double else logits)
        return _minus_one_hot(delta, labels).div_(labels.shape[1]).to(logits.dtype)


class MeanSquare(Loss):
    """Squared distance to the one-hot label, averaged over classes (arXiv:2210.01117)."""

    name = "mse"
    absent = 0.0

    def each(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Return the loss of every example; see `Loss.each`."""
        scores = self._cast(logits)
        one_hot = F.one_hot(labels, scores.shape[-1]).to(scores.dtype)
        return (scores - one_hot).square().sum(dim=-1) / self.classes

    def slope(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Return 2 (logits − one-hot) / (classes · examples); see `Loss.slope`."""
        scale = 2 / (labels.shape[1] * self.classes)
        delta = logits.double() if self.double else logits
        return _minus_one_hot(delta, labels).mul_(scale).to(logits.dtype)


def _softmax(scores: Tensor) -> Tensor:
    """Return softmax over the last axis, in place."""
    if scores.shape[-1] >= FEW:
        return torch.softmax(scores, dim=-1, out=scores)
    scores.sub_(scores.amax(dim=-1, keepdim=True)).exp_()
    return scores.div_(scores.sum(dim=-1, keepdim=True))


def _minus_one_hot(scores: Tensor, labels: Tensor) -> Tensor:
    """Subtract 1 at each label, in place."""
    one = scores.new_full((), -1.0).expand(*labels.shape, 1)
    return scores.scatter_add_(-1, labels[..., None], one)


LOSSES: dict[str, type[Loss]] = {loss.name: loss for loss in (CrossEntropy, MeanSquare)}
