"""Which checkpoints of a run to keep: policies of a few words, such as `log:20+events`."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from grokscope.errors import BadConfig

NEIGHBOURS = 2
"""Checkpoints kept after each chosen one: a speed at e needs that of e + f, an angle e + 2 f."""
AROUND = 3
"""Checkpoints kept before and after an event."""
FORMS = "every:N, log:N (per decade of epochs), events, events:N, first, last, joined by +"

Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Times:
    """When the checkpoints of a run were taken, and what happened in it."""

    steps: NDArray[np.int64]
    epochs: NDArray[np.float64]
    events: tuple[int, ...] = ()
    """Steps of its event times and of the turning points of its measures."""


@dataclass(frozen=True)
class Policy:
    """Rules that choose checkpoints; what any of them chooses is kept.

    First and last are kept in any case: what comes after the last could not follow on it.
    """

    text: str
    rules: tuple[Callable[[Times], Indices], ...]
    neighbours: int = NEIGHBOURS

    def keep(self, times: Times) -> Indices:
        """Return the indices of the checkpoints to keep, increasing; none where there are none."""
        count = times.steps.size
        if not count:
            return np.array([], np.int64)
        chosen = np.concatenate([[0, count - 1], *(rule(times) for rule in self.rules)])
        with_next = chosen[:, None] + np.arange(self.neighbours + 1)
        return np.unique(with_next[with_next < count]).astype(np.int64)


def parse_policy(text: str, neighbours: int = NEIGHBOURS) -> Policy:
    """Return the policy that a text means.

    Parameters
    ----------
    text : str
        Rules joined by `+` or `,`: `every:10` (one of ten), `log:20` (20 per decade of epochs),
        `events` or `events:5` (so many before and after each event), `first`, `last`.
    neighbours : int
        Checkpoints kept after each chosen one, so that speeds and angles can be computed there.

    Raises
    ------
    BadConfig
        If a rule is none of these.
    """
    words = [word.strip() for word in text.replace(",", "+").split("+")]
    rules = tuple(_rule(word, text) for word in words)
    return Policy("+".join(words), rules, neighbours)


def _rule(word: str, text: str) -> Callable[[Times], Indices]:
    name, colon, number = word.partition(":")
    if word in ("first", "last"):
        return _ends
    if word == "events":
        return partial(_events, AROUND)
    known = {"every": _every, "log": _log, "events": _events}
    if name not in known or not colon or not number.isascii() or not number.isdigit():
        raise BadConfig(f"{word!r:.40} of policy {text!r:.80} is no rule; accepted: {FORMS}")
    least = 0 if name == "events" else 1
    if not least <= int(number) <= 1_000_000:
        raise BadConfig(f"{word!r:.40}: a number from {least} to a million is accepted")
    return partial(known[name], int(number))


def _ends(times: Times) -> Indices:
    return np.array([0, times.steps.size - 1])


def _every(stride: int, times: Times) -> Indices:
    return np.arange(0, times.steps.size, stride)


def _log(count: int, times: Times) -> Indices:
    """Choose the checkpoints nearest to 10^(i / count) epochs, and all at epoch 0 or before."""
    later = np.flatnonzero(times.epochs > 0)
    if not later.size:
        return later
    logs = np.log10(times.epochs[later])
    grid = np.arange(math.floor(logs[0] * count), math.ceil(logs[-1] * count) + 1) / count
    return later[_nearest(logs, grid[(grid >= logs[0]) & (grid <= logs[-1])])]


def _events(around: int, times: Times) -> Indices:
    at = np.searchsorted(times.steps, np.array(times.events, np.int64))
    window = np.arange(-around, around + 1)
    return (at[:, None] + window).ravel().clip(0, times.steps.size - 1)


def _nearest(values: NDArray[np.float64], wanted: Iterable[float]) -> Indices:
    """Return which of the increasing `values` lies nearest to each of `wanted`."""
    targets = np.asarray(wanted, np.float64)
    right = np.searchsorted(values, targets).clip(0, values.size - 1)
    left = (right - 1).clip(0)
    closer = targets - values[left] < values[right] - targets
    return np.where(closer, left, right)
