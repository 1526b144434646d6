"""Events and regime: when a run learned, and what kind of learning that was, from its curves.

Everything here reads raw evaluations, never smoothed or thinned ones, and is used alike by
training, the recorder, measures and the explorer. Whoever lists what was found before needs no
arrays, so that numpy is imported where events are looked for.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from grokscope.errors import Unreadable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

HOLD = 3
"""Evaluations in a row that make a crossing an event."""
TOLERANCE = 0.05
"""Allowed shortfall from a ceiling, as a fraction of it."""
SIGMAS = 3
"""How far above chance test accuracy must stand to count as more than luck."""

Regime = Literal["grokking", "steady", "partial", "memorised", "untrained"]


@dataclass(frozen=True)
class Yardstick:
    """What a task's accuracies are held against."""

    chance: float
    """Test accuracy of guessing, in [0, 1]."""
    n_test: int
    """Number of test examples; sets the width of chance."""
    train_ceiling: float = 1.0
    test_ceiling: float = 1.0
    """Best accuracies that can be reached, in (0, 1]."""
    time_unit: Literal["epoch", "step"] = "epoch"
    """What times are told in."""

    @property
    def luck(self) -> float:
        """Highest test accuracy that guessing explains: chance + 3 sigma of a binomial share."""
        sigma = math.sqrt(self.chance * (1 - self.chance) / max(self.n_test, 1))
        return self.chance + SIGMAS * sigma

    @classmethod
    def from_attrs(cls, attrs: Mapping[Any, Any]) -> "Yardstick":
        """Return the yardstick that a run's attributes hold.

        Raises
        ------
        Unreadable
            If they hold none.
        """
        try:
            names = ("chance", "train_ceiling", "test_ceiling")
            chance, train, test = (float(attrs[name]) for name in names)
            unit: Literal["epoch", "step"] = "step" if attrs.get("time_unit") == "step" else "epoch"
            return cls(chance, int(attrs["n_test"]), train, test, unit)
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            told = f"run {attrs.get('run_id', '')!r} does not say what it is held against"
            raise Unreadable(told) from error


@dataclass(frozen=True)
class Curves:
    """One run's evaluations, all of the same length; `step` strictly increasing."""

    step: "NDArray[np.int64]"
    epoch: "NDArray[np.float64]"
    train_accuracy: "NDArray[np.floating]"
    test_accuracy: "NDArray[np.floating]"


@dataclass(frozen=True)
class Moment:
    """An evaluation at which something happened."""

    step: int
    epoch: float

    def told_in(self, unit: str) -> float:
        """Return the moment as a number of steps or epochs."""
        return float(self.step if unit == "step" else self.epoch)


@dataclass(frozen=True)
class Outcome:
    """A run's event times and regime by one named rule, with all that the rule looked at."""

    rule: str
    regime: Regime | None
    """None while the run may still change it, and where what was seen cannot tell it."""
    time_unit: str
    train: Moment | None
    """When train accuracy was reached; None where it was not."""
    test: Moment | None
    lost: Moment | None
    """When test accuracy fell below its threshold again."""
    train_threshold: float
    test_threshold: float
    train_maximum: float
    test_maximum: float
    luck: float
    last: Moment | None
    """The newest evaluation: what a missing time is censored at, on the right."""
    first: Moment | None = None
    """The oldest one: a time that is found there is censored on the left, an upper bound. None
    where it is not known."""

    @property
    def t_train(self) -> float | None:
        """Time of fitting the training set, in `time_unit`; see `before`."""
        return None if self.train is None else self.train.told_in(self.time_unit)

    @property
    def t_test(self) -> float | None:
        """Time of generalising, in `time_unit`; see `before`."""
        return None if self.test is None else self.test.told_in(self.time_unit)

    @property
    def t_lost(self) -> float | None:
        """Time of losing test accuracy again, in `time_unit`."""
        return None if self.lost is None else self.lost.told_in(self.time_unit)

    @property
    def t_grok(self) -> float | None:
        """Lag of generalising behind fitting, t_test − t_train; negative where test came first.

        None where a time is censored, on either side.
        """
        if self.t_train is None or self.t_test is None or self.censored:
            return None
        return self.t_test - self.t_train

    def before(self, event: Literal["train", "test"]) -> bool:
        """Return whether an event lies before what was evaluated, its time an upper bound.

        So it is in a fork of a run that had learned, and in a log that begins late.
        """
        moment = getattr(self, event)
        return moment is not None and moment == self.first

    @property
    def censored(self) -> bool:
        """Whether a time was not seen: evaluations began after it, or ended before it."""
        seen = self.train is not None and self.test is not None
        return not seen or self.before("train") or self.before("test")

    @property
    def lagging(self) -> Regime | None:
        """The word that both times give, whatever one that was not seen may have been.

        None where they give none: one is missing, or is an upper bound that leaves both open.
        """
        if self.t_train is None or self.t_test is None:
            return None
        if self.before("test"):
            return None if self.before("train") else "steady"
        if self.t_test - self.t_train > self.t_train:
            return "grokking"
        return None if self.before("train") else "steady"

    def as_json(self) -> dict[str, Any]:
        """Return fields and derived times as JSON values."""
        times = {name: getattr(self, name) for name in ("t_train", "t_test", "t_grok", "t_lost")}
        return asdict(self) | times | {"censored": self.censored}


def first_held(holds: "ArrayLike", count: int = HOLD) -> int | None:
    """Return the first index from which `holds` is true `count` times in a row, or None."""
    import numpy as np

    holds = np.asarray(holds, bool)
    if holds.size < count:
        return None
    runs = np.lib.stride_tricks.sliding_window_view(holds, count).all(axis=1)
    return int(runs.argmax()) if runs.any() else None


def ceiling(curves: Curves, yardstick: Yardstick, ended: bool) -> Outcome:
    """Return the outcome against the task's known ceilings: the default rule.

    A time is the first evaluation at which accuracy is within 5 % of its ceiling and stays so
    for three evaluations in a row. In words, in this order: `untrained` if the training set was
    never fitted; `grokking` if t_test − t_train > t_train and else `steady` once the test set
    was; `memorised` if test accuracy never held above chance + 3 sigma; else `partial`. No word
    is given where the evaluations began too late to tell `grokking` from `steady`.

    Parameters
    ----------
    ended : bool
        Whether no evaluations will follow. Until then only the two words that need both times
        can be given.
    """
    train_at = (1 - TOLERANCE) * yardstick.train_ceiling
    test_at = (1 - TOLERANCE) * yardstick.test_ceiling
    train = first_held(curves.train_accuracy >= train_at)
    test = first_held(curves.test_accuracy >= test_at)
    lost = None
    if test is not None:
        lost = first_held(curves.test_accuracy[test:] < test_at)
        lost = None if lost is None else test + lost
    events = (train, test, lost)
    outcome = _outcome("ceiling", curves, yardstick, events, (train_at, test_at))
    if train is not None and test is not None:
        return replace(outcome, regime=outcome.lagging)
    if not ended:
        return outcome
    if train is None:
        return replace(outcome, regime="untrained")
    lucky = first_held(curves.test_accuracy > yardstick.luck) is None
    return replace(outcome, regime="memorised" if lucky else "partial")


def manning_coe(curves: Curves, yardstick: Yardstick, ended: bool) -> Outcome:
    """Return the outcome against each curve's own maximum, as arXiv:2502.01739 section 3 does.

    A time is the first evaluation at which accuracy is at least 0.95 of its maximum over the
    run; the run groks if t_test − t_train > t_train and else learns steadily. The rule cannot
    see that a run never generalised, and its words change while a run goes on.
    """
    train_at = (1 - TOLERANCE) * _maximum(curves.train_accuracy)
    test_at = (1 - TOLERANCE) * _maximum(curves.test_accuracy)
    train = first_held(curves.train_accuracy >= train_at, 1)
    test = first_held(curves.test_accuracy >= test_at, 1)
    events = (train, test, None)
    outcome = _outcome("manning-coe", curves, yardstick, events, (train_at, test_at))
    return replace(outcome, regime=outcome.lagging) if ended else outcome


RULES: dict[str, Callable[[Curves, Yardstick, bool], Outcome]] = {
    "ceiling": ceiling,
    "manning-coe": manning_coe,
}
"""Every rule, the default first."""


def outcomes(curves: Curves, yardstick: Yardstick, ended: bool) -> dict[str, Outcome]:
    """Return the outcome by every rule, the default first."""
    return {name: rule(curves, yardstick, ended) for name, rule in RULES.items()}


def _maximum(values: "NDArray[np.floating]") -> float:
    import numpy as np

    finite = values[np.isfinite(values)]
    return float(finite.max()) if finite.size else float("nan")


def _outcome(
    rule: str,
    curves: Curves,
    yardstick: Yardstick,
    events: tuple[int | None, int | None, int | None],
    thresholds: tuple[float, float],
) -> Outcome:
    train, test, lost = (_moment(curves, index) for index in events)
    maxima = (_maximum(curves.train_accuracy), _maximum(curves.test_accuracy))
    ends = (len(curves.step) - 1, 0) if len(curves.step) else (None, None)
    last, first = (_moment(curves, index) for index in ends)
    what = (rule, None, yardstick.time_unit, train, test, lost)
    return Outcome(*what, *thresholds, *maxima, yardstick.luck, last, first)


def _moment(curves: Curves, index: int | None) -> Moment | None:
    if index is None:
        return None
    return Moment(int(curves.step[index]), float(curves.epoch[index]))
