"""Fisher measures: beside gradients of one sample at a time, in one process on one thread."""

import time

import numpy as np
import torch

from grokscope.config import preset
from grokscope.models.network import TorchNetwork
from grokscope.train.device import settle
from grokscope.train.ensemble import initial_state

SAMPLES = 256
PER_SAMPLE = 2
"""Samples whose gradients are taken one by one; the rest is extrapolated."""


def per_sample(module, inputs):
    """Return CPU seconds of the output Fisher diagonal by one backward pass per logit."""
    start = time.thread_time()
    for row in inputs:
        logits = module(row[None])[0]
        for logit in logits:
            torch.autograd.grad(logit, list(module.parameters()), retain_graph=True)
    return time.thread_time() - start


def figures():
    """Yield (name, value, unit, target) for each figure."""
    settle()
    one = preset("modadd-grok")
    split, theta = one.split(), initial_state(one).theta
    inputs, labels = split.test_inputs[:SAMPLES], split.test_labels[:SAMPLES]
    network = TorchNetwork(one.model, one.task.signature)
    module = one.model.module(one.task.signature)
    slow = per_sample(module, torch.from_numpy(inputs[:PER_SAMPLE])) * SAMPLES / PER_SAMPLE
    rows = np.stack([theta] * 8)
    times = {}
    for name, call in {
        "diagonal": lambda: network.fisher_diagonal(rows, inputs, labels, "output"),
        "full": lambda: network.gram(rows, np.stack([rows] * 3, 1), inputs, labels, "model"),
    }.items():
        tries = []
        for _ in range(4):
            start = time.thread_time()
            call()
            tries.append((time.thread_time() - start) / len(rows))
        times[name] = min(tries)
    yield (
        "Fisher diagonal, output, 256 inputs, 174,193 parameters",
        (1000 * times["diagonal"]),
        "ms",
        "",
    )
    yield "  beside per-sample gradients", slow / times["diagonal"], "x", ">= 80"
    yield "Fisher Gram of three tangents, full, model", 1000 * times["full"], "ms", ""
