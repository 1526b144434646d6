"""Optimisers: update rules on flat [run, parameter] buffers, with hyperparameters per run.

The rules equal `torch.optim.SGD`, `Adam` and `AdamW` of the same settings. On the CPU Adam goes
row by row through torch's fused kernel where this build of torch has it, and is row arithmetic
elsewhere; which of the two ran is part of what decides the numbers, and so `kernel` is recorded.
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
        self.weight_decay = self.column([s.weight_decay for s in settings])

    def column(self, values: Sequence[float]) -> Tensor:
        """Return one value per run as a column, (run, 1)."""
        double = torch.tensor(values, dtype=torch.float64)[:, None]
        return double.to(self.like.dtype).to(self.like.device)

    @abstractmethod
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


class SGD(RowOptimiser):
    """Gradient descent with coupled weight decay and heavy-ball momentum."""

    slots = ("momentum",)

    def __init__(self, settings: Sequence[Optimizer], like: Tensor) -> None:
        super().__init__(settings, like)
        self.momentum = self.column([s.momentum for s in settings])
        self.descent = self.column([-s.lr for s in settings])

    def update(
        self, rows: slice, theta: Tensor, grad: Tensor, state: Sequence[Tensor], t: int
    ) -> None:
        """Take one step in place; see `RowOptimiser.update`."""
        (velocity,) = state
        grad.addcmul_(theta, self.weight_decay[rows])
        velocity.mul_(self.momentum[rows]).add_(grad)
        theta.addcmul_(velocity, self.descent[rows])


class Adam(RowOptimiser):
    """Adam with weight decay coupled into the gradient as L2 (arXiv:1412.6980)."""

    slots = ("first_moment", "second_moment")
    fused_name = "_fused_adam_"

    def __init__(self, settings: Sequence[Optimizer], like: Tensor) -> None:
        super().__init__(settings, like)
        self.eps = self.column([s.eps for s in settings])
        self.rest1 = self.column([1 - s.betas[0] for s in settings])
        self.rest2 = self.column([1 - s.betas[1] for s in settings])
        self.fused: Callable[..., Any] | None = getattr(torch, self.fused_name, None)
        if like.device.type != "cpu":
            self.fused = None
        self.kernel = "rows" if self.fused is None else "fused"

    def update(
        self, rows: slice, theta: Tensor, grad: Tensor, state: Sequence[Tensor], t: int
    ) -> None:
        """Take one step in place; see `RowOptimiser.update`."""
        if self.fused is None:
            self.decay(rows, theta, grad)
            self.descend(rows, theta, grad, state, t)
            return
        first, second = state
        for i, settings in enumerate(self.settings[rows]):
            self.fused(
                [theta[i]], [grad[i]], [first[i]], [second[i]], [], [torch.tensor(float(t))],
                lr=settings.lr, beta1=settings.betas[0], beta2=settings.betas[1],
                weight_decay=settings.weight_decay, eps=settings.eps,
                amsgrad=False, maximize=False,
            )  # fmt: skip

    def decay(self, rows: slice, theta: Tensor, grad: Tensor) -> None:
        """Apply weight decay: here as a term of the gradient."""
        grad.addcmul_(theta, self.weight_decay[rows])

    def descend(
        self, rows: slice, theta: Tensor, grad: Tensor, state: Sequence[Tensor], t: int
    ) -> None:
        """Move along the bias-corrected ratio of moments."""
        first, second = state
        settings = self.settings[rows]
        unbias2 = self.column([(1 - s.betas[1] ** t) ** -0.5 for s in settings])
        descent = self.column([-s.lr / (1 - s.betas[0] ** t) for s in settings])
        first.lerp_(grad, self.rest1[rows])
        second.lerp_(grad.mul_(grad), self.rest2[rows])
        torch.sqrt(second, out=grad)
        grad.mul_(unbias2).add_(self.eps[rows])
        torch.div(first, grad, out=grad)
        theta.addcmul_(grad, descent)


class AdamW(Adam):
    """Adam with decoupled weight decay (arXiv:1711.05101)."""

    fused_name = "_fused_adamw_"

    def decay(self, rows: slice, theta: Tensor, grad: Tensor) -> None:
        """Apply weight decay: here to the parameters themselves."""
        shrink = [1 - s.lr * s.weight_decay for s in self.settings[rows]]
        theta.mul_(self.column(shrink))


OPTIMISERS: dict[str, type[RowOptimiser]] = {"sgd": SGD, "adam": Adam, "adamw": AdamW}
