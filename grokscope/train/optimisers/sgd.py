"""Gradient descent with momentum."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from grokscope.config.sections import Optimizer
from grokscope.train.optimisers.block import Block
from grokscope.train.optimisers.rows import RowOptimiser


class SGD(RowOptimiser):
    """Gradient descent with coupled weight decay and heavy-ball or Nesterov momentum."""

    slots = ("momentum",)
    fused_name = "_fused_sgd_"

    def factors(self, settings: Optimizer, lr: float, t: int) -> tuple[float, ...]:
        """Return the learning rate."""
        return (lr,)

    def move(self, block: Block, *factors: Tensor) -> None:
        """Take one step; see `RowOptimiser.move`."""
        (lr,) = factors
        (velocity,) = block.state
        if block.anchor is None:
            block.grad.addcmul_(block.theta, block.weight_decay)
        velocity.mul_(block.momentum).add_(block.grad)
        direction = velocity
        if any(s.nesterov for s in block.settings):
            ahead = torch.addcmul(block.grad, velocity, block.momentum)
            direction = torch.where(block.nesterov, ahead, velocity)
        block.theta.addcmul_(direction, -lr)

    def call(self, fused: Callable[..., Any], block: Block, lr: float, t: int) -> None:
        """Take one step; see `RowOptimiser.call`."""
        settings = block.settings[0]
        fused(
            [block.theta],
            [block.grad],
            block.state if settings.momentum else [],
            weight_decay=settings.weight_decay if block.anchor is None else 0.0,
            momentum=settings.momentum,
            lr=lr,
            dampening=0.0,
            nesterov=settings.nesterov,
            maximize=False,
            is_first_step=False,
        )
