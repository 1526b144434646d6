"""Printing: a figure of runs as lines of coloured characters, without the explorer."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.color import Color
from rich.segment import Segment
from rich.style import Style

from grokscope.errors import GrokscopeError, MissingData, UnknownName, listed, nearest
from grokscope.tui import words
from grokscope.tui.curves import figure, panels
from grokscope.tui.curves.book import Book, Reader
from grokscope.tui.curves.scene import Scene
from grokscope.tui.curves.shown import Shown
from grokscope.tui.curves.view import View
from grokscope.tui.plot.drawing import draw
from grokscope.tui.plot.frame import Frame
from grokscope.tui.plot.palette import HUES, PLAIN, Depth, Ink, run_hue
from grokscope.tui.plot.panel import Panel
from grokscope.tui.plot.printed import PrintedRaster
from grokscope.tui.plot.tiling import Tile
from grokscope.tui.runs.why import verdict

if TYPE_CHECKING:
    from grokscope.store.listing.summary import RunSummary

ROW = 12
"""Rows of a panel."""
USUAL = 2
"""Panels where none are named."""
TALL = 8
"""Rows of a panel that has a row to spare for what marks mean."""
ALPHABET = 26
SIGNS = " letters on a curve: its run; dotted: training set"
"""What is told where runs cannot be told by their colours."""
Lines = list[list[Segment]]


def scene(runs: "Sequence[RunSummary]", metrics: Sequence[str], view: View) -> Scene:
    """Return what is drawn of runs.

    Parameters
    ----------
    metrics : sequence of str
        Quantities, one a panel; by default accuracy and what comes after it.

    Raises
    ------
    UnknownName
        If no run holds a quantity.
    GrokscopeError, OSError
        If none of the runs can be read.
    """
    letters = len(runs) > 1
    shown = tuple(
        Shown(run, _book(run), run_hue(index), _letter(index) if letters else "")
        for index, run in enumerate(runs)
    )
    if len(runs) == 1 and shown[0].book is not None and shown[0].book.problem:
        raise MissingData(shown[0].book.problem)
    books = [one.book for one in shown]
    chosen = [(named(metric, books),) for metric in metrics]
    held = {key for book in books if book is not None for key in book.quantities}
    every = panels.layout(books, view)
    usual = [keys for keys in every if held.issuperset(keys)] or every
    return Scene(shown, tuple(chosen or usual[:USUAL]), view)


def named(metric: str, books: Sequence[Book | None]) -> str:
    """Return the quantity that a metric, or a measure with or without its parameters, stands for.

    Of several variants of a measure the usual one is meant.

    Raises
    ------
    UnknownName
        If no run holds it.
    """
    known = {key: one for book in books if book is not None for key, one in book.quantities.items()}
    for found in (metric, metric.removeprefix("train_").removeprefix("test_")):
        if found in known:
            return found
    begun = [key for key in known if key.startswith(f"{metric}.")]
    if begun:
        return next((key for key in begun if known[key].usual), begun[0])
    names = dict.fromkeys(key.partition(".")[0] for key in known)
    raise UnknownName(f"no run holds {metric!r}{nearest(metric, names)}; stored: {listed(names)}")


def printed(
    one: Scene, width: int, height: int | None, ascii: bool, depth: Depth, colored: bool = True
) -> Lines:
    """Return a heading for each run, and the panels under them.

    Parameters
    ----------
    width, height : int
        In characters; without a height each row of panels takes 12.
    colored : bool
        Whether colours are seen; where not, curves of several runs carry the runs' letters.
    """
    across = max(width // figure.LEAST[0], 1)
    rows = 1 + -(-(len(one.keys) - 1) // across)
    view = replace(one.view, chosen=one.keys)
    size = width, max(height or rows * ROW, 1)
    placed = (
        figure.of_run(one.shown[0], view, *size)
        if len(one.shown) == 1
        else figure.of_several(one.shown, view, *size)
    )
    heads = [_heading(one, shown, depth) for shown in one.shown]
    if len(one.shown) > 1 and not colored:
        placed = [(tile, _signed(panel)) for tile, panel in placed]
        heads.append([Segment(SIGNS)])
    raster = PrintedRaster(ascii)
    marked = {
        tile.y for tile, panel in placed if (panel.marks or panel.phases) and tile.height >= TALL
    }
    frames = [
        (tile, draw(panel, tile.width, tile.height, raster, tile.y in marked))
        for tile, panel in placed
    ]
    return [*heads, *(_line(frames, y, depth) for y in range(size[1]))]


def _signed(panel: Panel) -> Panel:
    """Return a panel whose curves are told apart without colours: all of training are dotted."""
    drawn = tuple(replace(line, dotted=line.ink.dim) for line in panel.lines)
    return replace(panel, lines=drawn, signed=True)


def _book(run: "RunSummary") -> Book:
    try:
        return Reader(run.path).read(())
    except (GrokscopeError, OSError) as error:
        # the others are drawn all the same
        return Book((), {}, problem=str(error))


def _letter(index: int) -> str:
    return chr(ord("A") + index) if index < ALPHABET else str(index + 1)


def _heading(one: Scene, shown: Shown, depth: Depth) -> list[Segment]:
    problem = shown.book.problem if shown.book is not None else ""
    told = problem or verdict(shown.run)
    spans = [(f" {one.name(shown)}", Ink(shown.hue, bold=True)), (f"   {told}", PLAIN)]
    return [Segment(words.readable(text), _style(ink, depth)) for text, ink in spans]


def _line(frames: Sequence[tuple[Tile, Frame]], y: int, depth: Depth) -> list[Segment]:
    """Return one line across all panels, without blanks at its end."""
    parts: list[Segment] = []
    at = 0
    for tile, frame in frames:
        if tile.y <= y < tile.y + tile.height:
            parts.append(Segment(" " * (tile.x - at)))
            parts += _segments(frame, y - tile.y, depth)
            at = tile.x + tile.width
    while parts and not parts[-1].text.strip():
        parts.pop()
    if parts:
        parts[-1] = Segment(parts[-1].text.rstrip(), parts[-1].style)
    return parts


def _segments(frame: Frame, row: int, depth: Depth) -> list[Segment]:
    inks = frame.ink[row].tolist()
    text = words.readable("".join(frame.text[row].tolist()))
    found, start = [], 0
    for end in range(1, len(inks) + 1):
        if end == len(inks) or (inks[end] != inks[start] and text[end] != " "):
            found.append(Segment(text[start:end], _style(frame.inks[inks[start]], depth)))
            start = end
    return found


def _style(ink: Ink, depth: Depth) -> Style:
    color = None if ink.hue is None else Color.from_rgb(*HUES[ink.hue][depth])
    return Style(color=color, dim=ink.dim or None, bold=ink.bold or None)
