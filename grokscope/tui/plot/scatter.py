"""Scatters: items in a plane, a unit as long across as up, so that a circle is round."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grokscope.tui.plot.heat import GUTTER, Picture
from grokscope.tui.plot.palette import MUTED, PLAIN, Ink
from grokscope.tui.plot.raster import BRAILLE, Raster
from grokscope.tui.plot.scale import Scale
from grokscope.tui.plot.ticks import ticks

TALL = 2.0
"""Height of a cell over its width."""
MARGIN = 1.08
"""Half the height of a plot over the farthest item's distance from the origin."""


@dataclass(frozen=True)
class Scatter:
    """Items in a plane."""

    title: str
    points: NDArray[np.float64]
    """(item, 2): across, up."""
    names: tuple[str, str]
    """Of the axes."""
    reach: float
    """The farthest that an item is from 0 on either axis, at any time."""
    labels: Sequence[str] = ()
    """Of the items."""
    ink: Ink = PLAIN
    note: str = ""


def draw_scatter(scatter: Scatter, width: int, height: int, raster: Raster) -> Picture:
    """Return a scatter as `height` rows of `width` cells.

    From the top: title, plot, ticks across, names of the axes. Each item is a dot, and as many
    as there is room for are named.
    """
    picture = Picture.blank(width, height)
    picture.head(scatter.title, scatter.note)
    tall, wide = height - 4, width - GUTTER - 1
    if tall < 3 or wide < 8:
        picture.explain(["too small to draw"])
        return picture
    half = MARGIN * (scatter.reach or 1.0)
    span = half * max(wide / (TALL * tall), 1e-9)
    if span < half:
        half, span = half * half / span, half
    across, up = Scale(-span, span), Scale(-half, half)
    picture.plot = (1, GUTTER, tall, wide)
    _axes(picture, across, up, raster)
    taken = _dots(picture, scatter, across, up, raster)
    _names(picture, scatter, (across, up), raster, taken)
    picture.write(height - 1, 1, f"→ {scatter.names[0]}  ↑ {scatter.names[1]}", MUTED)
    return picture


def _axes(picture: Picture, across: Scale, up: Scale, raster: Raster) -> None:
    top, left, tall, wide = picture.plot
    for row in range(top, top + tall):
        picture.write(row, left - 1, "│", MUTED)
    picture.write(top + tall, left - 1, "└" + "─" * wide, MUTED)
    for value, label in ticks(up, max(tall // 2, 2)):
        row = top + raster.row(float(up.place([value])[0]), tall)
        picture.write(row, left - 1, "┤", MUTED)
        picture.write(row, max(left - 1 - len(label), 0), label[: left - 1], MUTED)
    free = left
    for value, label in ticks(across, max(wide // 8, 2)):
        column = left + round(float(across.place([value])[0]) * (wide - 1))
        start = min(column - (len(label) - 1) // 2, left + wide - len(label))
        if start >= free:
            picture.write(top + tall, column, "┬", MUTED)
            picture.write(top + tall + 1, start, label, MUTED)
            free = start + len(label) + 1


def _dots(
    picture: Picture, scatter: Scatter, across: Scale, up: Scale, raster: Raster
) -> NDArray[np.bool_]:
    """Draw the items; return the cells that hold one."""
    top, left, tall, wide = picture.plot
    pixels = raster.pixels
    x = across.place(scatter.points[:, 0]) * (wide * pixels[0] - 1)
    y = up.place(scatter.points[:, 1]) * (tall * pixels[1] - 1)
    good = np.isfinite(x) & np.isfinite(y)
    cells = raster.dots([(np.rint(x[good]), np.rint(y[good]))], wide, tall)
    inside = (slice(top, top + tall), slice(left, left + wide))
    codes = np.where(cells > 0, ord("*") if raster.ascii else BRAILLE + cells.astype(int), 0)
    there = cells > 0
    picture.text[inside][there] = codes[there].astype(np.uint32).view("<U1")
    picture.ink[inside][there] = picture.number(scatter.ink)
    return there


def _names(
    picture: Picture,
    scatter: Scatter,
    scales: tuple[Scale, Scale],
    raster: Raster,
    taken: NDArray[np.bool_],
) -> None:
    """Write names beside as many items as there is room for, spread evenly over them."""
    top, left, tall, wide = picture.plot
    count = len(scatter.labels)
    most = max(wide * tall // 60, 1)
    for index in range(0, count, -(-count // most) if count else 1):
        place = scatter.points[index]
        fractions = [float(one.place(at)) for one, at in zip(scales, place, strict=True)]
        if not np.isfinite(fractions).all():
            continue
        column = round(fractions[0] * (wide - 1)) + 1
        row = raster.row(fractions[1], tall)
        text = scatter.labels[index]
        if not 0 <= row < tall or column + len(text) > wide:
            continue
        room = taken[row, column : column + len(text) + 1]
        if not room.any():
            picture.write(top + row, left + column, text, MUTED)
            taken[row, column : column + len(text) + 1] = True
