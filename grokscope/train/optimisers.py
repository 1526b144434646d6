"""Optimisers: update rules on flat [run, parameter] buffers, with hyperparameters per run.

The rules equal `torch.optim.SGD`, `Adam` and `AdamW` of the same settings. On the CPU a row is
updated by itself, because the rounding of broadcast arithmetic depends on how many rows there
are; Adam then goes through torch's fused kernel where this build of torch has it. Which kernel
ran is part of what decides the numbers, and so `kernel` is recorded.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import torch
from torch import Tensor

from grokscope.config.sections import Optimizer


class RowOptimiser(ABC):
    """One update rule over the rows of an ensemble.

    Parameters
    ----------
    settings : sequence of Optimizer
        One per run, all of the same `name`.
    like : Tensor
        Any buffer of the ensemble: gives dtype and device.
    """

    slots: ClassVar[tuple[str, ...]]
    """Names of the state buffers it needs beside the parameters."""
    kernel: str = "rows"
    """How it computes: "rows" or "fused"."""

    def __init__(self, settings: Sequence[Optimizer], like: Tensor) -> None:
        self.settings = settings
        self.like = like

    def update(
        self, rows: slice, theta: Tensor, grad: Tensor, state: Sequence[Tensor], t: int
    ) -> None:
        """Take one step in place.

        Parameters
        ----------
        rows : slice
            Which runs of the ensemble the buffers hold.
        theta, grad : Tensor, (run, parameter)
            Parameters, and the gradient of the loss, which is overwritten.
        state : sequence of Tensor, (run, parameter), one per slot
        t : int
            Number of this step, from 1.
        """
        settings = self.settings[rows]
        if self.like.device.type != "cpu":
            self.descend(settings, theta, grad, state, t)
            return
        for i in range(len(settings)):
            one = slice(i, i + 1)
            self.descend(settings[one], theta[one], grad[one], [s[one] for s in state], t)

    @abstractmethod
    def descend(
        self,
        settings: Sequence[Optimizer],
        theta: Tensor,
        grad: Tensor,
        state: Sequence[Tensor],
        t: int,
    ) -> None:
        """Take one step of rows whose settings are given; see `update`."""

    def column(self, values: Sequence[float]) -> Tensor:
        """Return one value per run as a column, (run, 1)."""
        double = torch.tensor(values, dtype=torch.float64)[:, None]
        return double.to(self.like.dtype).to(self.like.device)


class SGD(RowOptimiser):
    """Gradient descent with coupled weight decay and heavy-ball momentum."""

    slots = ("momentum",)

    def descend(
        self,
        settings: Sequence[Optimizer],
        theta: Tensor,
        grad: Tensor,
        state: Sequence[Tensor],
        t: int,
    ) -> None:
        """Take one step; see `RowOptimiser.update`."""
        (velocity,) = state
        grad.addcmul_(theta, self.column([s.weight_decay for s in settings]))
        velocity.mul_(self.column([s.momentum for s in settings])).add_(grad)
        theta.addcmul_(velocity, self.column([-s.lr for s in settings]))


class Adam(RowOptimiser):
    """Adam with weight decay coupled into the gradient as L2 (arXiv:1412.6980)."""

    slots = ("first_moment", "second_moment")
    fused_name = "_fused_adam_"

    def __init__(self, settings: Sequence[Optimizer], like: Tensor) -> None:
        super().__init__(settings, like)
        on_cpu = like.device.type == "cpu"
        self.fused: Callable[..., Any] | None = (
            getattr(torch, self.fused_name, None) if on_cpu else None
        )
        self.kernel = "rows" if self.fused is None else "fused"

    def descend(
        self,
        settings: Sequence[Optimizer],
        theta: Tensor,
        grad: Tensor,
        state: Sequence[Tensor],
        t: int,
    ) -> None:
        """Take one step; see `RowOptimiser.update`."""
        if self.fused is None:
            self.decay(settings, theta, grad)
            self.move(settings, theta, grad, state, t)
            return
        (one,) = settings
        step = torch.tensor(float(t))
        self.fused(
            [theta], [grad], [state[0]], [state[1]], [], [step],
            lr=one.lr, beta1=one.betas[0], beta2=one.betas[1], weight_decay=one.weight_decay,
            eps=one.eps, amsgrad=False, maximize=False,
        )  # fmt: skip

    def decay(self, settings: Sequence[Optimizer], theta: Tensor, grad: Tensor) -> None:
        """Apply weight decay: here as a term of the gradient."""
        grad.addcmul_(theta, self.column([s.weight_decay for s in settings]))

    def move(
        self,
        settings: Sequence[Optimizer],
        theta: Tensor,
        grad: Tensor,
        state: Sequence[Tensor],
        t: int,
    ) -> None:
        """Move along the bias-corrected ratio of moments."""
        first, second = state
        first.lerp_(grad, self.column([1 - s.betas[0] for s in settings]))
        second.lerp_(grad.mul_(grad), self.column([1 - s.betas[1] for s in settings]))
        torch.sqrt(second, out=grad)
        grad.mul_(self.column([(1 - s.betas[1] ** t) ** -0.5 for s in settings]))
        grad.add_(self.column([s.eps for s in settings]))
        torch.div(first, grad, out=grad)
        theta.addcmul_(grad, self.column([-s.lr / (1 - s.betas[0] ** t) for s in settings]))


class AdamW(Adam):
    """Adam with decoupled weight decay (arXiv:1711.05101)."""

    fused_name = "_fused_adamw_"

    def decay(self, settings: Sequence[Optimizer], theta: Tensor, grad: Tensor) -> None:
        """Apply weight decay: here to the parameters themselves."""
        theta.mul_(self.column([1 - s.lr * s.weight_decay for s in settings]))


OPTIMISERS: dict[str, type[RowOptimiser]] = {"sgd": SGD, "adam": Adam, "adamw": AdamW}
