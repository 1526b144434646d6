"""Summaries of many runs in few bytes: columns of what listings show, the rest a line a run.

What a line holds is made when it is first asked for, so that ten thousand runs cost no more than
what is looked at.
"""

import json
import math
import struct
from array import array
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, get_args

from grokscope.errors import Unreadable
from grokscope.events import Moment, Outcome, Regime
from grokscope.store.files.values import number, real, whole
from grokscope.store.keeping.annotations import Annotations
from grokscope.store.listing.summary import LATER, MetricRange, RunSummary, State

Stamp = tuple[int, int, int]
"""Time of the last change in nanoseconds, size and inode of a file; zeros where there is none."""
NO_FILE: Stamp = (0, 0, 0)
TEXTS = ("id", "name", "title", "reason", "task", "model", "time_unit")
WHOLES = ("seed", "step", "checkpoints", "disk_bytes", "generation", "total_steps")
REALS = ("epoch", "created", "heartbeat", "total_epochs", "rate")
STAMPED = 9
"""Columns of the three stamps."""
NONE = -(1 << 63)
"""What stands for a whole number that is missing; NaN does for others."""
_STATES = get_args(State)
_REGIMES = (None, *get_args(Regime))
_SIZES = struct.Struct("<QQ")
_MOMENTS = ("train", "test", "lost", "last")
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
    line : str
        JSON values between tabs, which JSON has none of.
    """

    __slots__ = ("line", "name", "store")

    def __init__(self, store: str, name: str, line: str) -> None:
        self.store = store
        self.name = name
        self.line = line

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
            part = self.line.split("\t")[_PARTS.index(attribute)]
            return _DECODE[attribute](_JSON.raw_decode(part)[0])
        except (ValueError, TypeError, LookupError, AttributeError, OverflowError) as error:
            raise Unreadable(f"the listing's index is damaged at run {self.name!r}") from error


def packed(entries: Sequence[Entry]) -> bytes:
    """Return entries of one store as bytes, which `unpacked` reads back."""
    runs = [entry.summary for entry in entries]
    texts = {name: [getattr(run, name) for run in runs] for name in TEXTS}
    texts["state"] = [entry.state for entry in entries]
    added = {r.id: list(vars(r.annotations).values()) for r in runs if r.annotations != _PLAIN}
    wholes, reals = array("q"), array("d")
    for column in zip(
        *(entry.stamp + entry.marked + entry.logged for entry in entries), strict=True
    ):
        wholes.extend(map(_fitting, column))
    for name in WHOLES:
        wholes.extend(NONE if (held := getattr(run, name)) is None else held for run in runs)
    for name in REALS:
        reals.extend(math.nan if (held := getattr(run, name)) is None else held for run in runs)
    head = json.dumps({"count": len(runs), "texts": texts, "added": added}).encode()
    numbers = wholes.tobytes() + reals.tobytes()
    sizes = _SIZES.pack(len(head), len(numbers))
    return b"".join([sizes, head, numbers, "\n".join(map(_line, runs)).encode()])


def unpacked(data: memoryview, store: Path) -> list[Entry]:
    """Return the entries that `packed` wrote.

    Raises
    ------
    ValueError, TypeError, LookupError, AttributeError, struct.error
        If the bytes are no entries.
    """
    head_size, number_size = _SIZES.unpack_from(data)
    start = _SIZES.size
    head = json.loads(bytes(data[start : start + head_size]))
    start += head_size
    count = whole(head["count"])
    if count == 0:
        return []
    columns = _numbers(bytes(data[start : start + number_size]), count)
    lines = str(data[start + number_size :], "ascii").split("\n")
    texts = [head["texts"][name] for name in (*TEXTS, "state")]
    if any(len(column) != count for column in (*texts, lines)):
        raise ValueError("columns of several lengths")
    if any(set(map(type, column)) - {str} for column in texts) or {*texts[-1]} - {*_STATES}:
        raise ValueError("a word that is none")
    added = {id: Annotations(tuple(a[0]), a[1], a[2]) for id, a in head["added"].items()}
    return _entries(store, texts, columns, lines, added)


def _entries(
    store: Path,
    texts: Sequence[Sequence[Any]],
    numbers: Sequence[Sequence[Any]],
    lines: Sequence[str],
    added: Mapping[str, Annotations],
) -> list[Entry]:
    root, names = str(store), (*TEXTS, *WHOLES, *REALS)
    *words, states = texts
    stamps = [zip(*numbers[i : i + 3], strict=True) for i in range(0, STAMPED, 3)]
    found = []
    rows = zip(*words, *numbers[STAMPED:], strict=True)
    for values, state, *known, line in zip(rows, states, *stamps, lines, strict=True):
        held: dict[str, Any] = dict(zip(names, values, strict=True))
        held["annotations"] = added.get(held["id"], _PLAIN)
        held["status"] = "dead" if state == "running" else state
        held["_later"] = Later(root, held["id"], line)
        summary = object.__new__(RunSummary)
        summary.__dict__.update(held)
        found.append(Entry(summary, state, *known))
    return found


def _numbers(data: bytes, count: int) -> list[list[Any]]:
    """Return columns of numbers, the missing ones as None."""
    split = 8 * count * (STAMPED + len(WHOLES))
    wholes, reals = array("q"), array("d")
    wholes.frombytes(data[:split])
    reals.frombytes(data[split:])
    if len(wholes) != count * (STAMPED + len(WHOLES)) or len(reals) != count * len(REALS):
        raise ValueError("columns of several lengths")
    held = wholes.tolist(), reals.tolist()
    found: list[list[Any]] = [
        list(part[i : i + count]) for part in held for i in range(0, len(part), count)
    ]
    optional = {"total_steps", "total_epochs", "rate"}
    for place, name in enumerate((*WHOLES, *REALS), STAMPED):
        if name in optional:
            found[place] = [None if v == NONE or v != v else v for v in found[place]]
        elif name in REALS and not all(map(math.isfinite, found[place])):
            raise ValueError("a time that is none")
    return found


def _line(run: RunSummary) -> str:
    later = run.__dict__.get("_later")
    if later is not None:
        return str(later.line)
    return "\t".join(json.dumps(_ENCODE[name](getattr(run, name))) for name in _PARTS)


def _fitting(value: int) -> int:
    """Return an inode or a time as 64 bits with a sign have it."""
    return (value + (1 << 63)) % (1 << 64) - (1 << 63)


def _outcome_row(outcome: Outcome) -> list[Any]:
    moments = [getattr(outcome, name) for name in _MOMENTS]
    levels = [number(getattr(outcome, name)) for name in _LEVELS]
    told = [m and [m.step, m.epoch] for m in moments]
    return [outcome.rule, outcome.regime, outcome.time_unit, *told, *levels]


def _outcome(row: Sequence[Any]) -> Outcome:
    rule, regime, unit, train, test, lost, last, *levels = row
    if regime not in _REGIMES or not isinstance(rule, str) or not isinstance(unit, str):
        raise ValueError("an outcome that is none")
    first, second, third, newest = map(_moment, (train, test, lost, last))
    low, high, reached, held, luck = map(real, levels)
    return Outcome(rule, regime, unit, first, second, third, low, high, reached, held, luck, newest)


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
