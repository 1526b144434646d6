"""A column of the list of runs: what it is called, how a run is read, and what its cells show."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal

from grokscope.tui import words
from grokscope.tui.plot.palette import MUTED, Ink
from grokscope.tui.runs.folding import Row

if TYPE_CHECKING:
    from grokscope.store.listing.summary import RunSummary

Cell = tuple[str, Ink]
Read = Callable[["RunSummary"], Any]
NAME = "run"
"""Key of the column of names."""
GLIMPSED = ("regime", "test_accuracy", "t_train", "t_test", "t_grok", "t_lost")
OWN = ("name", "status", "rate", "eta", "created", "heartbeat", "disk_bytes", "epoch")
"""Fields read without the query language, which the first rows do not wait for."""


@dataclass(frozen=True)
class Column:
    """One column."""

    key: str
    """A field of the query language, `run` or `course`."""
    head: str
    unit: str
    width: int
    align: Literal["<", ">"]
    value: Read
    """What the list can be sorted by; None where a run has none."""
    one: Callable[["RunSummary"], Cell]
    many: Callable[[Sequence["RunSummary"], int], Cell]
    """Of several runs, in so many cells."""

    def cell(self, row: Row) -> Cell:
        """Return what a row shows in it."""
        if not row.runs:
            return "", MUTED
        return self.many(row.runs, self.width) if row.several else self.one(row.runs[0])

    def fit(self, text: str) -> str:
        """Return text in the column's width."""
        return f"{words.shortened(text, self.width):{self.align}{self.width}}"

    def widened(self, width: int) -> "Column":
        """Return the same column in another width."""
        return replace(self, width=width)


def reading(key: str) -> Read:
    """Return how a field of a run is read: its own, a configuration key, a metric, a moment."""
    if key in GLIMPSED:
        return lambda run: getattr(run.glance, key)
    if key in OWN:
        return attrgetter(key)
    if key == NAME:
        return attrgetter("name")
    if "." not in key:
        from grokscope.store.query.fields import FIELDS

        if key in FIELDS:
            return FIELDS[key].read

    def read(run: "RunSummary") -> Any:
        if key in run.config:
            return run.config[key]
        if key in run.metrics:
            return run.metrics[key].last
        moment = run.moments.get(key)
        return None if moment is None else moment.told_in(run.time_unit)

    return read
