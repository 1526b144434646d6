"""What tells the runs of a cube apart: where their configurations differ, and what they came to."""

import math
from collections.abc import Container, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grokscope.store.listing.summary import RunSummary
from grokscope.store.query.fields import Fields, short_keys
from grokscope.store.schema import Attribute, Variable, canonical

TIMES = {
    "t_train": "time of fitting the training set",
    "t_test": "time of generalising to the test set",
    "t_grok": "lag of test accuracy behind training accuracy",
}
UNTOLD = ("seed.root", "title")
"""Keys that are told otherwise, or decide nothing."""


def run_labels(runs: Sequence[RunSummary], taken: Container[str] = ()) -> dict[str, Variable]:
    """Return the coordinates of runs, dims (run,).

    They are `run` (the id), `seed`, `regime`, `t_train`, `t_test`, `t_grok`, `status`, and every
    configuration key in which the runs differ, under the short name that queries know it by.

    Parameters
    ----------
    taken : container of str
        Names that stand for something else: a key then goes by its full name.
    """
    labels = {
        "run": _label([run.id for run in runs], "run"),
        "seed": _label([run.seed for run in runs], "seed"),
        "status": _label([run.status for run in runs], "status when opened"),
        "regime": _label([_outcome(run, "regime") or "" for run in runs], "regime"),
    }
    units = {run.time_unit for run in runs}
    unit: dict[str, Attribute] = {"unit_label": units.pop()} if len(units) == 1 else {}
    for name, meaning in TIMES.items():
        times = [_outcome(run, name) for run in runs]
        data = np.array([math.nan if time is None else time for time in times], np.float64)
        labels[name] = Variable(("run",), data, {"long_name": meaning, "units": "1"} | unit)
    fields = Fields(runs)
    for key in fields.config:
        values = [run.config.get(key) for run in runs]
        if key not in UNTOLD and len({canonical(value) for value in values}) > 1:
            shorts = [short for short in sorted(short_keys(key)) if _means(fields, short, key)]
            names = [short for short in shorts if short not in labels and short not in taken]
            labels[names[0] if names else key] = _label(values, key)
    return labels


def _means(fields: Fields, short: str, key: str) -> bool:
    """Return whether a query that asks for `short` gets the values of `key`."""
    found = fields.find(short)
    return found is not None and all(found.read(run) == run.config.get(key) for run in fields.runs)


def _outcome(run: RunSummary, name: str) -> Any:
    return None if run.outcome is None else getattr(run.outcome, name)


def _label(values: Sequence[Any], meaning: str) -> Variable:
    return Variable(("run",), _column(values), {"long_name": meaning, "units": "1"})


def _column(values: Sequence[Any]) -> NDArray[Any]:
    """Return values as numbers where all are, else as text; a missing one is NaN or ''."""
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, bool) for value in values):
        return np.array(values)
    if known and all(_is_number(value) for value in known):
        whole = len(known) == len(values) and all(isinstance(value, int) for value in values)
        if whole and all(-(1 << 63) <= value < 1 << 63 for value in values):
            return np.array(values, np.int64)
        return np.array([math.nan if v is None else float(v) for v in values], np.float64)
    words = ["" if v is None else v if isinstance(v, str) else canonical(v) for v in values]
    return np.array(words, dtype=object)


def _is_number(value: Any) -> bool:
    small = not isinstance(value, int) or abs(value) < 1 << 1000
    return isinstance(value, int | float) and not isinstance(value, bool) and small
