"""Row optimiser: what every update rule shares, from the settings of runs to calls of kernels."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from grokscope.config.sections import Optimizer
from grokscope.train.buffers import LINE, padded
from grokscope.train.optimisers.block import Block
from grokscope.train.optimisers.schedules import learning_rate

Numbers = Sequence[Any] | Tensor
"""What changes from update to update: numbers for a fused kernel, else columns (run, 1)."""


class RowOptimiser(ABC):
    """One update rule over the rows of an ensemble.

    On the CPU, neighbouring rows of equal settings go through torch's fused kernel in one call,
    where this build of torch has it; otherwise each row is updated by itself, because the
    rounding of broadcast arithmetic depends on how many rows there are. Elsewhere all rows go
    together.

    Parameters
    ----------
    settings : sequence of Optimizer
        One per run, all of the same `name`.
    like : Tensor, (run, parameter)
        The ensemble's parameters: gives dtype, device and where rows begin.
    total_steps : int
        Updates of a whole run, which schedules end with.
    initial : callable
        Returns the parameters at step 0 of a run of the ensemble, float32 (parameter,); asked
        only for runs whose settings refer to them.
    since : int
        Number of the last update before those that the state is made of.
    """

    slots: ClassVar[tuple[str, ...]]
    """Names of the state buffers it needs beside the parameters."""
    fused_name: ClassVar[str]
    """Name of torch's kernel, which is private and may be gone one day."""
    decoupled: ClassVar[bool] = False
    """Whether weight decay moves the parameters, instead of being a term of the gradient."""

    def __init__(
        self,
        settings: Sequence[Optimizer],
        like: Tensor,
        *,
        total_steps: int,
        initial: Callable[[int], NDArray[np.float32]],
        since: int = 0,
    ) -> None:
        self.settings = settings
        self.since = since
        self.like = like
        self.total_steps = total_steps
        self.fused = self._fused() if like.device.type == "cpu" else None
        self.anchor = self._anchor(initial)
        self.norm = self._norm(initial)
        self._blocks: dict[tuple[int, int], tuple[list[int], list[Block]]] = {}

    @property
    def kernel(self) -> str:
        """How it computes: "rows" or "fused"; part of what decides the numbers."""
        return "rows" if self.fused is None else "fused"

    def update(
        self, rows: slice, theta: Tensor, grad: Tensor, state: Sequence[Tensor], t: int | Tensor
    ) -> None:
        """Take one step in place.

        Parameters
        ----------
        rows : slice
            Which runs of the ensemble the buffers hold.
        theta, grad : Tensor, (run, parameter)
            Parameters, and the gradient of the loss, which is overwritten. What pads rows to
            whole cache lines, if anything, is zero.
        state : sequence of Tensor, (run, parameter), one per slot
        t : int or Tensor
            Number of this step, from 1; or what `table` gives for it, so that nothing is asked of
            the host.
        """
        for block in self.blocks(rows, theta, grad, state):
            numbers = self.numbers(block, t) if isinstance(t, int) else t[:, block.runs]
            self.step(block, numbers)

    def blocks(
        self, rows: slice, theta: Tensor, grad: Tensor, state: Sequence[Tensor]
    ) -> list[Block]:
        """Return the blocks that rows are updated in; see `update`."""
        where = [buffer.data_ptr() for buffer in (theta, grad, *state)]
        known, blocks = self._blocks.get((rows.start, rows.stop), ([], []))
        if known != where:
            whole = [padded(buffer) for buffer in (theta, grad, *state)]
            blocks = [self._block(part, rows.start, whole) for part in self._parts(rows)]
            self._blocks[rows.start, rows.stop] = (where, blocks)
        return blocks

    def numbers(self, block: Block, t: int) -> Numbers:
        """Return what update `t` needs to know beside the block."""
        if self.fused is not None:
            return learning_rate(block.settings[0], t, self.total_steps), t - self.since
        factors = [
            self.factors(s, learning_rate(s, t, self.total_steps), t - self.since)
            for s in block.settings
        ]
        columns = torch.tensor(factors, dtype=torch.float64).T[..., None]
        return columns.to(self.like.dtype).to(self.like.device)

    def table(self, first: int, count: int) -> Tensor:
        """Return the columns of updates from number `first` on, (update, factor, run, 1).

        They lie in the host's memory. Runs of equal settings are computed once.
        """
        updates = range(first, first + count)
        known = {
            s: [
                self.factors(s, learning_rate(s, t, self.total_steps), t - self.since)
                for t in updates
            ]
            for s in set(self.settings)
        }
        rows = torch.tensor([known[s] for s in self.settings], dtype=torch.float64)
        return rows.permute(1, 2, 0)[..., None].to(self.like.dtype)

    def step(self, block: Block, numbers: Numbers) -> None:
        """Take one step of one block; with columns of numbers, all of it on the device."""
        block.clip()
        if block.anchor is not None:
            gap = block.anchor - block.theta
            if self.decoupled:
                block.theta.add_(gap.mul_(block.weight_decay * numbers[0]))
            else:
                block.grad.sub_(gap.mul_(block.weight_decay))
        if self.fused is None:
            self.move(block, *numbers)
        else:
            self.call(self.fused, block, *numbers)
        block.constrain()

    def _fused(self) -> Callable[..., Any] | None:
        """Return torch's private kernel, where there is one and it takes what we give it."""
        kernel: Callable[..., Any] | None = getattr(torch, self.fused_name, None)
        if kernel is None:
            return None
        theta, grad, *state = torch.zeros(2 + len(self.slots), 1, LINE, dtype=self.like.dtype)
        try:
            block = Block(slice(0, 1), self.settings[:1], theta, grad, state, None, None)
            self.call(kernel, block, 0.0, 1)
        except (TypeError, RuntimeError):
            return None
        return kernel

    def _parts(self, rows: slice) -> list[slice]:
        """Return which runs go together."""
        if self.like.device.type != "cpu":
            return [rows]
        if self.fused is None:
            return [slice(run, run + 1) for run in range(rows.start, rows.stop)]
        alike = groupby(range(rows.start, rows.stop), key=lambda run: self.settings[run])
        groups = [list(runs) for _, runs in alike]
        return [slice(runs[0], runs[-1] + 1) for runs in groups]

    def _block(self, part: slice, first: int, buffers: Sequence[Tensor]) -> Block:
        """Return the block of some runs; buffers begin with run number `first`."""
        theta, grad, *state = (b[part.start - first : part.stop - first] for b in buffers)
        settings = self.settings[part]
        anchor = self.anchor if any(map(pulled_back, settings)) else None
        constrained = any(s.keep_norm or s.fixed_norm for s in settings)
        return Block(
            part,
            settings,
            theta,
            grad,
            state,
            None if anchor is None else anchor[part],
            self.norm[part] if constrained else None,
        )

    def _anchor(self, initial: Callable[[int], NDArray[np.float32]]) -> Tensor | None:
        """Return what weight decay pulls each row to; None where that is zero throughout."""
        runs = [run for run, settings in enumerate(self.settings) if pulled_back(settings)]
        if not runs:
            return None
        whole = padded(self.like)
        anchor = torch.zeros(whole.shape, dtype=whole.dtype, device=whole.device)
        for run in runs:
            anchor[run, : self.like.shape[1]] = torch.from_numpy(initial(run))
        return anchor

    def _norm(self, initial: Callable[[int], NDArray[np.float32]]) -> Tensor:
        """Return the L2 norm that each row keeps, float64 (run, 1); 0 where it is free."""
        kept = [
            float(np.linalg.norm(initial(run).astype(np.float64)))
            if settings.keep_norm
            else settings.fixed_norm
            for run, settings in enumerate(self.settings)
        ]
        return torch.tensor(kept, dtype=torch.float64, device=self.like.device)[:, None]

    @abstractmethod
    def factors(self, settings: Optimizer, lr: float, t: int) -> tuple[float, ...]:
        """Return the numbers that `move` takes in update `t` of a run, the learning rate first."""

    @abstractmethod
    def move(self, block: Block, *factors: Tensor) -> None:
        """Decay weights, unless there is an anchor, and move, by arithmetic on columns."""

    @abstractmethod
    def call(self, fused: Callable[..., Any], block: Block, lr: float, t: int) -> None:
        """Do the same by torch's kernel, for a block of equal settings."""


def pulled_back(settings: Optimizer) -> bool:
    """Return whether weight decay pulls to the initial weights."""
    return settings.weight_decay_to == "initial" and settings.weight_decay > 0
