"""What is under the cursor of a sweep: values, regimes, medians with spread, and the runs."""

from typing import TYPE_CHECKING

from grokscope.quantities import REGIME, TIMES, middle, regimes
from grokscope.tui import words
from grokscope.tui.plot.palette import MUTED, PLAIN, STRONG
from grokscope.tui.sweeps.sweep import key_name

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from grokscope.tui.headings import Line, Span
    from grokscope.tui.session import Session
    from grokscope.tui.sweeps.sweep import Table

TOLD = (*reversed(TIMES), "test_accuracy")
"""Quantities that are always told."""


def heading(session: "Session", name: str, over: str, width: int) -> "Line":
    """Return what a screen of a sweep is over, and of how many runs."""
    cells = len(session.sweep.pivot(session).cells)
    count = f"{cells} {'cell' if cells == 1 else 'cells'}, {_runs(len(session.shown))}"
    said = [session.filter] * bool(session.filter)
    if session.only:
        said.append(session.only.why)
    left: list[Span] = [(f" {name}", STRONG), (f"  {over}", PLAIN)]
    room = width - sum(len(text) for text, _ in left) - len(count) - 5
    kept = words.shortened(f"only {', '.join(said)}", room) if said and room > 12 else ""
    return [*left, (f"  {kept}", MUTED)], [(f"{count} ", MUTED)]


def keys(session: "Session") -> str:
    """Return the keys along columns and rows: 'init_scale × weight_decay'."""
    sweep = session.sweep
    return " × ".join(key_name(key) for key in (sweep.column, sweep.row) if key)


def where(session: "Session") -> str:
    """Return the values under the cursor: 'init_scale 3, weight_decay 1e-4'."""
    pivot, place = session.sweep.pivot(session), session.sweep.place(session)
    pairs = ((pivot.columns, place[1]), (pivot.rows, place[0]))
    return ", ".join(f"{key_name(a.key)} {a.labels[at]}" for a, at in pairs if a.key)


def readout(session: "Session", width: int, height: int) -> "list[list[Span]]":
    """Return at most `height` lines on the cell under the cursor."""
    sweep = session.sweep
    table, members = sweep.table(session), sweep.members(session)
    head = f" {where(session)}: "
    if not members.size:
        return [[(head, STRONG), ("no run has these values", MUTED)]]
    told = regimes(table.quantity(REGIME), members)
    counts = ", ".join(f"{count} {word or 'undecided'}" for word, count in told)
    names = [name for name in dict.fromkeys([sweep.shows, *TOLD]) if name in table.names]
    medians = [median(table, name, members) for name in names if name != REGIME]
    unit = table.quantity(TOLD[0]).unit
    lines: list[list[Span]] = [
        [(head, STRONG), (f"{_runs(members.size)}, {counts}", PLAIN)],
        [(f" {unit:<7}", MUTED), ("   ".join(words.fitting(medians, width - 8, 3)), PLAIN)],
    ]
    return [*lines, *_listed(session, members, height - len(lines))][:height]


def median(table: "Table", name: str, members: "NDArray[np.int64]") -> str:
    """Return a quantity's median over some runs, with its spread."""
    quantity = table.quantity(name)
    found = middle(quantity, members)
    spread = found.spread(quantity)
    title = "Δ" if name == "t_grok" else quantity.title
    return f"{title} {found.written(quantity)}" + (f" ({spread})" if spread else "")


def _listed(session: "Session", members: "NDArray[np.int64]", height: int) -> "list[list[Span]]":
    from grokscope.tui.runs.why import verdict

    runs = [session.shown[index] for index in members[: max(height, 0)]]
    left = members.size - len(runs)
    if left and runs:
        runs, left = runs[:-1], left + 1
    widest = max((len(session.labels[run.id]) for run in runs), default=0)
    lines: list[list[Span]] = [
        [(f"   {session.labels[run.id]:<{widest}}  ", PLAIN), (verdict(run), MUTED)] for run in runs
    ]
    return [*lines, [(f"   and {left} more", MUTED)]] if left and height > 0 else lines


def _runs(count: int) -> str:
    return f"{count} run" if count == 1 else f"{count} runs"
