"""Summaries of many runs in few bytes: columns of what listings show, the rest a line a run.

What a line holds is made when it is first asked for, so that ten thousand runs cost no more than
what is looked at.
"""

import json
import math
import struct
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, NamedTuple, get_args

from grokscope.errors import Unreadable
from grokscope.events import Moment, Outcome, Regime
from grokscope.store.files.values import number, real, whole
from grokscope.store.keeping.annotations import Annotations
from grokscope.store.listing.glance import TIMES, Glance
from grokscope.store.listing.summary import LATER, MetricRange, RunSummary, State

Stamp = tuple[int, int, int]
"""Time of the last change in nanoseconds, size and inode of a file; zeros where there is none."""
NO_FILE: Stamp = (0, 0, 0)
TEXTS = ("id", "name", "title", "reason", "task", "model", "time_unit")
WORDS = (*TEXTS, "regime", "init_scale", "kin", "state")
"""Columns of JSON values."""
WHOLES = ("seed", "step", "checkpoints", "disk_bytes", "generation", "total_steps")
REALS = ("epoch", "created", "heartbeat", "total_epochs", "rate")
GLIMPSED = (*TIMES, "began", "ended", "test_accuracy")
"""Real numbers of a glance."""
OPTIONAL = frozenset({"total_steps", "total_epochs", "rate", *GLIMPSED})
"""Numbers that may be missing."""
STAMPS = tuple(f"{file}_{i}" for file in ("stamp", "marked", "logged") for i in range(3))
"""Columns of an entry's three stamps."""
WHOLE_COLUMNS, REAL_COLUMNS = (*STAMPS, *WHOLES, "end"), (*REALS, *GLIMPSED)
"""Columns of numbers; `end` is where a run's line ends among the lines of all."""
NONE = -(1 << 63)
"""What stands for a whole number that is missing; NaN does for others."""
_STATES = get_args(State)
_REGIMES = (None, *get_args(Regime))
_SIZES = struct.Struct("<QQ")
_MOMENTS = ("train", "test", "lost", "last", "first")
_LEVELS = ("train_threshold", "test_threshold", "train_maximum", "test_maximum", "luck")


class Entry(NamedTuple):
    """A run as a catalogue knows it."""

    summary: RunSummary
    state: State
    """What its writer last wrote; the summary's status is derived from it."""
    stamp: Stamp
    """Of its summary's file."""
    marked: Stamp
    """Of its annotations' file."""
    logged: Stamp = NO_FILE
    """Of the log that a dead run's summary was brought up to date with."""


class Later:
    """What a summary makes of its line when asked for it: one attribute at a time.

    Parameters
    ----------
    store : str
        The directory of runs.
    name : str
        The run's id.
    lines : bytes
        Those of all runs; a line is JSON values between tabs, which JSON has none of.
    start, end : int
        Where its own lies in them.
    """

    __slots__ = ("end", "lines", "name", "start", "store")

    def __init__(
        self, store: str, name: str, lines: bytes | memoryview, start: int, end: int
    ) -> None:
        self.store = store
        self.name = name
        self.lines = lines
        self.start = start
        self.end = end

    @property
    def line(self) -> bytes:
        """What the run's attributes are made of."""
        return bytes(self.lines[self.start : self.end])

    def __call__(self, attribute: str) -> Any:
        """Return the value of an attribute.

        Raises
        ------
        Unreadable
            If the line is no summary's.
        """
        if attribute == "path":
            return Path(self.store, self.name)
        try:
            part = self.line.split(b"\t")[_PARTS.index(attribute)]
            return _DECODE[attribute](_JSON.raw_decode(str(part, "ascii"))[0])
        except (ValueError, TypeError, LookupError, AttributeError, OverflowError) as error:
            raise Unreadable(f"the listing's index is damaged at run {self.name!r}") from error


def packed(entries: Sequence[Entry]) -> bytes:
    """Return entries of one store as bytes, which `unpacked` reads back."""
    runs = [entry.summary for entry in entries]
    lines = [_line(run) for run in runs]
    columns: dict[str, Iterable[Any]] = dict.fromkeys((*WORDS, *WHOLE_COLUMNS, *REAL_COLUMNS), ())
    columns |= {name: [getattr(run, name) for run in runs] for name in (*TEXTS, *WHOLES, *REALS)}
    stamps = (entry.stamp + entry.marked + entry.logged for entry in entries)
    columns |= zip(STAMPS, zip(*(map(_fitting, one) for one in stamps), strict=True), strict=False)
    columns |= zip(Glance._fields, zip(*(run.glance for run in runs), strict=True), strict=False)
    columns |= {"state": [entry.state for entry in entries], "end": accumulate(map(len, lines))}
    added = {r.id: list(vars(r.annotations).values()) for r in runs if r.annotations != _PLAIN}
    words = {name: columns[name] for name in WORDS}
    head = json.dumps({"count": len(runs), "words": words, "added": added}).encode()
    wholes, reals = array("q"), array("d")
    for name in WHOLE_COLUMNS:
        wholes.extend(NONE if held is None else held for held in columns[name])
    for name in REAL_COLUMNS:
        reals.extend(math.nan if held is None else held for held in columns[name])
    numbers = wholes.tobytes() + reals.tobytes()
    return b"".join([_SIZES.pack(len(head), len(numbers)), head, numbers, *lines])


def unpacked(data: memoryview, store: Path) -> list[Entry]:
    """Return the entries that `packed` wrote.

    Raises
    ------
    ValueError, TypeError, LookupError, AttributeError, struct.error
        If the bytes are no entries.
    """
    head_size, number_size = _SIZES.unpack_from(data)
    middle = _SIZES.size + head_size
    head = json.loads(bytes(data[_SIZES.size : middle]))
    count = whole(head["count"])
    if count == 0:
        return []
    columns = _numbers(bytes(data[middle : middle + number_size]), count)
    columns |= {name: head["words"][name] for name in WORDS}
    if any(len(columns[name]) != count for name in WORDS):
        raise ValueError("columns of several lengths")
    foreign = {*columns["regime"]} - {*_REGIMES} or {*columns["state"]} - {*_STATES}
    if foreign or any(set(map(type, columns[name])) - {str} for name in TEXTS):
        raise ValueError("a word that is none")
    added = {id: Annotations(tuple(a[0]), a[1], a[2]) for id, a in head["added"].items()}
    return _entries(store, columns, data[middle + number_size :], added)


def _entries(
    store: Path,
    columns: Mapping[str, Sequence[Any]],
    lines: memoryview,
    added: Mapping[str, Annotations],
) -> list[Entry]:
    def rows(names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        return zip(*(columns[name] for name in names), strict=True)

    root, names = str(store), (*TEXTS, *WHOLES, *REALS)
    glances, spans = map(Glance._make, rows(Glance._fields)), pairwise([0, *columns["end"]])
    stamps = (rows(STAMPS[i : i + 3]) for i in range(0, len(STAMPS), 3))
    found = []
    together = zip(rows(names), columns["state"], glances, spans, *stamps, strict=True)
    for values, state, glance, span, *known in together:
        held: dict[str, Any] = dict(zip(names, values, strict=True))
        held["glance"] = glance
        held["annotations"] = added.get(held["id"], _PLAIN)
        held["status"] = "dead" if state == "running" else state
        held["_later"] = Later(root, held["id"], lines, *span)
        summary = object.__new__(RunSummary)
        object.__setattr__(summary, "__dict__", held)
        found.append(Entry(summary, state, *known))
    return found


def _numbers(data: bytes, count: int) -> dict[str, list[Any]]:
    """Return columns of numbers by name, the missing ones as None."""
    split = 8 * count * len(WHOLE_COLUMNS)
    if len(data) != split + 8 * count * len(REAL_COLUMNS):
        raise ValueError("columns of several lengths")
    found: dict[str, list[Any]] = {}
    for kind, part, names in (
        ("q", data[:split], WHOLE_COLUMNS),
        ("d", data[split:], REAL_COLUMNS),
    ):
        held = array(kind, part).tolist()
        found |= {name: held[i * count : (i + 1) * count] for i, name in enumerate(names)}
    for name in OPTIONAL:
        found[name] = [None if held == NONE or held != held else held for held in found[name]]
    if not all(all(map(math.isfinite, found[name])) for name in {*REALS} - OPTIONAL):
        raise ValueError("a time that is none")
    return found


def _line(run: RunSummary) -> bytes:
    later: Later | None = run.__dict__.get("_later")
    if later is not None:
        return later.line
    return "\t".join(json.dumps(_ENCODE[name](getattr(run, name))) for name in _PARTS).encode()


def _fitting(value: int) -> int:
    """Return an inode or a time as 64 bits with a sign have it."""
    return (value + (1 << 63)) % (1 << 64) - (1 << 63)


def _outcome_row(outcome: Outcome) -> list[Any]:
    moments = [getattr(outcome, name) for name in _MOMENTS]
    levels = [number(getattr(outcome, name)) for name in _LEVELS]
    told = [m and [m.step, m.epoch] for m in moments]
    return [outcome.rule, outcome.regime, outcome.time_unit, *told, *levels]


def _outcome(row: Sequence[Any]) -> Outcome:
    rule, regime, unit, *told = row
    if regime not in _REGIMES or not isinstance(rule, str) or not isinstance(unit, str):
        raise ValueError("an outcome that is none")
    train, test, lost, last, first = map(_moment, told[: len(_MOMENTS)])
    low, high, reached, held, luck = map(real, told[len(_MOMENTS) :])
    ends = low, high, reached, held, luck, last, first
    return Outcome(rule, regime, unit, train, test, lost, *ends)


def _moment(told: Sequence[Any] | None) -> Moment | None:
    return None if told is None else Moment(whole(told[0]), float(told[1]))


_JSON = json.JSONDecoder()
_PLAIN = Annotations()
_PARTS = tuple(name for name in LATER if name != "path")
_ENCODE: Mapping[str, Callable[[Any], Any]] = {
    "config": dict,
    "metrics": lambda held: {
        k: [number(x) for x in (v.last, v.min, v.max)] for k, v in held.items()
    },
    "outcomes": lambda held: {name: _outcome_row(outcome) for name, outcome in held.items()},
    "moments": lambda held: {name: [moment.step, moment.epoch] for name, moment in held.items()},
    "spark": lambda held: [number(x) for x in held],
}
_DECODE: Mapping[str, Callable[[Any], Any]] = {
    "config": dict,
    "metrics": lambda told: {k: MetricRange(*map(real, v)) for k, v in told.items()},
    "outcomes": lambda told: {name: _outcome(row) for name, row in told.items()},
    "moments": lambda told: {name: Moment(whole(v[0]), float(v[1])) for name, v in told.items()},
    "spark": lambda told: tuple(map(real, told)),
}
