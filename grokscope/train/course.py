"""Course: how an ensemble goes on, and what is seen of it on the way."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from grokscope.store.schema import Attribute
from grokscope.train.early import EarlyEnd
from grokscope.train.ensemble import Ensemble, State


class View(Protocol):
    """What can be seen of an ensemble at one epoch; the ensemble itself is the view of now."""

    @property
    def epoch(self) -> int:
        """Completed passes over the training set."""
        ...

    @property
    def step(self) -> int:
        """Completed optimiser updates."""
        ...

    def evaluate(self) -> list[dict[str, float]]:
        """Return each run's metrics, where the epoch is one that is evaluated."""
        ...

    def weights(self, run: int) -> NDArray[np.float32]:
        """Return a copy of one run's parameters, where they are due or it has just ended early."""
        ...

    def state(self, run: int) -> State:
        """Return where one run stands, if that is now or it has just ended early."""
        ...


@dataclass(frozen=True)
class Due:
    """What is to be seen of the epochs to come."""

    epochs: int
    """The last one."""
    every: int
    """Epochs between evaluations."""
    weights: Callable[[int], bool]
    """Whether some run's parameters are wanted at an epoch."""
    early: Sequence[EarlyEnd]
    """What each run of the ensemble may end early by."""

    def evaluated(self, epoch: int) -> bool:
        """Return whether metrics are wanted at an epoch."""
        return epoch % self.every == 0 or epoch == self.epochs


class Course:
    """Trains an ensemble epoch by epoch, each of which is seen before the next begins."""

    late = False
    """Whether it goes on before what it did was seen."""

    def __init__(self, ensemble: Ensemble, due: Due) -> None:
        self.ensemble = ensemble
        self.due = due

    @property
    def told(self) -> dict[str, Attribute]:
        """How it went so far, as attributes of its runs."""
        return {}

    def advance(self) -> Iterable[View]:
        """Go on, and yield what can be seen by now, oldest first."""
        self.ensemble.advance()
        yield self.ensemble

    def rest(self) -> Iterable[View]:
        """Yield what has not been seen yet, up to where the ensemble stands."""
        return ()


Pace = Callable[[Ensemble, Due], Course]
"""Gives an ensemble its course."""
