"""A run in one small file: all that a listing or a query needs, and the status it derives."""

import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grokscope.errors import NewerSchema, NotARun, Unreadable, UnreadableNow
from grokscope.events import Moment, Outcome
from grokscope.store.files.patience import reason
from grokscope.store.files.texts import parse_json, read_small, readable
from grokscope.store.files.values import (
    clean,
    finite,
    number,
    real,
    safe,
    stored_moment,
    stored_outcome,
    whole,
)
from grokscope.store.keeping.annotations import Annotations, read_annotations
from grokscope.store.listing.family import forked_from
from grokscope.store.listing.glance import DEFAULT_RULE, Glance, glance
from grokscope.store.listing.ranges import MetricRange as MetricRange
from grokscope.store.listing.status import State as State
from grokscope.store.listing.status import Status as Status
from grokscope.store.listing.status import derive, holder_of
from grokscope.store.lock import Holder
from grokscope.store.schema import SCHEMA_VERSION, SUMMARY_FILE, plain
from grokscope.store.versions import check_version

SUMMARY_BYTES = 4 << 20
"""Bytes beyond which a file is no summary."""
SPARK = 64
"""Longest miniature of a curve."""


@dataclass(frozen=True)
class RunSummary:
    """One run as a listing shows it."""

    id: str
    path: Path
    name: str
    title: str
    status: Status
    reason: str
    """Why the run failed or stopped; empty where there is nothing to say."""
    task: str
    model: str
    seed: int
    config: Mapping[str, Any]
    """Flat, under dotted keys."""
    time_unit: str
    """What times are told in, "epoch" or "step"."""
    step: int
    epoch: float
    total_steps: int | None
    total_epochs: float | None
    created: float
    heartbeat: float
    """Unix times, in seconds."""
    rate: float | None
    """Epochs per second; None until it is known."""
    metrics: Mapping[str, MetricRange] = field(default_factory=dict)
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    """By rule, the default first; empty where accuracies were not recorded."""
    moments: Mapping[str, Moment] = field(default_factory=dict)
    """Turning points that stored measures found, such as `speed_min` and `speed_max`."""
    checkpoints: int = 0
    disk_bytes: int = 0
    spark: tuple[float, ...] = field(default_factory=tuple)
    """At most 64 values of test accuracy, evenly spaced over the recorded evaluations."""
    generation: int = 0
    """Rises with every rewrite."""
    annotations: Annotations = field(default_factory=Annotations)
    """What people added; kept in a file of their own."""

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            # what a catalogue left for later; nothing else is asked for here
            later = self.__dict__.get("_later")
            if later is None or name not in LATER:
                raise AttributeError(f"a run's summary has no {name!r}")
            return self.__dict__.setdefault(name, later(name))

    @property
    def outcome(self) -> Outcome | None:
        """The outcome by the default rule; None where accuracies were not recorded."""
        return self.outcomes.get(DEFAULT_RULE)

    @cached_property
    def glance(self) -> Glance:
        """What every line of a list shows of how the run learned."""
        return glance(self.outcomes, self.metrics, self.config)

    @property
    def live(self) -> bool:
        """Whether a process holds the run and may still add to it."""
        return self.status in ("queued", "running", "stalled")

    @property
    def eta(self) -> float | None:
        """Seconds until the run ends at its present rate; None where that is not known."""
        if not self.rate or self.total_epochs is None or self.status != "running":
            return None
        return max(self.total_epochs - self.epoch, 0.0) / self.rate

    @cached_property
    def words(self) -> str:
        """What a filter searches, a line each and in lower case: names, tags, status, regime."""
        told = (self.id, self.name, self.task, self.model, self.status, self.glance.regime or "")
        return "\n".join([*told, *self.annotations.tags]).casefold()

    def now(self, state: str, holder: Holder | None, now: float | None = None) -> Status:
        """Return the status that follows from who holds the run, at a Unix time or now.

        Raises
        ------
        ValueError
            If no writer writes such a state.
        """
        moment = time.time() if now is None else now
        return derive(state, holder, bool(self.metrics), self.heartbeat, moment)

    def in_state(self, status: Status) -> "RunSummary":
        """Return the same run with another status."""
        other = object.__new__(RunSummary)
        other.__dict__.update(self.__dict__, status=status)
        other.__dict__.pop("words", None)
        return other

    def as_json(self) -> dict[str, Any]:
        """Return what listings print, as JSON values; a number that is missing is None."""
        outcome, other = self.outcome, self.outcomes.get("manning-coe")
        last = {name: number(span.last) for name, span in self.metrics.items()}
        return {
            "id": self.id,
            "name": self.name,
            "status": self.status,
            "task": self.task,
            "model": self.model,
            "seed": self.seed,
            "init_scale": clean(self.config.get("model.init_scale")),
            "t_train": outcome and outcome.t_train,
            "t_test": outcome and outcome.t_test,
            "t_grok": outcome and outcome.t_grok,
            "t_lost": outcome and outcome.t_lost,
            "regime": outcome and outcome.regime,
            "regime_manning_coe": other and other.regime,
            "censored": outcome and outcome.censored,
            "time_unit": self.time_unit,
            "epoch": self.epoch,
            "step": self.step,
            "total_epochs": self.total_epochs,
            "test_accuracy": last.get("test_accuracy"),
            "train_accuracy": last.get("train_accuracy"),
            "reason": self.reason,
            "created": self.created,
            "forked_from": forked_from(self.config),
            "disk_bytes": self.disk_bytes,
            **self.annotations.as_json(),
            "config": clean(self.config),
        }

    def stored(self, state: State) -> dict[str, Any]:
        """Return what `summary.json` holds; `from_stored` reads it back."""
        kept = {name: getattr(self, name) for name in _PLAIN}
        spans = self.metrics.items()
        return kept | {
            "schema_version": SCHEMA_VERSION,
            "state": state,
            "config": plain(self.config),
            "metrics": {k: [number(x) for x in (v.last, v.min, v.max)] for k, v in spans},
            "outcomes": {k: clean(v.as_json()) for k, v in self.outcomes.items()},
            "moments": {k: [v.step, v.epoch] for k, v in self.moments.items()},
            "spark": [number(x) for x in self.spark],
        }

    @classmethod
    def from_stored(
        cls, path: Path, data: Mapping[str, Any], holder: Holder | None, now: float | None = None
    ) -> "RunSummary":
        """Return the summary that a run's file holds, with its status derived.

        Parameters
        ----------
        path : Path
            The run's directory, whose name is the run's id.
        holder : Holder or None
            Who holds the run.
        now : float, in seconds
            The Unix time; asked of the clock where it is None.

        Raises
        ------
        Unreadable
            If the data is no summary.
        NewerSchema
            If a later major version wrote it.
        """
        try:
            check_version(str(data["schema_version"]), path.name)
            summary = cls(
                path=path,
                status="dead",
                config=safe(dict(data["config"])),
                metrics={
                    readable(k): MetricRange(*map(real, v)) for k, v in data["metrics"].items()
                },
                outcomes={readable(k): stored_outcome(v) for k, v in data["outcomes"].items()},
                moments={readable(k): stored_moment(*v) for k, v in data["moments"].items()},
                spark=tuple(map(real, data["spark"][:SPARK])),
                **{name: _checked(name, data[name]) for name in _PLAIN if name != "id"},
                id=path.name,
            )
            return summary.in_state(summary.now(data["state"], holder, now))
        except NewerSchema:
            raise
        except _DAMAGE as error:
            told = readable(f"{error!r}", 200)
            raise Unreadable(f"run {path.name!r}: its summary is damaged ({told})") from error


def read_summary(run: Path) -> RunSummary:
    """Return the summary of one run.

    Raises
    ------
    NotARun
        If there is no such directory.
    Unreadable, NewerSchema
        If it has none, or what it has cannot be read.
    """
    try:
        data = read_summary_file(run)
    except FileNotFoundError as error:
        if run.is_dir():
            raise Unreadable(f"run {run.name!r} has no {SUMMARY_FILE}") from error
        raise NotARun(f"there is no run {run.name!r} in {str(run.parent)!r}") from error
    summary = RunSummary.from_stored(run, data, holder_of(run, str(data.get("state"))))
    if summary.status == "dead":
        from grokscope.store.listing.unsummed import caught_up

        summary = caught_up(summary, data)
    with contextlib.suppress(Unreadable):
        return replace(summary, annotations=read_annotations(run))
    return summary


def read_summary_file(run: Path) -> dict[str, Any]:
    """Return what a run's summary file holds, unchecked; touching the file is a heartbeat too.

    Raises
    ------
    FileNotFoundError
        If it has none.
    Unreadable
        If what it has cannot be read.
    """
    try:
        data = parse_json(read_small(run / SUMMARY_FILE, SUMMARY_BYTES))
        if not isinstance(data, dict):
            raise ValueError("no JSON object")
        told = data.get("heartbeat")
        if data.get("state") == "running" and isinstance(told, float):
            data["heartbeat"] = max(told, (run / SUMMARY_FILE).stat().st_mtime)
    except (FileNotFoundError, Unreadable):
        raise
    except OSError as error:
        what = f"run {run.name!r}: {SUMMARY_FILE} cannot be read"
        raise UnreadableNow(f"{what}: {reason(error)}") from error
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"run {run.name!r}: {SUMMARY_FILE} is damaged ({error})") from error
    return data


LATER = ("path", "config", "metrics", "outcomes", "moments", "spark")
"""What a summary may be asked for before it was made."""
_DAMAGE = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)
_TEXT = ("id", "name", "title", "reason", "task", "model", "time_unit")
_WHOLE = ("seed", "step", "checkpoints", "disk_bytes", "generation")
_REAL = ("epoch", "created", "heartbeat")
_OPTIONAL = ("total_steps", "total_epochs", "rate")
_PLAIN = _TEXT + _WHOLE + _REAL + _OPTIONAL


def _checked(name: str, value: Any) -> Any:
    if name in _TEXT:
        return readable(str(value))
    if name in _WHOLE:
        return whole(value)
    if value is None and name in _OPTIONAL:
        return None
    return whole(value) if name == "total_steps" else finite(value)
