"""A frame: a panel drawn at a size, as cells of characters and inks."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from grokscope.tui.plot.decimate import along, decimate
from grokscope.tui.plot.labels import place_label
from grokscope.tui.plot.palette import MUTED, PLAIN, STRONG, Ink
from grokscope.tui.plot.panel import Line, Panel
from grokscope.tui.plot.raster import BRAILLE, Raster
from grokscope.tui.plot.scale import Scale
from grokscope.tui.plot.ticks import ticks

GUTTER = 6
"""Cells left of the plot: a tick's label and the axis; alike everywhere, so that panels align."""
DOTTING = 3
"""Pixels from dot to dot of a dotted curve."""


@dataclass
class Frame:
    """A panel as cells."""

    text: NDArray[np.str_]
    """One character a cell, (height, width)."""
    ink: NDArray[np.int64]
    """Index into `inks`, (height, width)."""
    inks: list[Ink] = field(default_factory=lambda: [PLAIN, MUTED, STRONG])
    time: Scale | None = None
    """Of the plot, where there is one."""
    plot: tuple[int, int, int, int] = (0, 0, 0, 0)
    """Top row, left column, height and width of the plot."""

    def write(self, row: int, column: int, text: str, ink: Ink = PLAIN) -> None:
        """Write `text` from a cell on, cut off at the right edge."""
        height, width = self.text.shape
        text = text[: max(width - column, 0)]
        if 0 <= row < height and text:
            self.text[row, column : column + len(text)] = list(text)
            self.ink[row, column : column + len(text)] = self.number(ink)

    def number(self, ink: Ink) -> int:
        """Return the index of `ink`, added where it is new."""
        if ink not in self.inks:
            self.inks.append(ink)
        return self.inks.index(ink)

    def column(self, time: float) -> int | None:
        """Return the column of a time, None where it lies outside."""
        if self.time is None:
            return None
        fraction = float(self.time.place([time])[0])
        _, left, _, width = self.plot
        if not -1e-9 <= fraction <= 1 + 1e-9:
            return None
        return left + round(fraction * (width - 1))

    def time_at(self, column: int) -> float | None:
        """Return the time at a column, None outside the plot."""
        _, left, _, width = self.plot
        if self.time is None or not left <= column < left + width:
            return None
        return self.time.value((column - left) / max(width - 1, 1))


def draw(panel: Panel, width: int, height: int, raster: Raster, named_marks: bool = True) -> Frame:
    """Return the panel as `height` rows of `width` cells.

    From the top: a title with the axes' scales at its right, the plot, the time axis with
    marks on it, tick labels, and with `named_marks` a row for what the marks mean.
    """
    frame = Frame(np.full((height, width), " "), np.zeros((height, width), int))
    _title(frame, panel)
    below = 3 if named_marks else 2
    plot_width, plot_height = width - GUTTER - 1, height - 1 - below
    if not panel.has_data or plot_width < 8 or plot_height < 2:
        _explain(frame, panel)
        return frame
    time, value = panel.scales(plot_width)
    frame.time, frame.plot = time, (1, GUTTER, plot_height, plot_width)
    _value_axis(frame, value)
    _time_axis(frame, panel, time)
    _curves(frame, panel, value, raster)
    return frame


def _title(frame: Frame, panel: Panel) -> None:
    width = frame.text.shape[1]
    scales = f"{'log ' if panel.log_x else ''}{panel.time_unit}"
    if panel.log_y:
        scales = f"log y, {scales}"
    if not panel.has_data:
        scales = ""
    room = max(width - len(scales) - 3, 0)
    title = panel.title if len(panel.title) <= room else panel.title[: room - 1] + "…"
    frame.write(0, 1, title, STRONG)
    frame.write(0, max(width - len(scales) - 1, 0), scales, MUTED)


def _explain(frame: Frame, panel: Panel) -> None:
    height, width = frame.text.shape
    lines = panel.empty if not panel.has_data else ("too small to draw",)
    top = max((height - len(lines)) // 2, 1)
    for row, line in enumerate(lines):
        line = line if len(line) < width else line[: width - 1] + "…"
        frame.write(top + row, max((width - len(line)) // 2, 0), line, MUTED)


def _value_axis(frame: Frame, value: Scale) -> None:
    top, left, height, _ = frame.plot
    for row in range(top, top + height):
        frame.write(row, left - 1, "│", MUTED)
    used: set[int] = set()
    for number, label in ticks(value, max(height // 2, 2)):
        row = top + height - 1 - round(float(value.place([number])[0]) * (height - 1))
        if top <= row < top + height and row not in used:
            used.add(row)
            frame.write(row, left - 1, "┤", MUTED)
            frame.write(row, max(left - 1 - len(label), 0), label[: left - 1], MUTED)


def _time_axis(frame: Frame, panel: Panel, time: Scale) -> None:
    top, left, height, width = frame.plot
    axis = top + height
    frame.write(axis, left - 1, "└" + "─" * width, MUTED)
    free = left
    for number, label in ticks(time, max(width // 5, 2)):
        column = frame.column(number)
        if column is None:
            continue
        frame.write(axis, column, "┬", MUTED)
        start = min(max(column - (len(label) - 1) // 2, free), frame.text.shape[1] - len(label))
        if start >= free and abs(start - column) <= len(label):
            frame.write(axis + 1, start, label, MUTED)
            free = start + len(label) + 1
    for mark in panel.marks:
        column = frame.column(mark.time)
        if column is not None:
            frame.write(axis, column, "▲", STRONG)
    if axis + 2 < frame.text.shape[0]:
        _mark_labels(frame, panel, axis + 2)


def _mark_labels(frame: Frame, panel: Panel, row: int) -> None:
    width = frame.text.shape[1]
    groups: list[tuple[float, list[str]]] = []
    for mark in sorted(panel.marks, key=lambda mark: mark.time):
        column = frame.column(mark.time)
        if column is None:
            continue
        centre, texts = groups[-1] if groups else (-np.inf, [])
        room = (len(", ".join(texts)) + len(mark.text)) / 2 + 2
        if column - centre < room:
            groups[-1] = ((centre + column) / 2, [*texts, mark.text])
        else:
            groups.append((column, [mark.text]))
    free = 0
    for centre, texts in groups:
        text = ", ".join(texts)
        start = min(max(round(centre - len(text) / 2), free), max(width - len(text), 0))
        frame.write(row, start, text)
        free = start + len(text) + 2


def _curves(frame: Frame, panel: Panel, value: Scale, raster: Raster) -> None:
    top, left, height, width = frame.plot
    inside = (slice(top, top + height), slice(left, left + width))
    cells = np.zeros((height, width), np.uint8)
    covers = [np.zeros((height, width), bool) for _ in panel.lines]
    for line, cover in zip(panel.lines, covers, strict=True):
        drawn = _rasterise(line, frame, value, raster)
        cover[:] = drawn > 0
        cells |= drawn
        frame.ink[inside][cover] = frame.number(line.ink)
    codes = np.where(cells > 0, ord("*") if raster.ascii else BRAILLE + cells.astype(int), ord(" "))
    frame.text[inside] = codes.astype(np.uint32).view("<U1")
    if raster.ascii:
        for line, cover in zip(panel.lines, covers, strict=True):
            frame.text[inside][cover] = "." if line.dotted else "*"
    taken = cells > 0
    for index, (line, cover) in enumerate(zip(panel.lines, covers, strict=True)):
        others = [c for i, c in enumerate(covers) if i != index]
        other = np.any(others, axis=0) if others else np.zeros_like(taken)
        at = place_label(taken, cover, other, len(line.label))
        if at is not None and line.label:
            frame.write(top + at[0], left + at[1], line.label, replace(line.ink, bold=True))
            taken[at[0], at[1] - 1 : at[1] + len(line.label) + 1] = True


def _rasterise(line: Line, frame: Frame, value: Scale, raster: Raster) -> NDArray[np.uint8]:
    assert frame.time is not None
    _, _, height, width = frame.plot
    across, up = raster.pixels
    x = frame.time.place(line.time) * (width * across - 1)
    y = value.place(line.values)
    y = np.where((y > -1e-9) & (y < 1 + 1e-9), y, np.nan) * (height * up - 1)
    pieces = decimate(x, y)
    if line.dotted and not raster.ascii:
        return raster.dots([along(piece, DOTTING) for piece in pieces], width, height)
    return raster.lines(pieces, width, height)
