"""Heat maps: a matrix as half-block cells, two values a cell, with axes and a legend."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from grokscope import wording
from grokscope.tui.plot.frame import Frame
from grokscope.tui.plot.palette import MUTED, RGB, STRONG
from grokscope.tui.plot.shades import NOWHERE, Shades
from grokscope.tui.plot.ticks import compact

GUTTER = 6
"""Cells left of a map, as left of a plot."""
WIDEST = 14
"""Most cells left of a map whose rows are words."""
LEGEND = 8
"""Cells of the legend's strip."""
Pooling = Literal["mean", "strongest", "one"]
"""What stands for values that share a pixel: their mean, the one furthest from 0, or the first."""


@dataclass
class Picture(Frame):
    """A frame of which some cells are filled with shades."""

    upper: NDArray[np.int64] = field(default_factory=lambda: np.empty((0, 0), np.int64))
    """Levels of the upper halves of the cells, (height, width); `NOWHERE` where there is none."""
    lower: NDArray[np.int64] = field(default_factory=lambda: np.empty((0, 0), np.int64))
    colors: tuple[RGB, ...] = ()

    @classmethod
    def blank(cls, width: int, height: int) -> "Picture":
        """Return a picture with nothing on it."""
        empty = np.full((height, width), NOWHERE)
        plain = Frame.blank(width, height)
        return cls(plain.text, plain.ink, upper=empty, lower=empty.copy())

    def fill(self, row: int, column: int, levels: NDArray[np.int64], shades: Shades) -> None:
        """Fill cells from one on with levels: two rows of them to a cell, one without colours."""
        if not shades.colors:
            signs = np.array([*shades.signs, " "])
            height, width = levels.shape
            self.text[row : row + height, column : column + width] = signs[levels]
            return
        self.colors = shades.colors
        if levels.shape[0] % 2:
            levels = np.vstack([levels, np.full((1, levels.shape[1]), NOWHERE)])
        height, width = levels.shape[0] // 2, levels.shape[1]
        area = (slice(row, row + height), slice(column, column + width))
        self.upper[area], self.lower[area] = levels[::2], levels[1::2]

    def head(self, title: str, note: str = "") -> None:
        """Write the title, with a note at the right."""
        width = self.text.shape[1]
        room = max(width - len(note) - 3, 0)
        self.write(0, 1, title if len(title) <= room else title[: max(room - 1, 0)] + "…", STRONG)
        self.write(0, max(width - len(note) - 1, 0), note, MUTED)

    def explain(self, lines: Sequence[str]) -> None:
        """Write lines into the middle; several begin in the same row however many they are."""
        height, width = self.text.shape
        top = max(min(height // 2 - 2, height - len(lines)), 1)
        top = top if len(lines) > 2 else max((height - len(lines)) // 2, 1)
        for row, line in enumerate(lines):
            line = line if len(line) < width else line[: width - 1] + "…"
            self.write(top + row, max((width - len(line)) // 2, 0), line, MUTED)


@dataclass(frozen=True)
class Axis:
    """What rows or columns of a map are."""

    name: str
    labels: Sequence[str | float] = ()
    """One each; their numbers from 0 on where there are none."""

    @property
    def words(self) -> bool:
        """Whether the labels are words."""
        return any(isinstance(label, str) for label in self.labels)

    def label(self, index: int) -> str:
        """Return the label of a row or column."""
        told = self.labels[index] if index < len(self.labels) else index
        return told.replace("_", " ") if isinstance(told, str) else compact(float(told))

    def marked(self, count: int, most: int) -> list[int]:
        """Return which of `count` rows or columns are labelled: at most `most`, at round numbers.

        Of equal words in a row it is the first.
        """
        if self.words:
            return [i for i in range(count) if not i or self.label(i) != self.label(i - 1)]
        strides = (mantissa * 10**e for e in range(12) for mantissa in (1, 2, 5))
        stride = next(stride for stride in strides if count <= max(most, 1) * stride)
        values = [float(v) for v in self.labels] if len(self.labels) >= count else range(count)
        if any(value % 1 for value in values):
            values = range(count)
        return [i for i in range(count) if values[i] % stride == 0]


@dataclass(frozen=True)
class Heat:
    """A matrix to be drawn."""

    title: str
    values: NDArray[np.float64]
    """(row, column), NaN where there is none."""
    rows: Axis
    columns: Axis
    limits: tuple[float, float]
    """What the first and last shade stand for."""
    note: str = ""
    pooling: Pooling = "mean"


def draw_heat(heat: Heat, width: int, height: int, shades: Shades) -> Picture:
    """Return a map as `height` rows of `width` cells.

    From the top: title, map, labels of columns, and names of the axes with the legend.
    """
    picture = Picture.blank(width, height)
    picture.head(heat.title, heat.note)
    left = gutter(heat.rows)
    room = (height - 3, width - left - 1)
    if room[0] < 2 or room[1] < 8:
        picture.explain(["too small to draw"])
        return picture
    step = 1 if not shades.colors else 2
    rows = places(heat.values.shape[0], room[0] * step)
    columns = places(heat.values.shape[1], room[1])
    pixels = pooled(heat.values, rows, columns, heat.pooling)
    picture.fill(1, left, shades.levels(pixels, *heat.limits), shades)
    label_rows(picture, heat.rows, rows, step, left)
    label_columns(picture, heat.columns, columns, 1 + -(-rows.size // step), left)
    end = legend(picture, heat.limits, shades)
    named = [
        f"{axis.name}{_shared(at, count, heat.pooling)}"
        for axis, at, count in zip(
            (heat.rows, heat.columns), (rows, columns), heat.values.shape, strict=True
        )
    ]
    names = "↓ {}  → {}".format(*named)
    if len(names) >= end - 1:
        # what cells stand for goes up to the title, where there is room
        told = ", ".join(name for name in named if "," in name)
        if not heat.note and len(heat.title) + len(told) + 3 <= width:
            picture.head(heat.title, told)
        names = f"↓ {heat.rows.name}  → {heat.columns.name}"
    picture.write(height - 1, 1, names if len(names) < end - 1 else f"{names[: end - 3]}…", MUTED)
    return picture


def _shared(pixels: NDArray[np.int64], count: int, how: Pooling) -> str:
    """Return what a pixel shows where it stands for several rows or columns: ', mean of 13'."""
    if pixels.size >= count or how == "one":
        return ""
    return f", {'max' if how == 'strongest' else how} of {-(-count // pixels.size)}"


def gutter(axis: Axis) -> int:
    """Return the cells that the labels of rows take left of a map."""
    if not axis.words:
        return GUTTER
    longest = max(len(axis.label(index)) for index in range(len(axis.labels)))
    return min(max(longest + 1, GUTTER), WIDEST)


def places(count: int, room: int) -> NDArray[np.int64]:
    """Return for each pixel the first row or column in it: whole pixels each, or several to one."""
    if count <= room:
        return np.repeat(np.arange(count), max(room // max(count, 1), 1))
    return np.arange(room) * count // room


def pooled(
    values: NDArray[np.float64],
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    how: Pooling = "mean",
) -> NDArray[np.float64]:
    """Return a matrix as pixels.

    Parameters
    ----------
    values : ndarray, (row, column)
        NaN is left out of a pixel that has others.
    rows, columns : ndarray of int, not decreasing
        From `places`.
    """
    values = np.asarray(values, np.float64)
    for axis, first in ((0, rows), (1, columns)):
        if how == "one" or first.size >= values.shape[axis]:
            values = values.take(first, axis)
        elif how == "mean":
            known = np.isfinite(values)
            total = np.add.reduceat(np.where(known, values, 0.0), first, axis)
            with np.errstate(invalid="ignore"):
                values = total / np.add.reduceat(known, first, axis, dtype=np.int64)
        else:
            high = np.fmax.reduceat(values, first, axis)
            low = np.fmin.reduceat(values, first, axis)
            values = np.where(high >= -low, high, low)
    return values


def label_rows(picture: Picture, axis: Axis, rows: NDArray[np.int64], step: int, at: int) -> None:
    """Write labels left of a map that begins at column `at`, where they do not meet."""
    free, count = 0, int(rows[-1]) + 1
    marked = axis.marked(count, rows.size // step // 2)
    # a word that stands for several rows is at the first of them
    shared = axis.words and len(marked) < count
    for index in marked:
        row = 1 + _middle(rows, index)[0 if shared else 1] // step
        if row >= free:
            text = axis.label(index)[: at - 1]
            picture.write(row, at - 1 - len(text), text, MUTED)
            free = row + 1


def label_columns(
    picture: Picture, axis: Axis, columns: NDArray[np.int64], row: int, at: int
) -> None:
    """Write labels below a map that begins at column `at`, where they do not meet.

    A word may stand below its neighbours' cells where their own words leave room.
    """
    free, count = 0, int(columns[-1]) + 1
    longest = max(len(axis.label(index)) for index in (0, count - 1))
    marked = axis.marked(count, columns.size // (longest + 2))
    for index, after in zip(marked, [*marked[1:], None], strict=True):
        text, (start, _) = axis.label(index), _place(axis, columns, index)
        if axis.words:
            end = _place(axis, columns, after)[0] - 2 if after is not None else columns.size
            start = max(min(start, end - len(text)), free)
            text = text if len(text) <= end - start else f"{text[: max(end - start - 1, 0)]}…"
        else:
            # the cell right of a map is left to its neighbour
            start = min(start, columns.size - len(text))
        if start >= free and start + len(text) <= columns.size:
            picture.write(row, at + start, text, MUTED)
            free = start + len(text) + (2 if axis.words else 1)


def _place(axis: Axis, columns: NDArray[np.int64], index: int) -> tuple[int, int]:
    """Return where a column's label begins and ends, cut to its own cells where it is a word."""
    first, middle, last = _middle(columns, index)
    size = len(axis.label(index))
    size = min(size, last - first) if axis.words else size
    start = max(middle - (size - 1) // 2, first if axis.words else 0)
    return start, start + size


def _middle(pixels: NDArray[np.int64], index: int) -> tuple[int, int, int]:
    """Return the first, middle and last pixel that show a row or column."""
    last = int(np.searchsorted(pixels, index, "right")) - 1
    first = int(np.searchsorted(pixels, pixels[last]))
    return first, (first + last) // 2, last


def legend(picture: Picture, limits: tuple[float, float], shades: Shades) -> int:
    """Write what the shades stand for, at the lower right; return the column it begins at."""
    height, width = picture.text.shape
    low, high = (compact(v) if v == round(v) else wording.number(v) for v in limits)
    strip = np.linspace(0, shades.count - 1, LEGEND).round().astype(np.int64)[None]
    at = width - len(high) - LEGEND - 3
    picture.write(height - 1, at - len(low) - 1, f"{low} ", MUTED)
    picture.write(height - 1, at, " " * LEGEND)
    picture.fill(height - 1, at, strip.repeat(2 if shades.colors else 1, 0), shades)
    picture.write(height - 1, at + LEGEND, f" {high} ", MUTED)
    return at - len(low) - 1
