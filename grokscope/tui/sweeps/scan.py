"""The scan plot: a quantity over one configuration key, runs as letters, medians as lines."""

from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from grokscope.quantities import REGIME, TIMES, Quantity, middle
from grokscope.store.query.fields import REGIMES
from grokscope.tui import words
from grokscope.tui.plot.drawing import draw
from grokscope.tui.plot.frame import Frame
from grokscope.tui.plot.palette import MUTED, REGIME_HUES, RUN_HUES, Ink, regime_ink
from grokscope.tui.plot.panel import Line, Panel
from grokscope.tui.plot.raster import Raster
from grokscope.tui.sweeps.sweep import key_name

if TYPE_CHECKING:
    from grokscope.pivot import Axis, Pivot
    from grokscope.tui.headings import Span
    from grokscope.tui.session import Session

DECADE = 10.0
"""Ratio of the greatest to the least value from which on an axis is logarithmic unasked."""
MOST_LINES = 7
"""Most lines of medians; of more rows the cursor's alone has one."""
ROW_HUES = tuple(sorted(RUN_HUES, key=lambda hue: hue in REGIME_HUES.values()))
"""Hues of rows: those that mean no regime come first."""
MARGIN = 0.04
"""Part of the axis left empty at either end."""


def scanned(session: "Session") -> str:
    """Return the quantity that is drawn: the chosen one, or the lag, for regimes are letters."""
    shows = session.sweep.shows
    return next(iter(TIMES)) if shows == REGIME else shows


def scan(session: "Session", width: int, height: int) -> Frame:
    """Return the plot as a frame; its columns are those of the cells."""
    panel = _panel(session)
    frame = draw(panel, width, height, Raster(session.ascii), named_marks=False)
    if frame.time is not None:
        _name_ticks(session, frame)
        _cursor(session, frame)
        _letters(session, panel, frame)
    return frame


def spans(frame: Frame) -> "list[list[Span]]":
    """Return a frame as lines of spans."""
    lines = []
    for text, inks in zip(frame.text, frame.ink, strict=True):
        parts = groupby(zip(text.tolist(), inks.tolist(), strict=True), key=lambda one: one[1])
        lines.append([("".join(c for c, _ in part), frame.inks[ink]) for ink, part in parts])
    return lines


def places(axis: "Axis") -> NDArray[np.float64]:
    """Return where an axis' values lie: at themselves, or one after another."""
    return np.arange(1.0, len(axis.values) + 1) if axis.numbers is None else axis.numbers


def logs(session: "Session") -> tuple[bool, bool]:
    """Return whether the axes of key and quantity are logarithmic: as chosen, else as fits."""
    sweep = session.sweep
    table, axis = sweep.table(session), sweep.pivot(session).columns
    quantity = table.quantity(scanned(session))
    x, y = axis.numbers, quantity.bounds
    # 0 has a place of its own on the axis of the key
    fits_x = x is not None and _spans_decades(x[x != 0])
    fits_y = "accuracy" not in quantity.name and _spans_decades(y[np.isfinite(y)])
    return (
        fits_x if sweep.log_x is None or x is None else sweep.log_x,
        fits_y if sweep.log_y is None else sweep.log_y,
    )


def _spans_decades(values: NDArray[np.float64]) -> bool:
    return values.size > 1 and values.min() > 0 and values.max() >= DECADE * values.min()


def _panel(session: "Session") -> Panel:
    sweep = session.sweep
    table, pivot = sweep.table(session), sweep.pivot(session)
    quantity = table.quantity(scanned(session))
    x, y = places(pivot.columns), quantity.bounds
    log_x, log_y = logs(session)
    rows = range(len(pivot.rows.values))
    if len(rows) > MOST_LINES:
        rows = range(place := sweep.place(session)[0], place + 1)
    lines = [_median(session, row, quantity, x) for row in rows]
    return Panel(
        quantity.heading,
        key_name(pivot.columns.key),
        tuple(lines),
        log_x=log_x,
        log_y=log_y,
        bounds=(0.0, 1.0) if "accuracy" in quantity.name else None,
        times=(_padded(x, log_x),),
        values=(y,),
        empty=(f"no run here has {quantity.title}", "m shows the next quantity"),
        margin=max(len(line.label) for line in lines) + 1,
        ends=True,
    )


def _median(session: "Session", row: int, quantity: Quantity, x: NDArray[np.float64]) -> Line:
    pivot, place = session.sweep.pivot(session), session.sweep.place(session)
    found = [middle(quantity, pivot.at((row, column))) for column in range(x.size)]
    values = np.array([np.nan if one.beyond else one.median for one in found])
    label = pivot.rows.labels[row] if pivot.rows.key else ""
    # a median that is only known to lie beyond breaks the line, a cell without runs does not
    known = np.array([one.count > 0 for one in found])
    return Line(label, x[known], values[known], _ink(session, row, row == place[0]))


def _ink(session: "Session", row: int, bold: bool) -> Ink:
    rows = len(session.sweep.pivot(session).rows.values)
    if not session.sweep.row or rows > MOST_LINES:
        chosen = row == session.sweep.place(session)[0]
        return Ink(bold=bold and chosen, dim=not chosen)
    return Ink(ROW_HUES[row % len(ROW_HUES)], bold=bold)


def _padded(x: NDArray[np.float64], log: bool) -> NDArray[np.float64]:
    """Return values a little beyond both ends, so that letters keep off the edge."""
    known = x[x > 0] if log else x
    low, high = (np.log(known.min()), np.log(known.max())) if log else (known.min(), known.max())
    more = (high - low) * MARGIN or 0.5
    ends = np.array([low - more, high + more])
    return np.exp(ends) if log else ends


def _letters(session: "Session", panel: Panel, frame: Frame) -> None:
    """Write each run as the letter of its regime, those of the cursor's row above the others."""
    sweep = session.sweep
    table, pivot, place = sweep.table(session), sweep.pivot(session), sweep.place(session)
    quantity, regime = table.quantity(scanned(session)), table.quantity(REGIME)
    _, scale = panel.scales(frame.plot[3])
    top, _, height, _ = frame.plot
    up = np.clip(scale.place(quantity.bounds), 0, 1).tolist()
    raster = Raster(session.ascii)
    ats = [frame.column(value) for value in places(pivot.columns).tolist()]
    words_of = {float(place): word for place, word in enumerate(REGIMES)}
    written: dict[tuple[int, int], tuple[str, Ink]] = {}
    for row, column in sorted(pivot.cells, key=lambda cell: cell[0] == place[0]):
        at = ats[column]
        for run in pivot.at((row, column)).tolist():
            if at is None or not np.isfinite(up[run]):
                continue
            word = words_of.get(regime.lists[0][run], "")
            letter = word[:1] or "?"
            if quantity.lists[0][run] == np.inf:
                letter = letter.upper()
            ink = _ink(session, row, True) if sweep.row else regime_ink(word, bold=True)
            line = top + raster.row(up[run], height)
            written[line, at + _aside(pivot, frame, row, at)] = letter, ink
    for (line, at), (letter, ink) in written.items():
        frame.write(line, at, letter, ink)


def _aside(pivot: "Pivot", frame: Frame, row: int, at: int) -> int:
    """Return how many columns the letters of a row stand beside their value, so that all show."""
    _, left, _, width = frame.plot
    rows = len(pivot.rows.values)
    if not 1 < rows < width // len(pivot.columns.values) // 2:
        return 0
    # 0 lies at the very edge of a logarithmic axis
    return max(left, min(at - rows // 2, left + width - rows)) + row - at


def _cursor(session: "Session", frame: Frame) -> None:
    pivot, place = session.sweep.pivot(session), session.sweep.place(session)
    at = frame.column(float(places(pivot.columns)[place[1]]))
    top, _, height, _ = frame.plot
    if at is not None:
        for row in range(top, top + height):
            if frame.text[row, at] == " ":
                frame.write(row, at, "┆", MUTED)
        frame.write(top + height, at, "┴", MUTED)


def _name_ticks(session: "Session", frame: Frame) -> None:
    """Write the values under the axis; numbers only where all have room."""
    axis = session.sweep.pivot(session).columns
    top, left, height, width = frame.plot
    known = [(at, one) for at, one in _columns(frame, axis) if at is not None]
    numeric = axis.numbers is not None
    if numeric and any(2 * (b - a) < len(x) + len(y) + 2 for (a, x), (b, y) in pairwise(known)):
        return
    gap = min((b - a for (a, _), (b, _) in pairwise(known)), default=width)
    frame.write(top + height, left, "─" * width, MUTED)
    frame.write(top + height + 1, 0, " " * frame.text.shape[1])
    for at, label in known:
        text = label if numeric else words.shortened(label, max(gap - 1, 1))
        frame.write(top + height, at, "┬", MUTED)
        frame.write(top + height + 1, max(at - len(text) // 2, 0), text, MUTED)


def _columns(frame: Frame, axis: "Axis") -> "Iterator[tuple[int | None, str]]":
    for x, label in zip(places(axis), axis.labels, strict=True):
        yield frame.column(float(x)), label
