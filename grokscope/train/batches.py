"""Batches: an ensemble's training data on the device, in the order each run sees it."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from grokscope.config import Experiment
from grokscope.kinds import Split


class Batches:
    """Training examples of every run, cut into minibatches in that run's own order.

    Where an experiment does not shuffle, its order is drawn once, from the order seed; where it
    does, each epoch's order is drawn from the order seed and the epoch's number, so that an
    order never depends on how often training was resumed.
    """

    def __init__(
        self, experiments: Sequence[Experiment], splits: Sequence[Split], device: torch.device
    ) -> None:
        self.experiments = experiments
        self.inputs = stack([s.train_inputs for s in splits], device)
        self.labels = stack([s.train_labels for s in splits], device)
        self.size = experiments[0].training.batch_size or self.labels.shape[1]
        self.shuffle = experiments[0].training.shuffle
        self.ordered: tuple[Tensor, Tensor] | None = None

    def __len__(self) -> int:
        return -(-self.labels.shape[1] // self.size)

    def epoch(self, number: int, orders: Tensor | None = None) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield inputs (run, example, ...) and labels (run, example) of one epoch, from 0.

        Parameters
        ----------
        orders : Tensor of int64, (run, example), optional
            What `orders` gives for the epoch, where it is on the device already.
        """
        if self.shuffle or self.ordered is None:
            self.ordered = self._arrange(self.orders(number) if orders is None else orders)
        inputs, labels = self.ordered
        for start in range(0, labels.shape[1], self.size):
            yield inputs[:, start : start + self.size], labels[:, start : start + self.size]

    def orders(self, number: int) -> Tensor:
        """Return each run's order of examples in an epoch, in the host's memory, (run, example)."""
        n = self.labels.shape[1]
        key = (number,) if self.shuffle else ()
        orders = [e.seed.rng("order", *key).permutation(n) for e in self.experiments]
        return torch.from_numpy(np.stack(orders))

    def _arrange(self, orders: Tensor) -> tuple[Tensor, Tensor]:
        run = torch.arange(len(orders), device=self.labels.device)[:, None]
        index = orders.to(self.labels.device)
        return self.inputs[run, index], self.labels[run, index]


def stack(arrays: Sequence[np.ndarray], device: torch.device) -> Tensor:
    """Return equally shaped arrays as one tensor with a leading run axis."""
    return torch.from_numpy(np.stack(arrays)).to(device)
