"""Fields: what a query may ask of a run, by name."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, Literal

from grokscope.errors import BadQuery, listed, nearest
from grokscope.store.listing.summary import RunSummary
from grokscope.store.query.syntax import Span
from grokscope.store.schema import METRICS

Kind = Literal["text", "prose", "number", "flag", "words", "any"]
"""Prose is text that people write: a pattern may stand anywhere in it."""
Read = Callable[[RunSummary], Any]
CANDIDATES = 4
"""Most fields that an error names."""
ALIKE = 0.7
"""Least likeness, from 0 to 1, at which one name may be meant for another."""
MEASURED = {"speed_min": "fisher_speed", "speed_max": "fisher_speed"}
"""Turning points, by what measures them; any run may have them, and not every store does."""


@dataclass(frozen=True)
class Field:
    """One thing to ask of a run."""

    name: str
    kind: Kind
    read: Read
    """None or NaN where a run lacks it."""
    values: tuple[str, ...] = ()
    """All there can be, where that is known."""


def _own(name: str, kind: Kind) -> Field:
    return Field(name, kind, lambda run: getattr(run, name))


def _time(name: str) -> Field:
    return Field(name, "number", lambda run: getattr(run.glance, name))


def _censored(run: RunSummary) -> bool | None:
    return None if run.outcome is None else run.outcome.censored


def _manning_coe(run: RunSummary) -> str | None:
    outcome = run.outcomes.get("manning-coe")
    return None if outcome is None else outcome.regime


STATUSES = ("queued", "running", "stalled", "dead", "finished", "failed", "interrupted")
REGIMES = ("grokking", "steady", "partial", "memorised", "untrained")
FIELDS = {
    field.name: field
    for field in (
        *(_own(name, "text") for name in ("id", "name", "task", "model", "time_unit")),
        *(_own(name, "prose") for name in ("title", "reason")),
        Field("status", "text", lambda run: run.status, STATUSES),
        Field("regime", "text", lambda run: run.glance.regime, REGIMES),
        Field("regime_manning_coe", "text", _manning_coe, REGIMES),
        *(_time(name) for name in ("t_train", "t_test", "t_grok", "t_lost")),
        Field("censored", "flag", _censored),
        *(_own(name, "number") for name in ("seed", "step", "epoch", "total_steps")),
        *(_own(name, "number") for name in ("total_epochs", "rate", "eta", "created")),
        *(_own(name, "number") for name in ("heartbeat", "checkpoints", "disk_bytes")),
        Field("age", "number", lambda run: time.time() - run.created),
        _own("live", "flag"),
        Field("tag", "words", lambda run: run.annotations.tags),
        Field("tags", "words", lambda run: run.annotations.tags),
        Field("note", "prose", lambda run: run.annotations.note),
        Field("starred", "flag", lambda run: run.annotations.starred),
    )
}
"""What every run has, whatever was trained; times are told in the run's own unit."""


def metric_field(name: str, function: str) -> Field:
    """Return a metric's last, greatest or least value as a field."""

    def read(run: RunSummary) -> float | None:
        span = run.metrics.get(name)
        return None if span is None else getattr(span, function)

    return Field(name, "number", read)


def moment_field(name: str) -> Field:
    """Return a stored turning point as a field, told in the run's own unit."""

    def read(run: RunSummary) -> float | None:
        moment = run.moments.get(name)
        return None if moment is None else moment.told_in(run.time_unit)

    return Field(name, "number", read)


def config_field(key: str) -> Field:
    """Return a configuration key, in full, as a field."""
    return Field(key, "any", lambda run: run.config.get(key))


def short_keys(key: str) -> set[str]:
    """Return the short names of a dotted key: its end, and what it is the name of."""
    before, _, last = key.rpartition(".")
    return {last, before.rpartition(".")[2]} if last == "name" and before else {last}


class Fields:
    """The fields that some runs have; `in` tells whether a word is one."""

    def __init__(self, runs: Sequence[RunSummary]) -> None:
        self.runs = runs

    @cached_property
    def config(self) -> dict[str, None]:
        """Full configuration keys."""
        return dict.fromkeys(chain.from_iterable(run.config for run in self.runs))

    @cached_property
    def metrics(self) -> dict[str, None]:
        """Recorded metrics."""
        return dict.fromkeys(chain.from_iterable(run.metrics for run in self.runs))

    @cached_property
    def moments(self) -> dict[str, None]:
        """Stored turning points."""
        return dict.fromkeys(chain.from_iterable(run.moments for run in self.runs))

    @cached_property
    def short(self) -> dict[str, list[str]]:
        """Full configuration keys by short name."""
        found: dict[str, list[str]] = {}
        for key in self.config:
            for short in short_keys(key):
                found.setdefault(short, []).append(key)
        return found

    def names(self) -> Iterator[str]:
        """Yield every name that means one field, the usual ones first."""
        yield from FIELDS
        yield from self.metrics
        yield from self.moments
        yield from (short for short, keys in self.short.items() if len(keys) == 1)
        yield from (key for key in self.config if "." in key)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and (name in FIELDS or self.find(name) is not None)

    def find(self, name: str) -> Field | None:
        """Return the field of a name, None where there is none or several.

        What every run has goes first, then a full configuration key, a metric, a turning point,
        and the short name of one key.
        """
        if name in FIELDS:
            return FIELDS[name]
        if name in self.config:
            return config_field(name)
        if name in self.metrics:
            return metric_field(name, "last")
        if name in self.moments:
            return moment_field(name)
        keys = self.short.get(name, [])
        return config_field(keys[0]) if len(keys) == 1 else None

    def field(self, name: str, text: str, span: Span) -> Field:
        """Return the field of a name.

        Raises
        ------
        BadQuery
            If no run has it, naming the nearest, or if it means several keys.
        """
        found = self.find(name)
        if found is not None:
            return found
        keys = self.short.get(name, [])
        if keys:
            raise BadQuery(f"{name!r} fits {listed(keys[:CANDIDATES])}; name one", text, span)
        if not self.runs:
            return config_field(name)
        if name in METRICS:
            raise BadQuery(f"no run here recorded {name}", text, span)
        if name in MEASURED:
            told = f"no run here has {name} yet; `grokscope measure RUN {MEASURED[name]}` finds it"
            raise BadQuery(told, text, span)
        guess = nearest(name, [*self.names(), *METRICS, *MEASURED], ALIKE)
        told = guess or "; fields are configuration keys, metrics, and " + listed(FIELDS)
        raise BadQuery(f"no run has a field {name[:40]!r}{told}", text, span)

    def metric(self, name: str, function: str, text: str, span: Span) -> Field:
        """Return a metric's last, greatest or least value.

        Raises
        ------
        BadQuery
            If no run recorded it, naming the nearest.
        """
        if name not in self.metrics and self.runs:
            guess = nearest(name, self.metrics)
            told = guess or f"; there are {listed(list(self.metrics)[:20])}"
            raise BadQuery(f"no run recorded a metric {name[:40]!r}{told}", text, span)
        return metric_field(name, function)
