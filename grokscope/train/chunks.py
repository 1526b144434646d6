"""Chunks: how many runs of an ensemble advance per kernel, found by a short trial."""

import contextlib
import time
from collections.abc import Callable

import torch

from grokscope.errors import BadConfig

ENOUGH = 1.0
"""Seconds after which no larger chunk is tried."""
REPEATS = 3
"""Times that each is tried; the quickest counts."""
WORTH = 0.95
"""Share of the time per run that a larger chunk may take at most to be preferred."""


def choose(
    runs: int, device: torch.device, before: object, first: Callable[[int], Callable[[], None]]
) -> int:
    """Return how many runs should advance per kernel.

    On CUDA all, which is what fills it, or as many as fit into its memory. On the CPU small
    networks gain from company, and large ones are best alone, where they stay in cache; a run's
    numbers do not depend on it there.

    Parameters
    ----------
    runs : int
        Runs that train together.
    before : object
        What was chosen when these runs were trained before, where they were.
    first : callable
        Given a number, returns an epoch of so many of the runs at once, on copies of them; on
        CUDA of all of them, so many at once.

    Raises
    ------
    BadConfig
        If the runs do not fit into the device's memory, however few advance at once.
    """
    known = min(before, runs) if isinstance(before, int) and before > 0 else None
    if device.type != "cpu":
        return _fitting(known or runs, runs, device, first)
    if known or runs == 1:
        return known or runs
    began = time.perf_counter()
    best, least = 1, _seconds(first(1))
    size = 2
    while size < 2 * runs and time.perf_counter() - began < ENOUGH:
        together = min(size, runs)
        taken = _seconds(first(together)) / together
        if taken < WORTH * least:
            best, least = together, taken
        elif size > 4 * best:
            break
        size *= 2
    return best


def _fitting(
    most: int, runs: int, device: torch.device, first: Callable[[int], Callable[[], None]]
) -> int:
    """Return how many runs fit into a device's memory at once: `most`, or a half, a quarter, ..."""
    size = most
    while size:
        with contextlib.suppress(torch.OutOfMemoryError):
            first(size)()
            return size
        size //= 2
    raise too_large(runs, device, "however few advance at once")


def too_large(runs: int, device: torch.device, how: str) -> BadConfig:
    """Return the refusal of runs whose training takes more memory than their device has.

    Parameters
    ----------
    how : str
        What was tried, or comes beside.
    """
    told = f"{runs} runs do" if runs > 1 else "the run does"
    return BadConfig(
        f"{told} not fit into the memory of {device}, {how}; train fewer of them at once, or a"
        " smaller model"
    )


def _seconds(epoch: Callable[[], None]) -> float:
    taken = []
    for _ in range(REPEATS):
        start = time.thread_time()
        epoch()
        taken.append(time.thread_time() - start)
    return min(taken)
