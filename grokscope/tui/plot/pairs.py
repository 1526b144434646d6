"""The table of an operation: which pairs are answered right, and which were trained on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grokscope import wording
from grokscope.tui import words
from grokscope.tui.plot.heat import GUTTER, Axis, Picture, label_columns, label_rows, places
from grokscope.tui.plot.palette import MUTED
from grokscope.tui.plot.shades import NOWHERE, Shades

KINDS = ("trained", "trained, wrong", "held out, right", "held out, wrong")
SHORT = ("trained", "wrong", "held out", "wrong")


@dataclass(frozen=True)
class Pairs:
    """An operation's table."""

    title: str
    right: NDArray[np.bool_]
    """(a, b): whether the answer is right."""
    held_out: NDArray[np.bool_]
    """(a, b): whether the pair was not trained on."""
    exists: NDArray[np.bool_]
    """(a, b): whether there is such a pair."""
    names: tuple[str, str] = ("a", "b")
    note: str = ""

    def kinds(self) -> NDArray[np.int64]:
        """Return for each pair its place in `KINDS`; `NOWHERE` where there is none."""
        kinds = 2 * self.held_out.astype(np.int64) + ~self.right
        return np.where(self.exists, kinds, NOWHERE)


def draw_pairs(pairs: Pairs, width: int, height: int, shades: Shades) -> Picture:
    """Return a table as `height` rows of `width` cells; where it is larger, every so many pairs.

    From the top: title, table, labels of columns, names of the axes, and what the shades mean.
    """
    picture = Picture.blank(width, height)
    picture.head(pairs.title, pairs.note)
    step = 2 if shades.colors else 1
    room = (height - 4, width - GUTTER - 1)
    if room[0] < 2 or room[1] < 8:
        picture.explain(["too small to draw"])
        return picture
    kinds = pairs.kinds()
    rows, columns = places(kinds.shape[0], room[0] * step), places(kinds.shape[1], room[1])
    picture.fill(1, GUTTER, kinds[np.ix_(rows, columns)], shades)
    label_rows(picture, Axis(pairs.names[0]), rows, step, GUTTER)
    label_columns(picture, Axis(pairs.names[1]), columns, 1 + -(-rows.size // step), GUTTER)
    told = words.fitting(_told(pairs, rows.size, columns.size), width - 1, 3)
    picture.write(height - 2, 1, "   ".join(told), MUTED)
    _meanings(picture, shades)
    return picture


def _told(pairs: Pairs, rows: int, columns: int) -> list[str]:
    """Return the axes, which share of held-out pairs is answered right, and how many are seen."""
    told = [f"↓ {pairs.names[0]}  → {pairs.names[1]}"]
    held = pairs.held_out & pairs.exists
    if held.any():
        told.append(f"held out {wording.accuracy(float(pairs.right[held].mean()))}")
    shown = min(rows, pairs.right.shape[0]) * min(columns, pairs.right.shape[1])
    if shown < pairs.right.size:
        told.append(f"{shown} of {pairs.right.size} pairs")
    return told


def _meanings(picture: Picture, shades: Shades) -> None:
    height, width = picture.text.shape
    row, column = height - 1, 1
    ways = ((KINDS, 4), (SHORT, 4), (SHORT, 3))
    fitting = (way for way in ways if sum(len(name) + way[1] for name in way[0]) < width)
    names, gap = next(fitting, ways[-1])
    for level, name in enumerate(names):
        picture.fill(row, column, np.full((2 if shades.colors else 1, 1), level), shades)
        picture.write(row, column + 2, name, MUTED)
        column += len(name) + gap
