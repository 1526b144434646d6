"""A short trial: how long an epoch of one run takes in this process, before any run begins."""

import time
from dataclasses import replace

from grokscope.config import Experiment
from grokscope.models.device import choose
from grokscope.train import device as devices
from grokscope.train.admission import memory_told
from grokscope.train.ensemble import Ensemble, initial_state

ENOUGH = 0.5
"""Seconds after which a trial ends."""
LEAST = 3
"""Epochs of it where they are short; the first one, which warms up, does not count."""


def seconds_per_epoch(experiment: Experiment, device: str) -> float:
    """Return the seconds that an epoch and its share of an evaluation take, for one run alone.

    Raises
    ------
    NoDevice, BadConfig
        If there is no such device, or not enough memory.
    """
    devices.settle()
    target = choose(device)
    experiment = replace(experiment, task=experiment.task.stand_in())
    with memory_told(experiment):
        split, state = experiment.split(), initial_state(experiment)
        ensemble = Ensemble([experiment], [split], [state], target, chunk=1)
    began = time.perf_counter()
    taken: list[float] = []
    while not taken or (len(taken) < LEAST and time.perf_counter() - began < ENOUGH):
        start = time.perf_counter()
        ensemble.advance()
        trained = time.perf_counter()
        ensemble.evaluate()
        evaluated = time.perf_counter() - trained
        taken.append(trained - start + evaluated / experiment.record.evaluate_every)
    return min(taken)
