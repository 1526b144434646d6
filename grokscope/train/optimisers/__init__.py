"""Optimisers: update rules on flat [run, parameter] buffers, with hyperparameters per run.

The rules equal `torch.optim.SGD`, `Adam` and `AdamW` of the same settings. Which kernel ran is
part of what decides the numbers, and so `kernel` is recorded.
"""

from grokscope.train.optimisers.adam import Adam, AdamW
from grokscope.train.optimisers.rows import RowOptimiser
from grokscope.train.optimisers.sgd import SGD

__all__ = ["OPTIMISERS", "RowOptimiser"]

OPTIMISERS: dict[str, type[RowOptimiser]] = {"sgd": SGD, "adam": Adam, "adamw": AdamW}
