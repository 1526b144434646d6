"""A run's outcomes as the group `/events`: one row for each rule."""

import math
from collections.abc import Mapping

import numpy as np

from grokscope.events import Moment, Outcome
from grokscope.store.schema import Group, Variable

TIMES = {
    "train": "time of fitting the training set",
    "test": "time of generalising to the test set",
    "lost": "time of losing test accuracy again",
}
ENDS = {"first": "oldest evaluation", "last": "newest evaluation"}
LAG = "lag of test accuracy behind training accuracy"
NUMBERS = {
    "train_threshold": "training accuracy that counts as fitted",
    "test_threshold": "test accuracy that counts as generalised",
    "train_maximum": "greatest training accuracy",
    "test_maximum": "greatest test accuracy",
    "luck": "greatest test accuracy that guessing explains",
}


def events_group(outcomes: Mapping[str, Outcome]) -> Group:
    """Return event times and regimes, dims (rule,); NaN and '' where there is none.

    Times are told in the task's unit, and again in steps and in epochs. One that equals `first`
    is an upper bound: what it tells of lies before all evaluations.
    """
    rows = list(outcomes.values())
    variables = {
        "rule": _text([row.rule for row in rows], "rule"),
        "regime": _text([row.regime or "" for row in rows], "regime"),
    }
    for name, meaning in TIMES.items():
        moments: list[Moment | None] = [getattr(row, name) for row in rows]
        units = [row.time_unit for row in rows]
        variables |= _times(f"t_{name}", meaning, moments, units)
    censored = np.array([row.censored for row in rows], bool)
    for suffix in ("", "_step", "_epoch"):
        early, late = variables[f"t_train{suffix}"], variables[f"t_test{suffix}"]
        label = late.attrs["unit_label"]
        attrs = {"long_name": LAG, "units": "1", "unit_label": label}
        lag = np.where(censored, np.nan, late.data - early.data)
        variables[f"t_grok{suffix}"] = Variable(("rule",), lag, attrs)
    for name, meaning in ENDS.items():
        moments = [getattr(row, name) for row in rows]
        variables |= _times(name, meaning, moments, [row.time_unit for row in rows])
    for name, meaning in NUMBERS.items():
        values = np.array([getattr(row, name) for row in rows], np.float64)
        variables[name] = Variable(("rule",), values, {"long_name": meaning, "units": "1"})
    variables["censored"] = Variable(
        ("rule",),
        censored.astype(np.uint8),
        {"long_name": "whether evaluations began after a time or ended before it", "units": "1"},
    )
    return Group(variables)


def _times(
    name: str, meaning: str, moments: list[Moment | None], units: list[str]
) -> dict[str, Variable]:
    told = {"": units, "_step": ["step"] * len(units), "_epoch": ["epoch"] * len(units)}
    return {
        name + suffix: Variable(
            ("rule",),
            np.array(
                [
                    math.nan if m is None else m.told_in(u)
                    for m, u in zip(moments, each, strict=True)
                ]
            ),
            {"long_name": meaning, "units": "1", "unit_label": each[0] if each else ""},
        )
        for suffix, each in told.items()
    }


def _text(words: list[str], meaning: str) -> Variable:
    return Variable(("rule",), np.array(words, object), {"long_name": meaning, "units": "1"})
