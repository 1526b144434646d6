"""A run at a glance: what every line of a list shows of how it learned, and queries ask most."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from grokscope.events import Outcome, Regime

if TYPE_CHECKING:
    from grokscope.store.listing.ranges import MetricRange

DEFAULT_RULE = "ceiling"
TIMES = ("t_train", "t_test", "t_grok", "t_lost")


class Glance(NamedTuple):
    """Few values of a run by the default rule, times in its own unit; None where it has none."""

    regime: Regime | None = None
    t_train: float | None = None
    t_test: float | None = None
    t_grok: float | None = None
    t_lost: float | None = None
    began: float | None = None
    """Time of the oldest evaluation, of which t_train and t_test are upper bounds where they
    equal it; None where neither does."""
    ended: float | None = None
    """Time of the newest evaluation: what a missing time is censored at."""
    test_accuracy: float | None = None
    """The last one."""
    init_scale: Any = None
    """Whatever JSON value the configuration has."""


def glance(
    outcomes: Mapping[str, Outcome], metrics: "Mapping[str, MetricRange]", config: Mapping[str, Any]
) -> Glance:
    """Return a run at a glance.

    Parameters
    ----------
    outcomes, metrics : dict
        By rule and by name.
    config : dict
        Flat, under dotted keys.
    """
    test = metrics.get("test_accuracy")
    accuracy = test.last if test and math.isfinite(test.last) else None
    found = Glance(test_accuracy=accuracy, init_scale=config.get("model.init_scale"))
    told = outcomes.get(DEFAULT_RULE)
    if told is None:
        return found
    began = told.first if told.before("train") or told.before("test") else None
    ends = {
        name: None if moment is None else moment.told_in(told.time_unit)
        for name, moment in (("began", began), ("ended", told.last))
    }
    times = {name: getattr(told, name) for name in TIMES}
    return found._replace(regime=told.regime, **ends, **times)
