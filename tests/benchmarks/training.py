"""Training: the ensemble engine beside a plain PyTorch loop, in one process on one thread."""

import tempfile
import time
from pathlib import Path

import torch

from grokscope.config import override, preset
from grokscope.train.device import settle
from grokscope.train.ensemble import Ensemble, initial_state
from grokscope.train.plan import plan
from grokscope.train.session import train

CPU = torch.device("cpu")
EPOCHS = 5
RECORDED = (100, 400)
"""Epochs of a shorter and a longer session, whose difference has no beginning and no end in it."""
FULL_BATCH = ("batch_size=0", "train_fraction=0.3", "evaluate_every=10", "interval=100")


def plain(one, fused):
    """Return an epoch of the loop that anyone would write, as a callable."""
    split = one.split()
    module = one.model.module(one.task.signature)
    settings = one.optimizer
    optimiser = torch.optim.Adam(
        module.parameters(), lr=settings.lr, weight_decay=settings.weight_decay, fused=fused
    )
    inputs, labels = torch.from_numpy(split.train_inputs), torch.from_numpy(split.train_labels)
    x = torch.nn.functional.one_hot(inputs, one.task.p).flatten(1).float()

    def epoch():
        for start in range(0, len(labels), one.training.batch_size):
            batch = slice(start, start + one.training.batch_size)
            optimiser.zero_grad()
            torch.nn.functional.cross_entropy(module(x[batch]), labels[batch]).backward()
            optimiser.step()

    return epoch


def engine(runs, path=None):
    """Return an epoch of an ensemble, as a callable."""
    states = [initial_state(one) for one in runs]
    return Ensemble(runs, [one.split() for one in runs], states, CPU, 1, path).advance


def best(epochs):
    """Return the least CPU seconds of each callable, tried in turn."""
    times = {name: [] for name in epochs}
    for _ in range(EPOCHS):
        for name, epoch in epochs.items():
            start = time.thread_time()
            epoch()
            times[name].append(time.thread_time() - start)
    return {name: min(each) for name, each in times.items()}


def recorded(epochs):
    """Return the CPU seconds of a session, writing thread included, and of its steps alone."""
    one = override(preset("modadd-grok"), [*FULL_BATCH, f"epochs={epochs}", "dense_until=10000"])
    with tempfile.TemporaryDirectory() as store:
        plans = plan([one], Path(store))
        start = time.process_time()
        train(plans, Path(store), device="cpu", chunk=1, notify=print)
        whole = time.process_time() - start
    ensemble = Ensemble([one], [one.split()], [initial_state(one)], CPU, 1)
    start = time.process_time()
    for epoch in range(1, epochs + 1):
        ensemble.advance()
        if epoch % one.record.evaluate_every == 0:
            ensemble.evaluate()
    return whole, time.process_time() - start


def recording_share():
    """Return the part that recording adds to the CPU time of full-batch steps at P = 113."""
    short, long = ([recorded(epochs) for _ in range(3)] for epochs in RECORDED)
    whole, alone = (min(t[i] for t in long) - min(t[i] for t in short) for i in range(2))
    return whole / alone - 1


def figures():
    """Yield (name, value, unit, target) for each figure."""
    settle()
    one = preset("modadd-grok")
    eight = [override(one, [f"seed={seed}"]) for seed in range(8)]
    found = best(
        {
            "plain": plain(one, fused=False),
            "plain fused": plain(one, fused=True),
            **{path: engine([one], path) for path in ("dense", "autograd")},
            "eight": engine(eight),
        }
    )
    reference = min(found["plain"], found["plain fused"])
    yield "plain loop, modadd-*, batch 64", 1000 * reference, "ms/epoch", ""
    yield "  engine, 1 run, beside the plain loop", reference / found["dense"], "x", ""
    yield "  engine, 8 runs, beside the plain loop", 8 * reference / found["eight"], "x", ""
    yield "  by hand, beside autograd", found["autograd"] / found["dense"], "x", "> 1"
    share = 100 * recording_share()
    yield "curves every 10, checkpoints every 100 full-batch steps", share, "%", "<= 3"
