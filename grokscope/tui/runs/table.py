"""The table of runs: which columns fit, how wide, and the lines above them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grokscope import wording
from grokscope.tui import words
from grokscope.tui.plot.palette import MUTED, PLAIN, STRONG, Ink
from grokscope.tui.runs import columns
from grokscope.tui.runs.column import NAME, Cell, Column, reading
from grokscope.tui.runs.columns import COURSE, OUTCOMES, column
from grokscope.tui.runs.folding import SEEDS, Row

if TYPE_CHECKING:
    from grokscope.store.listing.summary import RunSummary
    from grokscope.tui.session import Session

MARGIN = 3
"""Cells before the first column: cursor, mark, star."""
LEAST_LABEL = 12
LEAST = 3
"""Fewest cells of a column."""
SPREAD = {"t_train": 8, "t_test": 7, "t_grok": 7}
"""Cells of an outcome where rows tell several runs'."""
WHOLE = 110
"""Cells from which on regimes of rows are written whole."""
UP, DOWN = "▲", "▼"
"""Signs of the column that the list is sorted by: smallest or greatest first."""
LATE = ("created", "heartbeat", "status", "rate", "eta", "epoch", "tags", "note", "disk_bytes")
"""Fields that tell of the process and of people; they are offered last."""


@dataclass(frozen=True)
class Named(Column):
    """The column of names, which tell folded runs from those below them."""

    session: "Session"

    def cell(self, row: Row) -> Cell:
        """Return a row's name; a run's has its hue."""
        text = label(self.session, row)
        if len(row.runs) == 1:
            return text, Ink(self.session.hue(row.runs[0].id))
        return text, STRONG if row.runs else MUTED


def laid_out(session: "Session", width: int) -> list[Column]:
    """Return the columns that fit in `width` cells, left to right.

    Those that were chosen; else all of the outcome and the status always, and configuration keys
    that differ and the course of the test accuracy as far as there is room.
    """
    chosen = session.listing.chosen
    return _chosen(session, chosen, width) if chosen else _usual(session, width)


def offered(session: "Session") -> list[str]:
    """Return the keys of all columns there can be besides the name, the usual ones first."""
    from grokscope.store.query.fields import FIELDS, Fields

    fields = Fields(session.kinds)
    told = {"id", "name", "tag", "t_lost", "age", *OUTCOMES, *LATE}
    rest = [key for key in FIELDS if key not in told]
    keys = [
        *OUTCOMES, "t_lost", COURSE, *session.differing, "seed", *fields.metrics, *fields.moments,
        *LATE, *(key for key in fields.config if key != wording.TITLE), *rest,
    ]  # fmt: skip
    return list(dict.fromkeys(keys))


def header(shown: Sequence[Column], sort: str = "", inverted: bool = False) -> tuple[str, str]:
    """Return the two lines above the list: names, and units with the sign of the sorted column."""
    pad = " " * MARGIN
    sign = DOWN if inverted else UP
    units = [one.unit + sign if one.key == sort else one.unit for one in shown]
    heads = (one.fit(one.head) for one in shown)
    marked = (one.fit(unit) for one, unit in zip(shown, units, strict=True))
    return pad + " ".join(heads), pad + " ".join(marked)


def at(shown: Sequence[Column], x: int) -> str:
    """Return the key of the column that stands at cell `x` of a line, empty where none does."""
    start = MARGIN
    for one in shown:
        if start <= x < start + one.width:
            return one.key
        start += one.width + 1
    return ""


def label(session: "Session", row: Row) -> str:
    """Return what a row is called: name and seed, `name ×5`, or below one of those its seed."""
    if not row.runs:
        return row.id
    run = row.runs[0]
    by = session.listing.fold
    if row.several:
        name = run.name or run.task or run.id
        if by != SEEDS:
            value = wording.value(reading(by)(run))
            name = value if by in ("name", "task", "model") else f"{words.short_key(by)} {value}"
        return f"{name} ×{len(row.runs)}"
    known: str = session.labels[run.id]
    if row.branch and by == SEEDS:
        return row.branch + (f"s{run.seed}" if known != run.id else run.id)
    return row.branch + known


def _usual(session: "Session", width: int) -> list[Column]:
    outcome = [_roomy(_made(session, key), session, width) for key in OUTCOMES]
    state = _roomy(_made(session, "status"), session, width)
    labels = _longest(session)
    room = width - MARGIN - sum(one.width + 1 for one in outcome) - state.width
    extra: list[Column] = []
    for key in _telling(session):
        one = _roomy(_made(session, key), session, width)
        if room - one.width - 1 - LEAST_LABEL < 1 or (extra and room < labels + 30):
            break
        extra.append(one)
        room -= one.width + 1
    if session.runs and room - labels > 26:
        course = _made(session, COURSE).widened(min(room - labels - 2, columns.MOST_SPARKS))
        extra.append(course)
        room -= course.width + 1
    return [_named(session, min(labels, max(room - 1, 8))), *outcome, *extra, state]


def _chosen(session: "Session", chosen: Sequence[str], width: int) -> list[Column]:
    room = width - MARGIN
    found = []
    for key in chosen:
        one = _roomy(_made(session, key), session, width)
        if room - one.width - 1 < LEAST_LABEL:
            break
        room -= one.width + 1
        found.append(one)
    return [_named(session, min(_longest(session), max(room, 8))), *found]


def _telling(session: "Session") -> Iterator[str]:
    """Yield the keys of what sets runs apart: `init_scale` where nothing does; tags, if any."""
    keys = session.differing
    if not keys and any("model.init_scale" in run.config for run in session.kinds):
        keys = ["model.init_scale"]
    yield from keys
    if session.tagged:
        yield "tags"


def _made(session: "Session", key: str) -> Column:
    """Return a column, made once a listing: it looks at all runs."""
    made = session.listing.made
    if made.get("") is not session.runs:
        made.clear()
        made[""] = session.runs
    if key not in made:
        made[key] = column(key, session.runs if key in LATE else session.kinds)
    found: Column = made[key]
    return found


def _roomy(one: Column, session: "Session", width: int) -> Column:
    """Return a column as wide as was set, else as rows of several runs need."""
    if one.key in session.listing.widths:
        return one.widened(session.listing.widths[one.key])
    most = max((len(row.runs) for row in session.listing.rows), default=0)
    if most < 2:
        return one
    # as in '12/12 steady', or with every word whole
    word = 6 if width < WHOLE else 9
    wide = word + 2 + 2 * len(str(most)) if one.key == "regime" else SPREAD.get(one.key, 0)
    return one.widened(max(one.width, wide))


def _named(session: "Session", width: int) -> Column:
    def one(run: "RunSummary") -> Cell:
        return session.labels[run.id], Ink(session.hue(run.id))

    read = reading(NAME)
    return Named(NAME, "run", "", width, "<", read, one, lambda *_: ("", PLAIN), session)


def _longest(session: "Session") -> int:
    """Return the width of the names: as was set, else as the longest needs."""
    names = (len(label(session, row)) for row in session.listing.rows)
    return session.listing.widths.get(NAME) or max([LEAST_LABEL, *names])
