"""Ising lattices: sampling as many as the paper has, and training its network beside plain PyTorch.

All times are of the CPU, on one thread.
"""

import time

import numpy as np
import torch
from torch.nn import functional as F

from grokscope.config import preset
from grokscope.lattice import CRITICAL_TEMPERATURE, sample
from grokscope.train.device import settle
from grokscope.train.ensemble import Ensemble, initial_state

TEMPERATURES, EACH = 5, 1000
"""A tenth of the paper's data set, from the same range."""
ROUNDS = 5
EPOCHS = 20


def sampling(update):
    """Return the CPU seconds that 50,000 lattices of 16² take with 100 sweeps."""
    start = time.process_time()
    for temperature in np.linspace(-1, 1, TEMPERATURES) + CRITICAL_TEMPERATURE:
        rng = np.random.default_rng(0)
        sample(rng, count=EACH, size=16, temperature=temperature, sweeps=100, update=update)
    return (time.process_time() - start) * 50_000 / (TEMPERATURES * EACH)


def plain(one, split, fused):
    """Return a function that trains the plain module for some epochs."""
    module = one.model.module(one.task.signature)
    optimiser = torch.optim.Adam(module.parameters(), lr=1e-4, weight_decay=0.1, fused=fused)
    x, y = torch.tensor(split.train_inputs), torch.tensor(split.train_labels)

    def epochs():
        for _ in range(EPOCHS):
            optimiser.zero_grad()
            F.cross_entropy(module(x), y).backward()
            optimiser.step()

    return epochs


def ours(one, split):
    """Return a function that trains an ensemble of one run for as many epochs."""
    ensemble = Ensemble([one], [split], [initial_state(one)], torch.device("cpu"), chunk=1)

    def epochs():
        for _ in range(EPOCHS):
            ensemble.advance()

    return epochs


def figures():
    """Yield (name, value, unit, target) for each figure."""
    settle()
    for update in ("checkerboard", "random"):
        name = f"50,000 lattices of 16 x 16, 100 sweeps, {update}"
        yield name, min(sampling(update) for _ in range(3)), "CPU-s", "30"
    one = preset("ising-grok")
    split = one.split()
    calls = [ours(one, split), plain(one, split, False), plain(one, split, True)]
    best = [np.inf] * len(calls)
    for _ in range(ROUNDS):
        for i, call in enumerate(calls):
            start = time.thread_time()
            call()
            best[i] = min(best[i], time.thread_time() - start)
    own, *others = best
    yield "Ising network, full batch, an epoch", 1e3 * own / EPOCHS, "CPU-ms", ""
    yield "the same, beside the faster plain loop", min(others) / own, "x", "> 1"
