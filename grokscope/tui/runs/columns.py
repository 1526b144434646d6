"""Columns: what the list of runs can show of a run, and of several in one row."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal

from grokscope import wording
from grokscope.tui import words
from grokscope.tui.plot.palette import MUTED, PLAIN, STRONG
from grokscope.tui.runs.column import Cell, Column, reading
from grokscope.tui.runs.folding import Row
from grokscope.tui.runs.spread import fitting, most, spread

if TYPE_CHECKING:
    from grokscope.store.listing.summary import RunSummary

COURSE = "course"
OUTCOMES = ("regime", "t_train", "t_test", "t_grok", "test_accuracy")
"""Columns that tell which grokked and when."""
TIMES = {"t_train": "t_train", "t_test": "t_test", "t_grok": "Δ", "t_lost": "t_lost"}
SHORTER = {"grokking": "grok", "memorised": "memor.", "partial": "part.", "untrained": "untr."}
SPARKS = "▁▂▃▄▅▆▇█"
WIDEST = 14
"""Most cells of a configuration value."""
MOST_SPARKS = 32
DRAWN = 16
"""Most runs of a row whose curves are looked at; each is decoded for it."""
SHORT = 5
"""Characters of a time, so that a column holds it with a sign before it."""


class Course(Column):
    """A column of curves, drawn in as many cells as there are."""

    def cell(self, row: Row) -> Cell:
        """Return the curve of a row in the column's width."""
        return self.many(row.runs, self.width) if row.runs else ("", MUTED)


def column(key: str, runs: Sequence["RunSummary"]) -> Column:
    """Return the column of a key, wide enough for what some runs hold."""
    if key in TIMES:
        return _time(key, _unit(runs))
    maker = _SPECIAL.get(key)
    if maker is not None:
        return maker(runs)
    read = reading(key)
    numeric = "." not in key and any(key in run.metrics for run in runs)
    write: Callable[[Any], str] = wording.number if numeric else wording.value
    if numeric and key.endswith("accuracy"):
        write = wording.accuracy
    values = [read(run) for run in runs]
    texts = set(map(write, values))
    align: Literal["<", ">"] = "<" if any(isinstance(value, str) for value in values) else ">"
    head = words.short_key(key)
    wide = min(max([len(head), *map(len, texts)], default=1), 9 if numeric else WIDEST)

    def many(held: Sequence["RunSummary"], room: int) -> Cell:
        return _together([read(run) for run in held], write, room), PLAIN

    return Column(key, head, "", wide, align, read, lambda run: (write(read(run)), PLAIN), many)


def spark(values: Sequence[float], room: int) -> str:
    """Return a curve between 0 and 1 in at most `room` characters, blank where it is NaN."""
    count = min(len(values), room)
    picked = [values[round(i * (len(values) - 1) / max(count - 1, 1))] for i in range(count)]
    top = len(SPARKS) - 1
    return "".join(SPARKS[min(max(round(v * top), 0), top)] if v == v else " " for v in picked)


def _time(key: str, unit: str) -> Column:
    def one(run: "RunSummary") -> Cell:
        seen = run.glance
        if key in ("t_grok", "t_lost"):
            text = wording.moment(getattr(seen, key), SHORT)
        else:
            ended = None if run.live else seen.ended
            text = wording.crossing(getattr(seen, key), seen.began, ended, SHORT)
        return text, PLAIN if text[0].isdigit() else MUTED

    def many(runs: Sequence["RunSummary"], room: int) -> Cell:
        times = [getattr(run.glance, key) for run in runs]
        ends = [run.glance.ended for run in runs if not run.live and run.glance.ended is not None]
        # what does not apply, or may still come, is not censored
        censored = key in ("t_train", "t_test") and len(ends) == len(runs)
        text = spread(times, room, min(ends) if censored else None)
        return text, PLAIN if text[0].isdigit() else MUTED

    width = max(len(unit) + 1, 7 if key == "t_train" else 6)
    return Column(key, TIMES[key], unit, width, ">", reading(key), one, many)


def _regime(_runs: Sequence["RunSummary"]) -> Column:
    def one(run: "RunSummary") -> Cell:
        regime = run.glance.regime
        if regime is None:
            return wording.MISSING, MUTED
        return regime, STRONG if regime == "grokking" else PLAIN

    def many(runs: Sequence["RunSummary"], room: int) -> Cell:
        word, count = most([run.glance.regime for run in runs])
        if not word:
            return wording.MISSING, MUTED
        short = SHORTER.get(word, word)
        texts = (f"{count}/{len(runs)} {word}", f"{count}/{len(runs)} {short}")
        text = fitting(iter((*texts, f"{100 * count // len(runs)}% {short}")), room)
        return text, STRONG if word == "grokking" else PLAIN

    return Column("regime", "regime", "", 9, "<", reading("regime"), one, many)


def _accuracy(_runs: Sequence["RunSummary"]) -> Column:
    def many(runs: Sequence["RunSummary"], _room: int) -> Cell:
        known = sorted(a for run in runs if (a := run.glance.test_accuracy) is not None)
        return wording.accuracy(known[len(known) // 2] if known else None), PLAIN

    read = reading("test_accuracy")
    return Column(
        "test_accuracy", "test", "acc", 5, ">", read,
        lambda run: (wording.accuracy(read(run)), PLAIN), many,
    )  # fmt: skip


def _status(runs: Sequence["RunSummary"]) -> Column:
    # where no run has a sign, its cells go to the names
    found = dict(zip(map(attrgetter("status"), runs), runs, strict=True))
    signed = not words.STATUS_SIGNS.keys().isdisjoint(found)
    live = [run for run in runs if run.status == "running"] if "running" in found else []
    telling = [*found.values(), *live]

    def text(run: "RunSummary") -> str:
        return words.status(run) if signed else words.status(run).strip()

    def one(run: "RunSummary") -> Cell:
        return text(run), MUTED if run.status == "finished" else PLAIN

    def many(held: Sequence["RunSummary"], room: int) -> Cell:
        counts = Counter(run.status for run in held)
        if len(counts) == 1 and "running" not in counts:
            return one(held[0])
        signs = Counter(words.STATUS_SIGNS.get(run.status, "") for run in held)
        told = " ".join(f"{sign}{signs[sign]}" for sign in "▶▷…✗" if signs[sign])
        if not told:
            word, count = most([run.status for run in held])
            share = f"{count}/{len(held)}"
            return fitting(iter((f"{share} {word}", share)), room), PLAIN
        left = max((run.eta for run in held if run.eta is not None), default=None)
        longer = told if left is None else f"{told} {words.duration(left)}"
        return fitting(iter((f"{longer} of {len(held)}", longer, told)), room), PLAIN

    # as in '2/3 finished', which only states without a sign need
    several = len(found.keys() - words.STATUS_SIGNS.keys()) > 1
    wide = max([12 if several else 8, *(len(text(run)) for run in telling)])
    return Column("status", "status", "", wide, "<", reading("status"), one, many)


def _course(_runs: Sequence["RunSummary"]) -> Column:
    def many(runs: Sequence["RunSummary"], room: int) -> Cell:
        curves = [run.spark for run in runs[:: -(-len(runs) // DRAWN)]]
        longest = max(map(len, curves))
        alike = [curve for curve in curves if len(curve) == longest]
        middle = [sorted(values)[len(values) // 2] for values in zip(*alike, strict=True)]
        return spark(middle, min(room, MOST_SPARKS)), MUTED

    def one(run: "RunSummary") -> Cell:
        return many([run], MOST_SPARKS)

    return Course(COURSE, "course of test acc", "", 18, "<", lambda run: None, one, many)


def _written(
    key: str, head: str, unit: str, width: int, write: Callable[[Any], str], join: str = "spread"
) -> "Callable[[Sequence[RunSummary]], Column]":
    """Return a maker of a column of numbers; several are told by their spread, sum or greatest."""
    read = reading(key)

    def many(runs: Sequence["RunSummary"], room: int) -> Cell:
        known = [value for run in runs if (value := read(run)) is not None]
        if not known:
            return wording.MISSING, MUTED
        if join == "spread":
            return spread(known, room), PLAIN
        return write(sum(known) if join == "sum" else max(known)), PLAIN

    def one(run: "RunSummary") -> Cell:
        value = read(run)
        return (wording.MISSING, MUTED) if value is None else (write(value), PLAIN)

    return lambda _runs: Column(key, head, unit, width, ">", read, one, many)


def _tags(runs: Sequence["RunSummary"]) -> Column:
    def text(run: "RunSummary") -> str:
        return ",".join(run.annotations.tags)

    def many(held: Sequence["RunSummary"], _room: int) -> Cell:
        tags = dict.fromkeys(tag for run in held for tag in run.annotations.tags)
        return ",".join(tags), PLAIN

    wide = min(max([4, *(len(text(run)) for run in runs)]), WIDEST)
    return Column("tags", "tags", "", wide, "<", text, lambda run: (text(run), PLAIN), many)


def _note(_runs: Sequence["RunSummary"]) -> Column:
    def text(run: "RunSummary") -> str:
        return " ".join(run.annotations.note.split())

    def many(held: Sequence["RunSummary"], _room: int) -> Cell:
        noted = sum(bool(run.annotations.note) for run in held)
        return (f"{noted} noted", MUTED) if noted else ("", MUTED)

    return Column("note", "note", "", 24, "<", text, lambda run: (text(run), PLAIN), many)


def _reached(_runs: Sequence["RunSummary"]) -> Column:
    def text(run: "RunSummary") -> str:
        return wording.reached(run)

    def many(held: Sequence["RunSummary"], _room: int) -> Cell:
        return text(min(held, key=lambda run: run.epoch)), PLAIN

    return Column(
        "epoch", "at", "", 14, "<", lambda run: run.epoch, lambda run: (text(run), PLAIN), many
    )


def _together(values: Sequence[Any], write: Callable[[Any], str], room: int) -> str:
    """Return several values of one key: the one they share, else from where to where."""
    texts = list(dict.fromkeys(map(write, values)))
    if len(texts) == 1:
        return texts[0]
    numbers = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]

    def ways() -> Iterator[str]:
        if len(numbers) == len(values):
            yield f"{write(min(numbers))}…{write(max(numbers))}"
        yield ",".join(texts)
        yield f"{len(texts)} kinds"
        yield "…"

    return fitting(ways(), room)


def _unit(runs: Sequence["RunSummary"]) -> str:
    units = {run.time_unit for run in runs}
    return units.pop() if len(units) == 1 else ""


def _age(created: float) -> str:
    return words.duration(max(time.time() - created, 0))


def _size(count: float) -> str:
    from grokscope.store.listing.room import human

    return human(int(count))


_SPECIAL: dict[str, Callable[[Sequence["RunSummary"]], Column]] = {
    "regime": _regime,
    "test_accuracy": _accuracy,
    "status": _status,
    COURSE: _course,
    "rate": _written("rate", "rate", "epoch/s", 9, wording.number, "sum"),
    "eta": _written("eta", "ETA", "", 5, words.duration, "max"),
    "created": _written("created", "age", "", 5, _age, "max"),
    "heartbeat": _written("heartbeat", "heard", "", 5, _age, "max"),
    "disk_bytes": _written("disk_bytes", "size", "", 8, _size, "sum"),
    "tags": _tags,
    "note": _note,
    "epoch": _reached,
}
