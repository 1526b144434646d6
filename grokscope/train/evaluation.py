"""Evaluation: losses and accuracies of several runs, each on its own examples."""

import math

import torch
from torch import Tensor

from grokscope.train.gradients.path import Path, Views

BLOCK = 256
"""Examples of a run per forward pass: few enough for its activations to stay in cache."""
TOGETHER = 2**20
"""Examples of all runs per forward pass on CUDA: enough to fill it, few enough for its memory."""


class Examined:
    """One part of the data of several runs, ready to be scored again and again.

    Parameters
    ----------
    inputs : Tensor, (run, example, ...)
    labels : Tensor of int64, (run, example)
    """

    def __init__(self, path: Path, inputs: Tensor, labels: Tensor) -> None:
        self.path = path
        self.count = labels.shape[1]
        self.blocks = []
        size = BLOCK if labels.device.type == "cpu" else max(TOGETHER // len(labels), BLOCK)
        for start in range(0, self.count, size):
            block = slice(start, start + size)
            batch = path.prepare(inputs[:, block], labels[:, block])
            self.blocks.append((batch, labels[:, block]))

    @torch.no_grad()
    def score(self, parameters: Views) -> tuple[Tensor, Tensor]:
        """Return mean loss and accuracy of each run, both float64 (run,), summed in float64."""
        runs, device = len(self.blocks[0][1]), self.blocks[0][1].device
        loss = torch.zeros(runs, dtype=torch.float64, device=device)
        right = torch.zeros(runs, dtype=torch.int64, device=device)
        for batch, labels in self.blocks:
            logits = self.path.logits(parameters, batch)
            loss += self.path.loss.each(logits, labels).double().sum(dim=1)
            if math.isfinite(self.path.loss.absent):
                logits = logits[..., : self.path.signature.n_classes]
            right += (logits.argmax(dim=2) == labels).sum(dim=1)
        return loss / self.count, right.double() / self.count
