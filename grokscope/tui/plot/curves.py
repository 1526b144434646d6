"""Curves on a frame: thinned to its pixels, drawn, and named."""

import numpy as np
from numpy.typing import NDArray

from grokscope.tui.plot.decimate import Points, along, parted, path, pieces, thinned
from grokscope.tui.plot.frame import Frame
from grokscope.tui.plot.labels import place_label
from grokscope.tui.plot.palette import MUTED, Ink
from grokscope.tui.plot.panel import Line, Panel
from grokscope.tui.plot.raster import BRAILLE, Raster
from grokscope.tui.plot.scale import Scale

DOTTING = 3
"""Pixels from dot to dot of a dotted curve."""
POINT = "•"
"""A point without neighbours, whose one dot would hardly be seen."""
SIGNED = 9
"""Columns from sign to sign of a curve."""
SLACK = 1e-9
"""Part of an axis by which a value may lie beyond its end."""


def draw_curves(
    frame: Frame, panel: Panel, value: Scale, right: Scale | None, raster: Raster
) -> None:
    """Draw all curves of a panel into the plot of its frame, later ones over earlier ones."""
    top, left, height, width = frame.plot
    inside = (slice(top, top + height), slice(left, left + width))
    if panel.rule is not None:
        _rule(frame, value, panel.rule, raster)
    cells = np.zeros((height, width), np.uint8)
    covers, lonely = [], np.zeros((height, width), bool)
    for line in panel.lines:
        scale = right if line.right and right is not None else value
        drawn, alone = _rasterise(line, frame, scale, raster)
        covers.append(drawn > 0)
        lonely = (lonely & ~covers[-1]) | alone
        cells |= drawn
        frame.ink[inside][covers[-1]] = frame.number(line.ink)
    taken = cells > 0
    codes = BRAILLE + cells.astype(np.uint32) if not raster.ascii else np.uint32(ord("*"))
    frame.text[inside][taken] = (
        np.broadcast_to(codes, taken.shape).astype(np.uint32).view("<U1")[taken]
    )
    if raster.ascii:
        for line, cover in zip(panel.lines, covers, strict=True):
            frame.text[inside][cover] = "." if line.dotted else "*"
    frame.text[inside][lonely] = "o" if raster.ascii else POINT
    if panel.signed:
        _sign(frame, panel, covers)
    if panel.ends:
        _name_ends(frame, panel, covers)
    else:
        _name_inside(frame, panel, covers, taken)


def _rule(frame: Frame, value: Scale, at: float, raster: Raster) -> None:
    top, left, height, width = frame.plot
    place = float(value.place([at])[0])
    if 0 <= place <= 1:
        frame.write(top + raster.row(place, height), left, "┄" * width, MUTED)


def _sign(frame: Frame, panel: Panel, covers: list[NDArray[np.bool_]]) -> None:
    """Write the signs of curves on them, those of different ones in different columns."""
    top, left, _, width = frame.plot
    for index, (line, cover) in enumerate(zip(panel.lines, covers, strict=True)):
        for column in range(index * SIGNED // len(covers), width, SIGNED):
            rows = np.flatnonzero(cover[:, column])
            if rows.size:
                row = int(rows[rows.size // 2])
                frame.write(top + row, left + column, line.sign, Ink(line.ink.hue, bold=True))


def _name_inside(
    frame: Frame, panel: Panel, covers: list[NDArray[np.bool_]], taken: NDArray[np.bool_]
) -> None:
    top, left, _, _ = frame.plot
    taken = taken.copy()
    for index, (line, cover) in enumerate(zip(panel.lines, covers, strict=True)):
        if not line.label:
            continue
        others = [c for i, c in enumerate(covers) if i != index]
        other = np.any(others, axis=0) if others else np.zeros_like(taken)
        at = place_label(taken, cover, other, len(line.label))
        if at is not None:
            frame.write(top + at[0], left + at[1], line.label, Ink(line.ink.hue, bold=True))
            taken[at[0], at[1] - 1 : at[1] + len(line.label) + 1] = True


def _name_ends(frame: Frame, panel: Panel, covers: list[NDArray[np.bool_]]) -> None:
    """Write names right of the plot, each as near to its curve's last point as others allow."""
    top, left, height, width = frame.plot
    wanted = []
    for line, cover in zip(panel.lines, covers, strict=True):
        columns = np.flatnonzero(cover.any(axis=0))
        if line.label and columns.size:
            rows = np.flatnonzero(cover[:, columns[-1]])
            wanted.append((int(rows[len(rows) // 2]), line))
    free = set(range(height))
    for row, line in wanted:
        if not free:
            return
        nearest = min(free, key=lambda one: (abs(one - row), one))
        free.remove(nearest)
        frame.write(top + nearest, left + width + 1, line.label, Ink(line.ink.hue, bold=True))


def _rasterise(
    line: Line, frame: Frame, value: Scale, raster: Raster
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Return the cells of a curve, and those in which a point stands alone."""
    _, _, height, width = frame.plot
    across, up = raster.pixels
    drawn = _pieces(line, frame, value, width * across - 1, height * up - 1)
    alone = raster.dots([piece for piece in drawn if piece[0].size == 1], width, height) > 0
    if line.dotted and not raster.ascii:
        return raster.dots([along(piece, DOTTING) for piece in drawn], width, height), alone
    return raster.lines(drawn, width, height), alone


def _pieces(line: Line, frame: Frame, value: Scale, right: int, top: int) -> list[Points]:
    """Return the pieces of a curve in pixels, of which the plot has 0 to `right` and `top`."""
    assert frame.time is not None
    if not line.ordered or not np.isfinite(line.time).all():
        x, y = path(line.time, line.values)
        x, y = frame.time.place(x), value.place(y)
        return pieces(_within(x) * right, _within(y) * top)
    time = frame.time
    low = 0.0 if time.zero_gap else time.low
    first = int(np.searchsorted(line.time, low - SLACK * (time.high - time.low)))
    last = int(np.searchsorted(line.time, time.high * (1 + SLACK), side="right"))
    x, y = line.time[first:last], line.values[first:last]
    least, most = value.values(np.array([-SLACK, 1 + SLACK]))
    with np.errstate(invalid="ignore"):
        good = (y >= least) & (y <= most)
    edges = time.values((np.arange(right) + 0.5) / max(right, 1))
    columns, heights, number = thinned(x, y, good, edges)
    rows = np.clip(value.place(heights), 0, 1) * top
    begun, ended = _edges(line, first, last, time, value, good)
    ends = number[[0, -1]] if number.size else np.zeros(2, np.int64)
    if begun is not None and (number.size or ended is not None):
        columns, rows = np.append(0.0, columns), np.append(begun * top, rows)
        number = np.append(ends[0], number)
    if ended is not None and number.size:
        columns, rows = np.append(columns, float(right)), np.append(rows, ended * top)
        number = np.append(number, ends[1])
    return parted(columns, np.rint(rows), number)


def _edges(
    line: Line, first: int, last: int, time: Scale, value: Scale, good: NDArray[np.bool_]
) -> tuple[float | None, float | None]:
    """Return the heights at which a curve enters and leaves the part of the axis that is seen."""

    def crossing(outer: int, inner: int, at: float) -> float | None:
        x = time.place(line.time[[outer, inner]])
        y = value.place(line.values[[outer, inner]])
        if not np.isfinite([*x, *y]).all() or x[0] == x[1]:
            return None
        height = float(y[0] + (y[1] - y[0]) * (at - x[0]) / (x[1] - x[0]))
        return min(max(height, 0.0), 1.0)

    size = line.time.size
    begins = 0 < first < size and (good[0] if good.size else True)
    ends = 0 < last < size and (good[-1] if good.size else True)
    begun = crossing(first - 1, first, 0.0) if begins else None
    return begun, crossing(last, last - 1, 1.0) if ends else None


def _within(places: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore"):
        return np.where((places > -SLACK) & (places < 1 + SLACK), places, np.nan)
