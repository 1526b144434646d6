"""The columns of the run list: what ran, which grokked, when."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from grokscope import wording
from grokscope.tui import words
from grokscope.tui.plot.palette import MUTED, PLAIN, STRONG, Ink

if TYPE_CHECKING:
    from grokscope.store.listing.summary import RunSummary
    from grokscope.tui.session import Session

Cell = tuple[str, Ink]
SPARKS = "▁▂▃▄▅▆▇█"
MARGIN = 3
"""Cells before the first column: cursor, mark, space."""
WIDEST_VALUE = 14
LEAST_LABEL = 12
SHORT = 5
"""Characters of a time, so that a column holds it with a sign before it."""


@dataclass(frozen=True)
class Column:
    """One column."""

    head: str
    unit: str
    width: int
    align: Literal["<", ">"]
    cell: Callable[["RunSummary"], Cell]

    def fit(self, text: str) -> str:
        """Return text in the column's width."""
        return f"{words.shortened(text, self.width):{self.align}{self.width}}"


def columns(session: "Session", width: int) -> list[Column]:
    """Return the columns that fit in `width` cells, left to right.

    All of the outcome and the status always; then configuration keys that differ and the course
    of the test accuracy as far as there is room.
    """
    runs, labels = session.runs, session.labels
    outcome = outcomes(runs)
    signed = any(run.status in words.STATUS_SIGNS for run in runs)
    states = (_status_text(run, signed) for run in runs)
    state = Column("status", "", _widest(states, 8), "<", lambda run: _status(run, signed))
    label_width = _widest(labels.values(), LEAST_LABEL)
    room = width - MARGIN - sum(c.width + 1 for c in outcome) - state.width
    extra: list[Column] = []
    for column in differences(session):
        if room - column.width - 1 - LEAST_LABEL < 1 or (extra and room < label_width + 30):
            break
        extra.append(column)
        room -= column.width + 1
    if runs and room - label_width > 26:
        spark = Column("course of test acc", "", min(room - label_width - 2, 32), "<", _spark)
        extra.append(spark)
        room -= spark.width + 1
    label_width = max(min(label_width, room - 1), 8)
    name = Column(
        "run", "", label_width, "<", lambda run: (labels[run.id], Ink(session.hue(run.id)))
    )
    return [name, *outcome, *extra, state]


def outcomes(runs: Sequence["RunSummary"]) -> list[Column]:
    """Return the columns of what came out."""
    units = {run.time_unit for run in runs}
    unit = units.pop() if len(units) == 1 else ""
    return [
        Column("regime", "", 9, "<", _regime),
        Column("t_train", unit, 7, ">", lambda run: _event(run, "t_train")),
        Column("t_test", unit, 6, ">", lambda run: _event(run, "t_test")),
        Column("Δ", unit, max(len(unit), 4), ">", _lag),
        Column("test", "acc", 5, ">", _accuracy),
    ]


def differences(session: "Session") -> Iterator[Column]:
    """Yield a column for each configuration key that differs; `init_scale` where none does."""
    keys = session.differing
    if not keys and any("model.init_scale" in run.config for run in session.runs):
        keys = ["model.init_scale"]
    for key in keys:
        texts = {wording.value(run.config.get(key)) for run in session.runs}
        wide = min(max(_widest(texts, 1), len(words.short_key(key))), WIDEST_VALUE)
        yield Column(words.short_key(key), "", wide, ">", _config(key))


def header(shown: Sequence[Column]) -> tuple[str, str]:
    """Return the two lines above the list: names and units."""
    pad = " " * MARGIN
    heads = (column.fit(column.head) for column in shown)
    units = (column.fit(column.unit) for column in shown)
    return pad + " ".join(heads), pad + " ".join(units)


def _widest(texts: Iterable[str], least: int) -> int:
    return max([least, *map(len, texts)])


def _regime(run: "RunSummary") -> Cell:
    regime = run.outcome.regime if run.outcome is not None else None
    if regime is None:
        return wording.MISSING, MUTED
    return regime, STRONG if regime == "grokking" else PLAIN


def _event(run: "RunSummary", name: str) -> Cell:
    text = wording.event(run.outcome, name, run.live, SHORT)
    return text, PLAIN if text[0].isdigit() else MUTED


def _lag(run: "RunSummary") -> Cell:
    text = wording.moment(run.outcome.t_grok if run.outcome is not None else None, SHORT)
    return text, MUTED if text == wording.MISSING else PLAIN


def _accuracy(run: "RunSummary") -> Cell:
    span = run.metrics.get("test_accuracy")
    return wording.accuracy(span.last if span is not None else None), PLAIN


def _status(run: "RunSummary", signed: bool) -> Cell:
    return _status_text(run, signed), MUTED if run.status == "finished" else PLAIN


def _status_text(run: "RunSummary", signed: bool) -> str:
    # where no run has a sign, its cells go to the names
    return words.status(run) if signed else words.status(run).strip()


def _config(key: str) -> Callable[["RunSummary"], Cell]:
    return lambda run: (wording.value(run.config.get(key)), PLAIN)


def _spark(run: "RunSummary") -> Cell:
    values = run.spark
    if not values:
        return "", MUTED
    count = min(len(values), 32)
    picked = [values[round(i * (len(values) - 1) / max(count - 1, 1))] for i in range(count)]
    top = len(SPARKS) - 1
    text = "".join(SPARKS[min(max(round(v * top), 0), top)] if v == v else " " for v in picked)
    return text, MUTED
