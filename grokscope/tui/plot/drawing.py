"""Drawing: a panel as a frame of a size, with its title, axes, marks and curves."""

import textwrap

import numpy as np

from grokscope.tui.plot.curves import draw_curves
from grokscope.tui.plot.frame import Frame
from grokscope.tui.plot.palette import MUTED, PLAIN, STRONG
from grokscope.tui.plot.panel import Panel
from grokscope.tui.plot.raster import Raster
from grokscope.tui.plot.scale import Scale
from grokscope.tui.plot.ticks import ticks

GUTTER = 6
"""Cells left of the plot: a tick's label and the axis; alike everywhere, so that panels align."""


def draw(panel: Panel, width: int, height: int, raster: Raster, named_marks: bool = True) -> Frame:
    """Return the panel as `height` rows of `width` cells.

    From the top: a title with the axes' scales at its right, the plot, the time axis with
    marks on it, tick labels, and with `named_marks` a row for what the marks mean and for the
    phases between them.
    """
    frame = Frame.blank(width, height)
    _title(frame, panel)
    below = 3 if named_marks else 2
    plot_width, plot_height = width - GUTTER - 1 - panel.margin, height - 1 - below
    if not panel.has_data or plot_width < 8 or plot_height < 2:
        _explain(frame, panel)
        return frame
    time, value = panel.scales(plot_width)
    frame.time, frame.plot = time, (1, GUTTER, plot_height, plot_width)
    right = panel.right_scale()
    _value_axis(frame, value, raster)
    if right is not None:
        _right_axis(frame, right, raster)
    _time_axis(frame, panel, time)
    if named_marks:
        names = _mark_labels(frame, panel, 1 + plot_height + 2)
        _phases(frame, panel, 1 + plot_height + 2, names)
    draw_curves(frame, panel, value, right, raster)
    if panel.window is not None and not any(
        np.isfinite(line.seen(panel.window)).any() for line in panel.lines
    ):
        _in_the_middle(frame, ("nothing was recorded in this part",))
    return frame


def _title(frame: Frame, panel: Panel) -> None:
    width = frame.text.shape[1]
    scales = f"{'log ' if panel.log_x else ''}{panel.time_unit}"
    if panel.log_y:
        scales = f"log y, {scales}"
    if not panel.has_data:
        scales = ""
    if panel.side is not None and scales:
        scales = f"→ {panel.side.title}{', log' if panel.side.log else ''}   {scales}"
    room = max(width - len(scales) - 3, 0)
    title = panel.title if len(panel.title) <= room else panel.title[: room - 1] + "…"
    frame.write(0, 1, title, STRONG)
    frame.write(0, max(width - len(scales) - 1, 0), scales, MUTED)


def _explain(frame: Frame, panel: Panel) -> None:
    _in_the_middle(frame, panel.empty if not panel.has_data else ("too small to draw",))


def _in_the_middle(frame: Frame, lines: tuple[str, ...]) -> None:
    height, width = frame.text.shape
    whole = [part for line in lines for part in textwrap.wrap(line, max(width - 2, 8))]
    lines = tuple(whole) if len(whole) < height else lines
    top = max((height - len(lines)) // 2, 1)
    for row, line in enumerate(lines):
        line = line if len(line) < width else line[: width - 1] + "…"
        frame.write(top + row, max((width - len(line)) // 2, 0), line, MUTED)


def _value_axis(frame: Frame, value: Scale, raster: Raster) -> None:
    top, left, height, _ = frame.plot
    for row in range(top, top + height):
        frame.write(row, left - 1, "│", MUTED)
    for row, label in _rows(frame, value, raster):
        frame.write(row, left - 1, "┤", MUTED)
        frame.write(row, max(left - 1 - len(label), 0), label[: left - 1], MUTED)


def _right_axis(frame: Frame, value: Scale, raster: Raster) -> None:
    top, left, height, width = frame.plot
    for row in range(top, top + height):
        frame.write(row, left + width, "│", MUTED)
    for row, label in _rows(frame, value, raster):
        frame.write(row, left + width, f"├{label}", MUTED)


def _rows(frame: Frame, value: Scale, raster: Raster) -> list[tuple[int, str]]:
    """Return the rows at which a value axis has ticks, with their labels."""
    top, _, height, _ = frame.plot
    found: dict[int, str] = {}
    for number, label in ticks(value, max(height // 2, 2)):
        row = top + raster.row(float(value.place([number])[0]), height)
        if top <= row < top + height:
            found.setdefault(row, label)
    return list(found.items())


def _time_axis(frame: Frame, panel: Panel, time: Scale) -> None:
    top, left, height, width = frame.plot
    axis = top + height
    corner = "┘" if panel.side is not None else ""
    frame.write(axis, left - 1, "└" + "─" * width + corner, MUTED)
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


def _mark_labels(frame: Frame, panel: Panel, row: int) -> list[tuple[int, int]]:
    """Write what the marks mean below them, joined where they would collide; return the places."""
    width = frame.text.shape[1]
    groups: list[tuple[float, list[str]]] = []
    for mark in sorted(panel.marks, key=lambda mark: mark.time):
        column = frame.column(mark.time)
        if column is None or not mark.text:
            continue
        centre, texts = groups[-1] if groups else (-np.inf, [])
        room = (len(", ".join(texts)) + len(mark.text)) / 2 + 2
        if column - centre < room:
            groups[-1] = ((centre + column) / 2, [*texts, mark.text])
        else:
            groups.append((column, [mark.text]))
    free, places = 0, []
    for centre, texts in groups:
        text = ", ".join(texts)
        start = min(max(round(centre - len(text) / 2), free), max(width - len(text), 0))
        frame.write(row, start, text, PLAIN)
        free = start + len(text) + 2
        places.append((start, start + len(text)))
    return places


def _phases(frame: Frame, panel: Panel, row: int, names: list[tuple[int, int]]) -> None:
    """Write each phase's word in the middle of what the names of marks leave of its stretch."""
    assert frame.time is not None
    _, left, _, width = frame.plot
    for phase in panel.phases:
        ends = np.clip(frame.time.place([phase.start, phase.end]), 0, 1)
        if not np.isfinite(ends).all():
            continue
        start, end = (left + round(float(end) * (width - 1)) for end in ends)
        for low, high in names:
            if low <= start <= high:
                start = high + 1
            elif start < low <= end:
                end = low - 1
        if end - start >= len(phase.word) + 1:
            at = start + (end - start - len(phase.word)) // 2 + 1
            frame.write(row, at, phase.word, MUTED)
