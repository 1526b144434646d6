"""Blocks: neighbouring rows of an ensemble that one call updates."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from grokscope.config.sections import Optimizer


class Block:
    """Rows with their gradients, their optimiser state and what holds for them throughout.

    Parameters
    ----------
    runs : slice
        Which runs of the ensemble the rows are.
    settings : sequence of Optimizer
        One per row.
    theta, grad : Tensor, (run, parameter)
    state : sequence of Tensor, (run, parameter)
    anchor : Tensor, (run, parameter), optional
        What weight decay pulls to, where that is not zero.
    norm : Tensor of float64, (run, 1), optional
        L2 norms that the rows are rescaled to, 0 for rows that are free.
    """

    def __init__(
        self,
        runs: slice,
        settings: Sequence[Optimizer],
        theta: Tensor,
        grad: Tensor,
        state: Sequence[Tensor],
        anchor: Tensor | None,
        norm: Tensor | None,
    ) -> None:
        self.runs, self.settings = runs, settings
        self.theta, self.grad, self.state = theta, grad, list(state)
        self.anchor = anchor
        self.norm = norm
        self.clip_norm = None
        if any(s.clip_norm for s in settings):
            self.clip_norm = self.column(lambda s: s.clip_norm or float("inf"), torch.float64)
        self.weight_decay = self.column(lambda s: s.weight_decay)
        self.momentum = self.column(lambda s: s.momentum)
        self.nesterov = self.column(lambda s: s.nesterov).bool()
        self.fresh1 = self.column(lambda s: 1 - s.betas[0])
        self.fresh2 = self.column(lambda s: 1 - s.betas[1])
        self.eps = self.column(lambda s: s.eps)

    def column(
        self, read: Callable[[Optimizer], float], dtype: torch.dtype | None = None
    ) -> Tensor:
        """Return one number per row as a column, (run, 1)."""
        values = torch.tensor([read(s) for s in self.settings], dtype=torch.float64)[:, None]
        return values.to(dtype or self.theta.dtype).to(self.theta.device)

    def clip(self) -> None:
        """Scale each gradient that is longer than its `clip_norm` down to it.

        As `torch.nn.utils.clip_grad_norm_` does, by clip_norm / (norm + 1e-6).
        """
        if self.clip_norm is not None:
            factor = self.clip_norm / (norms(self.grad) + 1e-6)
            self.grad.mul_(factor.clamp(max=1).to(self.grad.dtype))

    def constrain(self) -> None:
        """Rescale each row that has a norm to keep (arXiv:2210.01117)."""
        if self.norm is not None:
            factor = (self.norm / norms(self.theta)).masked_fill_(self.norm <= 0, 1)
            self.theta.mul_(factor.to(self.theta.dtype))


def norms(rows: Tensor) -> Tensor:
    """Return the L2 norm of each row, float64 (run, 1)."""
    return torch.linalg.vector_norm(rows, dim=1, keepdim=True, dtype=torch.float64)
