"""Sightings: events of one run, found while it trains, one evaluation or epoch at a time."""

import math
from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from grokscope.events import HOLD, TOLERANCE, Moment, Yardstick

SPIKE = 10.0
"""Times the median of losses before it that a train loss is at least in a spike."""
SPIKE_FLOOR = 1e-2
"""Train loss below which there is no spike: a rise from nothing to next to nothing."""
SPIKE_PAST = 200
"""Evaluations that the median is taken over, and within which two spikes count as one."""
SPIKE_LEAST = 10
"""Evaluations before which there is no spike."""
SMOOTH = 5
"""Epochs over which the log of the speed is averaged, as by `extrema.speed_extrema`."""


@dataclass(frozen=True)
class Sighting:
    """An event that was found, perhaps some evaluations after it happened."""

    event: str
    at: Moment


class Crossings:
    """Finds t_train, t_test and t_lost as `events.ceiling` does, once each.

    What holds from the first evaluation on happened before it, and is not seen to happen.
    """

    def __init__(self, yardstick: Yardstick) -> None:
        self.train_at = (1 - TOLERANCE) * yardstick.train_ceiling
        self.test_at = (1 - TOLERANCE) * yardstick.test_ceiling
        self.found: set[str] = set()
        self._held: dict[str, list[Moment]] = {}
        self._first: Moment | None = None

    def evaluated(self, at: Moment, metrics: Mapping[str, float]) -> list[Sighting]:
        """Return what an evaluation shows to have happened."""
        self._first = self._first or at
        holds = {
            "t_train": metrics["train_accuracy"] >= self.train_at,
            "t_test": metrics["test_accuracy"] >= self.test_at,
        }
        if "t_test" in self.found:
            holds["t_lost"] = metrics["test_accuracy"] < self.test_at
        settled = [name for name, now in holds.items() if self._settles(name, now, at)]
        began = ((name, self._held[name][0]) for name in settled)
        return [Sighting(name, moment) for name, moment in began if moment != self._first]

    def _settles(self, name: str, now: bool, at: Moment) -> bool:
        """Return whether a condition has held just long enough, for the first time."""
        self._held[name] = [*self._held.get(name, []), at][-HOLD:] if now else []
        if name in self.found or len(self._held[name]) < HOLD:
            return False
        self.found.add(name)
        return True


class Spikes:
    """Finds spikes of the train loss.

    A spike is a loss of at least 10 times the median of the last 200 evaluations, and of at least
    0.01; what follows within as many evaluations belongs to it. Such spikes open the cycles of
    the slingshot (arXiv:2206.04817), which gives no threshold: this one is ours.
    """

    def __init__(self) -> None:
        self._past: deque[float] = deque(maxlen=SPIKE_PAST)
        self._quiet = 0

    def evaluated(self, at: Moment, loss: float) -> list[Sighting]:
        """Return what an evaluation shows to have happened."""
        spike = len(self._past) >= SPIKE_LEAST and loss >= SPIKE_FLOOR
        # a median takes longer than to see that most losses are too small
        spike = spike and loss >= SPIKE * min(self._past)
        spike = spike and loss >= SPIKE * float(np.median(self._past))
        first = spike and not self._quiet
        self._quiet = SPIKE_PAST if spike else max(self._quiet - 1, 0)
        self._past.append(loss)
        return [Sighting("spike", at)] if first else []


class Turns:
    """Finds where the speed first bottoms out and where it next peaks, once each.

    It is `extrema.speed_extrema` of the length of each epoch's step in the space of parameters,
    found as early as that can be known.

    Parameters
    ----------
    known : collection of str
        Which of the two were found before; what is sought is sought from here on.
    """

    def __init__(self, known: Collection[str] = ()) -> None:
        self._wanted = [name for name in ("speed_min", "speed_max") if name not in known]
        self._logs: deque[float] = deque(maxlen=SMOOTH)
        self._at: deque[Moment] = deque(maxlen=SMOOTH // 2 + 2)
        self._means: deque[float] = deque(maxlen=3)

    def moved(self, at: Moment, speed: float) -> list[Sighting]:
        """Return what the step to an epoch shows to have happened."""
        self._logs.append(math.log(speed) if 0 < speed < math.inf else math.nan)
        self._at.append(at)
        if len(self._logs) < SMOOTH or not self._wanted:
            return []
        self._means.append(sum(self._logs) / SMOOTH)
        if len(self._means) < 3:
            return []
        sign = -1 if self._wanted[0] == "speed_min" else 1
        before, turn, after = (sign * mean for mean in self._means)
        if not (turn > before and after <= turn):
            return []
        return [Sighting(self._wanted.pop(0), self._at[0])]
