"""Adam, with weight decay coupled into the gradient or apart from it."""

import functools
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from grokscope.config.sections import Optimizer
from grokscope.train.optimisers.block import Block
from grokscope.train.optimisers.rows import RowOptimiser


class Adam(RowOptimiser):
    """Adam with weight decay coupled into the gradient as L2 (arXiv:1412.6980)."""

    slots = ("first_moment", "second_moment")
    fused_name = "_fused_adam_"

    def factors(self, settings: Optimizer, lr: float, t: int) -> tuple[float, ...]:
        """Return the learning rate, and what corrects the bias of either moment."""
        beta1, beta2 = settings.betas
        return lr, lr / (1 - beta1**t), (1 - beta2**t) ** -0.5

    def move(self, block: Block, *factors: Tensor) -> None:
        """Move along the bias-corrected ratio of moments; see `RowOptimiser.move`."""
        lr, length, correction = factors
        first, second = block.state
        if block.anchor is None:
            self.decay(block, lr)
        first.lerp_(block.grad, block.fresh1)
        second.lerp_(block.grad.mul_(block.grad), block.fresh2)
        torch.sqrt(second, out=block.grad)
        block.grad.mul_(correction).add_(block.eps)
        torch.div(first, block.grad, out=block.grad)
        block.theta.addcmul_(block.grad, -length)

    def decay(self, block: Block, lr: Tensor) -> None:
        """Apply weight decay: here as a term of the gradient."""
        block.grad.addcmul_(block.theta, block.weight_decay)

    def call(self, fused: Callable[..., Any], block: Block, lr: float, t: int) -> None:
        """Take one step; see `RowOptimiser.call`."""
        settings = block.settings[0]
        first, second = block.state
        fused(
            [block.theta],
            [block.grad],
            [first],
            [second],
            [],
            [count(t)],
            lr=lr,
            beta1=settings.betas[0],
            beta2=settings.betas[1],
            weight_decay=settings.weight_decay if block.anchor is None else 0.0,
            eps=settings.eps,
            amsgrad=False,
            maximize=False,
        )


class AdamW(Adam):
    """Adam with decoupled weight decay (arXiv:1711.05101)."""

    fused_name = "_fused_adamw_"
    decoupled = True

    def decay(self, block: Block, lr: Tensor) -> None:
        """Apply weight decay: here to the parameters themselves."""
        block.theta.mul_(1 - lr * block.weight_decay)


@functools.lru_cache(maxsize=1024)
def count(t: int) -> Tensor:
    """Return the number of an update as the kernel takes it, which only reads it.

    Making the tensor costs as much as updating a thousand parameters; blocks share it.
    """
    return torch.tensor(float(t))
