"""Pruning: test accuracy of the P = 113 MLP at 101 fractions, on one thread."""

import time

import numpy as np

from grokscope.config import preset
from grokscope.models.network import TorchNetwork
from grokscope.pruning import accuracies, places
from grokscope.train.ensemble import initial_state

ROUNDS = 5


def figures():
    """Yield (name, value, unit, target) for each figure."""
    one = preset("modadd-grok")
    split, row = one.split(), initial_state(one).theta
    network = TorchNetwork(one.model, one.task.signature)
    place, shares = places(network.layout, np.abs(row), "layer"), np.linspace(0, 1, 101)
    best = np.inf
    for _ in range(ROUNDS):
        start = time.process_time()
        accuracies(network, row, place, shares, split.test_inputs, split.test_labels)
        best = min(best, time.process_time() - start)
    yield "test accuracy at 101 fractions pruned, P = 113", best, "CPU-s", "1.2"
