"""Fisher measures: beside per-sample gradients and torch's own tangents, on one thread.

All times are of the CPU and for one checkpoint of the P = 113 MLP, 174,193 parameters. Speed and
cosine need two tangents at a checkpoint: the step that arrives and the step that leaves.
"""

import time

import numpy as np
import torch
from torch.nn import functional as F

from grokscope.config import preset
from grokscope.models.network import TorchNetwork
from grokscope.train.device import settle
from grokscope.train.ensemble import initial_state

SAMPLES = 256
"""Inputs of the diagonal metric, as many as the measures draw by default."""
PER_SAMPLE = 128
"""Samples whose gradients `vmap(grad)` takes; the rest is extrapolated."""
ROUNDS = 6


def per_sample(network, row, inputs, labels):
    """Return one gradient of log-probability per sample, (sample, parameter)."""

    def surprise(theta, one, label):
        return F.cross_entropy(network._forward(theta[None], one[None])[0], label[None])

    gradient = torch.func.vmap(torch.func.grad(surprise), (None, 0, 0), chunk_size=64)
    return gradient(torch.from_numpy(row), torch.from_numpy(inputs), torch.from_numpy(labels))


def interleaved(calls):
    """Return least CPU seconds of each call, tried in turn so that all meet the same machine."""
    best = dict.fromkeys(calls, np.inf)
    for _ in range(ROUNDS):
        for name, call in calls.items():
            start = time.thread_time()
            call()
            best[name] = min(best[name], time.thread_time() - start)
    return best


def figures():
    """Yield (name, value, unit, target) for each figure."""
    settle()
    one = preset("modadd-grok")
    split, theta = one.split(), initial_state(one).theta
    inputs = np.concatenate([split.train_inputs, split.test_inputs])
    labels = np.concatenate([split.train_labels, split.test_labels])
    network = TorchNetwork(one.model, one.task.signature)
    rng = np.random.default_rng(0)
    rows, few = theta[None], (inputs[:SAMPLES], labels[:SAMPLES])
    steps = 0.01 * rng.standard_normal((1, 2, len(theta)), np.float32)
    times = interleaved(
        {
            "gradients": lambda: per_sample(
                network, theta, inputs[:PER_SAMPLE], labels[:PER_SAMPLE]
            ),
            "traced": lambda: network.traced_gram(rows, steps, inputs, labels, "model"),
            "full": lambda: network.gram(rows, steps, inputs, labels, "model"),
            "traced output": lambda: network.traced_gram(rows, steps, inputs, labels, "output"),
            "full output": lambda: network.gram(rows, steps, inputs, labels, "output"),
            "diagonal": lambda: network.fisher_diagonal(rows, *few, "output"),
            "diagonal of all": lambda: network.fisher_diagonal(rows, inputs, labels, "output"),
        }
    )
    a_sample = times["gradients"] / PER_SAMPLE
    all_samples = a_sample * len(labels)
    yield (
        f"per-sample gradients, {len(labels):,} inputs (vmap(grad), from {PER_SAMPLE})",
        1000 * all_samples,
        "ms",
        "",
    )
    for score, suffix in (("model", ""), ("output", " output")):
        full, traced = times["full" + suffix], times["traced" + suffix]
        yield f"Fisher speed and cosine, {score}/full, all inputs", 1000 * full, "ms", ""
        yield "  beside per-sample gradients", all_samples / full, "x", ">= 80"
        yield "  beside jvp by torch.func", traced / full, "x", ">= 2"
    # one gradient per logit is what output's diagonal takes without a closed form
    by_logit = a_sample * one.task.signature.n_classes
    for name, count in (("diagonal", SAMPLES), ("diagonal of all", len(labels))):
        yield f"Fisher diagonal, output, {count:,} inputs", 1000 * times[name], "ms", ""
        yield "  beside per-sample gradients", by_logit * count / times[name], "x", ">= 80"
