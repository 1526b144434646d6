"""Ensembles: many small networks at once, beside what people write without the engine."""

import time
import warnings
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional as F
from torch.nn.attention import SDPBackend, sdpa_kernel

from grokscope.config import Experiment
from grokscope.kinds import Features, Signature, Split, Task
from grokscope.train.device import settle
from grokscope.train.ensemble import Ensemble, initial_state

CPU = torch.device("cpu")
SECONDS = 2.0
"""For which each of the compared loops is tried, at least."""


@dataclass(frozen=True, kw_only=True)
class Pictures(Task):
    """Random pictures of two kinds, of the size of an Ising lattice of 16 x 16 spins."""

    name = "pictures"
    summary = "random"
    source = "benchmark"
    time_unit = "epoch"
    count: int = 100

    @property
    def signature(self):
        """Return 256 features to one of two labels."""
        return Signature(Features((256,)), 2)

    @property
    def n_train(self):
        """Return how many pictures are trained on."""
        return self.count

    def split(self, rng):
        """Return random pictures and labels."""
        pictures = rng.standard_normal((2 * self.count, 256)).astype(np.float32)
        labels = rng.integers(0, 2, 2 * self.count)
        n = self.count
        return Split(pictures[:n], labels[:n], pictures[n:], labels[n:])


def experiment(seed, p, width, decay=1.0):
    """Return a full-batch AdamW run of one hidden layer on 30 % of the table modulo p."""
    return Experiment.from_config(
        {
            "name": "bench",
            "seed": seed,
            "task": {"name": "modular_addition", "p": p, "train_fraction": 0.3},
            "model": {"name": "mlp", "hidden": [width]},
            "optimizer": {"name": "adamw", "lr": 1e-3, "weight_decay": decay},
        }
    )


def pictures(seed):
    """Return a full-batch AdamW run of an MLP on 100 pictures of 256 numbers."""
    one = experiment(seed, 13, 100)
    return Experiment(
        name="bench", task=Pictures(), model=one.model, optimizer=one.optimizer, seed=one.seed
    )


def examples(one):
    """Return a run's training data as a plain loop has it: vectors and labels."""
    split = one.split()
    inputs, labels = torch.from_numpy(split.train_inputs), torch.from_numpy(split.train_labels)
    if one.model.name == "mlp" and not inputs.is_floating_point():
        inputs = F.one_hot(inputs, one.task.signature.inputs.vocabulary).flatten(1).float()
    return inputs, labels


def plain(one, fused=False, compiled=False):
    """Return a step of the loop that anyone would write, as a callable."""
    x, labels = examples(one)
    module = one.model.module(one.task.signature)
    settings = one.optimizer
    optimiser = torch.optim.AdamW(
        module.parameters(), lr=settings.lr, weight_decay=settings.weight_decay, fused=fused
    )

    def loss():
        return F.cross_entropy(module(x), labels)

    taken = torch.compile(loss) if compiled else loss

    def step():
        optimiser.zero_grad()
        value = taken()
        value.backward()
        optimiser.step()
        return value.item()

    return step


def vmapped(runs):
    """Return a step of all runs through torch.func.vmap and AdamW on stacked parameters."""
    modules = [one.model.module(one.task.signature) for one in runs]
    stacked, _ = torch.func.stack_module_state(modules)
    stacked = {name: p.detach().requires_grad_() for name, p in stacked.items()}
    x, labels = (torch.stack(each) for each in zip(*map(examples, runs), strict=True))
    settings = runs[0].optimizer
    optimiser = torch.optim.AdamW(
        stacked.values(), lr=settings.lr, weight_decay=settings.weight_decay, fused=True
    )

    def loss(parameters, x, labels):
        return F.cross_entropy(torch.func.functional_call(modules[0], parameters, (x,)), labels)

    def step():
        optimiser.zero_grad()
        with sdpa_kernel(SDPBackend.MATH):  # of attention's kernels only this one can be mapped
            torch.func.vmap(loss)(stacked, x, labels).sum().backward()
        optimiser.step()

    return step


def engine(runs, chunk):
    """Return a step of an ensemble, as a callable."""
    states, splits = [initial_state(one) for one in runs], [one.split() for one in runs]
    return Ensemble(runs, splits, states, CPU, chunk).advance


def best(steps):
    """Return the least CPU seconds of a call of each, tried in turn for some seconds."""
    for step in steps.values():
        step()
    times = dict.fromkeys(steps, float("inf"))
    began = time.perf_counter()
    while time.perf_counter() - began < SECONDS * len(steps):
        for name, step in steps.items():
            start = time.thread_time()
            step()
            times[name] = min(times[name], time.thread_time() - start)
    return times


def peak():
    """Return the floating point operations a second of a large matrix product."""
    a, b, out = (torch.randn(1024, 1024) for _ in range(3))
    return 2 * 1024**3 / best({"product": lambda: torch.mm(a, b, out=out)})["product"]


def beside(title, runs, chunk, target, work=0, wanted=""):
    """Yield the ratio to the faster plain loop, and to what else people may try.

    `work` is what a step of a run takes in floating point operations, `wanted` what share of the
    peak is aimed at.
    """
    one, count = runs[0], len(runs)
    steps = {
        "engine": engine(runs, chunk),
        "plain": plain(one),
        "plain fused": plain(one, fused=True),
        "vmap": vmapped(runs),
    }
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            steps["compiled"] = plain(one, fused=True, compiled=True)
            steps["compiled"]()
    except Exception as error:  # no compiler here, or a Python that it does not know
        print(f"torch.compile: {type(error).__name__}")
        del steps["compiled"]
    found = best(steps)
    ours = found["engine"] / count
    yield title, min(found["plain"], found["plain fused"]) / ours, "x", target
    if "compiled" in found:
        yield "  beside it under torch.compile", found["compiled"] / ours, "x", ""
    yield "  beside torch.func.vmap", found["vmap"] / count / ours, "x", ""
    if work:
        yield "  of the peak of a matrix product", 100 * work / ours / peak(), "%", wanted


def figures():
    """Yield (name, value, unit, target) for each figure."""
    settle()
    for p, width, count, chunk, target in (
        (113, 512, 1, 1, ">= 1.8"),
        (31, 128, 8, 8, ">= 2.8"),
        (13, 64, 16, 16, ">= 6"),
    ):
        runs = [experiment(seed, p, width) for seed in range(count)]
        title = f"MLP P={p} H={width}, full batch, {count} runs, beside a plain loop"
        work, wanted = 6 * runs[0].task.n_train * width * p, ">= 45" if p == 113 else ""
        yield from beside(title, runs, chunk, target, work, wanted)
    runs = [pictures(seed) for seed in range(64)]
    yield from beside("MLP 256-100-2, batch 100, 64 runs, beside a plain loop", runs, 64, ">= 3")
