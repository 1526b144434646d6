"""Figures: panels in their places, for a screen or a page of any size; knows no terminal."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from grokscope.tui.curves import panels
from grokscope.tui.curves.axes import axis
from grokscope.tui.curves.panels import Keys, Shown
from grokscope.tui.curves.reading import places
from grokscope.tui.curves.view import View
from grokscope.tui.plot.panel import Panel
from grokscope.tui.plot.tiling import Tile, grid, rows_of, under_first

if TYPE_CHECKING:
    from grokscope.tui.curves.book import Book

Figure = list[tuple[Tile, Panel]]
LEAST = (60, 9)
"""Smallest panel worth drawing beside another, in cells."""
LEAST_HEIGHT = 9
"""Smallest row of panels worth drawing side by side."""


def groups(all_shown: Sequence[Shown], view: View) -> list[Keys]:
    """Return the quantities of each panel."""
    return panels.layout(books(all_shown), view)


def books(all_shown: Sequence[Shown]) -> "list[Book | None]":
    """Return what is known of the curves of runs."""
    return [shown.book for shown in all_shown]


def of_run(shown: Shown, view: View, width: int, height: int) -> Figure:
    """Return one run: a wide panel, and below it as many more as fit."""
    over, keys = axis(view, [shown]), groups([shown], view)
    tiles = under_first(width, height, len(keys), LEAST)
    drawn = [panels.panel(shown, each, view, over) for each in keys[: len(tiles)]]
    return _placed(tiles, [[one] for one in drawn], [shown], view)


def of_preview(shown: Shown, view: View, width: int, height: int, least: tuple[int, int]) -> Figure:
    """Return one run in equal panels that fill the place."""
    over, keys = axis(view, [shown]), groups([shown], view)
    tiles = grid(width, height, len(keys), least)
    drawn = [panels.panel(shown, each, view, over) for each in keys[: len(tiles)]]
    return _placed(tiles, [[one] for one in drawn], [shown], view)


def of_several(all_shown: Sequence[Shown], view: View, width: int, height: int) -> Figure:
    """Return several runs laid over each other, one panel for each quantity."""
    over, keys = axis(view, all_shown), groups(all_shown, view)
    tiles = under_first(width, height, len(keys), LEAST)
    drawn = [panels.overlaid(all_shown, each, view, over) for each in keys[: len(tiles)]]
    return _placed(tiles, [[one] for one in drawn], all_shown, view)


def of_pair(a: Shown, b: Shown, view: View, width: int, height: int) -> Figure:
    """Return two runs side by side on shared axes; laid over each other or related, in one."""
    pair = (a, b)
    if view.relation:
        over = axis(view, pair)
        singles = list(dict.fromkeys(key for keys in groups(pair, view) for key in keys))
        tiles = under_first(width, height, len(singles), LEAST)
        drawn = [panels.related(a, b, key, view, over) for key in singles[: len(tiles)]]
        return _placed(tiles, [[one] for one in drawn], pair, view)
    if view.overlay:
        return of_several(pair, view, width, height)
    over, keys = axis(view, pair), groups(pair, view)[: max(height // LEAST_HEIGHT, 1)]
    rows = [[panels.panel(one, each, view, over) for one in pair] for each in keys]
    return _placed(rows_of(width, height, [2] * len(rows)), rows, pair, view)


def _placed(
    tiles: Sequence[Tile], rows: Sequence[list[Panel]], all_shown: Sequence[Shown], view: View
) -> Figure:
    """Return panels in their tiles: values shared along a row, the horizontal axis by all."""
    ends = places(all_shown, axis(view, all_shown))
    drawn = [one for row in rows for one in panels.shared(row, ends)]
    return list(zip(tiles, panels.aligned(drawn), strict=False))
