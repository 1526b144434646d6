"""A run at a glance: what every line of a list shows of how it learned, and queries ask most."""

import hashlib
import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from grokscope.events import Outcome, Regime

if TYPE_CHECKING:
    from grokscope.store.listing.ranges import MetricRange

DEFAULT_RULE = "ceiling"
OWN = ("title", "fork.parent", "fork.parent_digest", "fork.checkpoint")
"""Configuration keys, besides seeds, in which repetitions of a run differ."""
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
    kin: str = ""
    """A digest of the configuration without its seeds: runs that share it repeat each other."""


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
    scale = config.get("model.init_scale")
    found = Glance(test_accuracy=accuracy, init_scale=scale, kin=kin(config))
    told = outcomes.get(DEFAULT_RULE)
    if told is None:
        return found
    began = told.first if told.before("train") or told.before("test") else None
    ends: dict[str, Any] = {
        name: None if moment is None else moment.told_in(told.time_unit)
        for name, moment in (("began", began), ("ended", told.last))
    }
    times: dict[str, Any] = {name: getattr(told, name) for name in TIMES}
    return found._replace(regime=told.regime, **ends, **times)


def kin(config: Mapping[str, Any]) -> str:
    """Return a digest that runs share whose configurations differ in nothing but seeds.

    Titles decide nothing. Forks are told apart by the step they began at, not by their parents,
    which differ in their seeds themselves.

    Parameters
    ----------
    config : dict
        Flat, under dotted keys.
    """
    told = [(key, value) for key, value in sorted(config.items()) if not own(key)]
    return hashlib.blake2b(json.dumps(told, default=str).encode(), digest_size=8).hexdigest()


def own(key: str) -> bool:
    """Return whether a key's value tells one run from its repetitions."""
    return key in OWN or "seed" in key.split(".")
