"""Amounts: named numbers as horizontal bars."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grokscope import wording
from grokscope.tui.plot.heat import Picture
from grokscope.tui.plot.palette import MUTED, PLAIN, Ink

EIGHTHS = " ▏▎▍▌▋▊▉"
NUMBER = 6
"""Cells for a bar's number."""
LONGEST = 16
"""Most cells for a name."""
OTHER = "other"
"""The name of a sum, which has no bar: it would dwarf the rest."""


@dataclass(frozen=True)
class Amounts:
    """Named numbers."""

    title: str
    name: str
    """What is named, such as 'frequency'."""
    labels: Sequence[str]
    values: NDArray[np.float64]
    limit: float
    """The length of the longest bar there may be."""
    ink: Ink = PLAIN
    note: str = ""


def draw_amounts(amounts: Amounts, width: int, height: int) -> Picture:
    """Return bars as `height` rows of `width` cells: a title, what is named, a row for each.

    Where there is room, rows between keep them apart.
    """
    picture = Picture.blank(width, height)
    picture.head(amounts.title, amounts.note)
    prefix = max(map(len, [amounts.name, *amounts.labels]), default=0)
    left = min(prefix, LONGEST) + 2
    room = width - left - NUMBER - 2
    if room < 4 or height < 3:
        picture.explain(["too small to draw"])
        return picture
    picture.write(1, left - 1 - len(amounts.name[: left - 2]), amounts.name[: left - 2], MUTED)
    own = [v for label, v in zip(amounts.labels, amounts.values, strict=True) if label != OTHER]
    most = float(np.nanmax(np.abs(own), initial=0.0))
    step = 2 if 2 * len(amounts.labels) < height - 1 else 1
    for place, (label, value) in enumerate(zip(amounts.labels, amounts.values, strict=True)):
        row = 2 + place * step
        if row >= height:
            break
        label = label[: left - 2]
        picture.write(row, left - 1 - len(label), label, MUTED)
        if label != OTHER:
            picture.write(row, left, bar(float(value), amounts.limit, room), amounts.ink)
        picture.write(row, width - NUMBER - 1, written(float(value), most).rjust(NUMBER))
    return picture


def written(value: float, most: float) -> str:
    """Return a number with as many decimals as give the largest three digits: all line up."""
    if not (1e-3 <= most < 1e3 and np.isfinite(value) and abs(value) < 1e3):
        return wording.number(value)
    # a share of 1 has as many decimals as those below it
    return f"{value:.{max(2 - math.floor(math.log10(most) - 1e-9), 0)}f}"


def bar(value: float, limit: float, width: int) -> str:
    """Return a bar of at most `width` cells, to an eighth of a cell; none below 0."""
    share = value / limit if limit > 0 and np.isfinite(value) else 0.0
    whole, rest = divmod(round(min(max(share, 0.0), 1.0) * width * 8), 8)
    return "█" * whole + (EIGHTHS[rest] if rest else "")


def largest(
    labels: Sequence[str], values: NDArray[np.float64], peak: NDArray[np.float64], most: int
) -> tuple[list[str], NDArray[np.float64]]:
    """Return the amounts that are ever largest, largest first, and what all others sum to.

    Parameters
    ----------
    peak : ndarray, (label,)
        The largest value that each ever has, by which they are chosen.
    most : int
        How many are returned, the others' sum among them.
    """
    order = np.argsort(-np.nan_to_num(peak, nan=-np.inf), kind="stable")
    if order.size <= most:
        return [labels[i] for i in order], values[order]
    chosen = order[: max(most - 1, 0)]
    rest = float(np.nansum(values)) - float(np.nansum(values[chosen]))
    return [*(labels[i] for i in chosen), OTHER], np.append(values[chosen], rest)
