"""Idle keys: values that would make another run and change nothing in it, for want of company.

Stored runs may hold such values, and still load: checked is what a person has just asked for.
"""

from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import Any, NamedTuple

from grokscope.config.experiment import Experiment
from grokscope.errors import BadConfig


class Company(NamedTuple):
    """What keys need in order to do something."""

    keys: tuple[str, ...]
    needed: str
    """The key that decides."""
    accepted: str
    """What it must be, for messages."""
    there: Callable[[Any], bool]


TO_END = ("linear", "cosine", "exponential")
COMPANIES = (
    Company(("optimizer.momentum",), "optimizer.name", "sgd", lambda name: name == "sgd"),
    Company(
        ("optimizer.betas", "optimizer.eps"),
        "optimizer.name",
        "adam or adamw",
        lambda name: name != "sgd",
    ),
    Company(
        ("optimizer.final_lr",), "optimizer.schedule", " or ".join(TO_END), TO_END.__contains__
    ),
    Company(
        ("optimizer.decay_every", "optimizer.decay_factor"),
        "optimizer.schedule",
        "step",
        lambda schedule: schedule == "step",
    ),
    Company(("optimizer.warmup_from",), "optimizer.warmup", "of at least 1", bool),
    Company(
        ("training.stop_hold", "training.stop_metric"),
        "training.stop_beyond",
        "that is a number",
        lambda beyond: beyond is not None,
    ),
    Company(("record.flight_after",), "record.flight", "of at least 1 epoch", bool),
    Company(("record.measure_every",), "record.measures", "of at least one measure", bool),
)


def refuse_idle(experiment: Experiment, keys: Iterable[str], undecided: Iterable[str] = ()) -> None:
    """Refuse a key that was set away from its default and does nothing in the experiment.

    Parameters
    ----------
    keys : iterable of str
        Those that were set, in full or short.
    undecided : iterable of str
        Keys whose values are not known yet, of which nothing is asked.

    Raises
    ------
    BadConfig
        Naming the key, its value, and what it needs.
    """
    asked, open_ = list(keys), list(undecided)
    for company in COMPANIES:
        got = _value(experiment, company.needed)
        if company.there(got) or _among(company.needed, open_):
            continue
        for key in company.keys:
            value = _value(experiment, key)
            if _among(key, asked) and value != _default(experiment, key):
                raise BadConfig(
                    f"{key} = {_told(value)} does nothing without {company.needed}"
                    f" {company.accepted}, got {_told(got)}"
                )


def _among(key: str, known: Iterable[str]) -> bool:
    """Return whether a full key is among keys that may be short."""
    return any(f".{key}".endswith(f".{one}") for one in known)


def _value(experiment: Experiment, key: str) -> Any:
    section, _, name = key.partition(".")
    return getattr(getattr(experiment, section), name)


def _default(experiment: Experiment, key: str) -> Any:
    section, _, name = key.partition(".")
    return next(f.default for f in fields(getattr(experiment, section)) if f.name == name)


def _told(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
