"""From inks to the styles that textual draws with."""

from collections.abc import Iterable
from functools import lru_cache

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from grokscope.tui.plot.palette import GROUNDS, RGB, Depth, Ground, Ink, ground
from grokscope.tui.words import readable as readable

Span = tuple[str, Ink]


@lru_cache(1024)
def style(ink: Ink, depth: Depth, base: Style | None = None) -> Style:
    """Return the style of an ink on a base style, whose ground decides the shade of its hue.

    It is never None, which colourless terminals could not draw.
    """
    base = base or Style()
    color = None
    if ink.hue is not None:
        color = Color.from_rgb(*GROUNDS[grounded(base)][ink.hue][depth])
    return base + Style(color=color, dim=ink.dim or None, bold=ink.bold or None)


def grounded(base: Style) -> Ground:
    """Return what is drawn on, by a style that text is written in."""
    return ground(_rgb(base.color), _rgb(base.bgcolor))


def _rgb(color: Color | None) -> RGB | None:
    return None if color is None else color.triplet


def strip(spans: Iterable[Span], width: int, depth: Depth, base: Style) -> Strip:
    """Return spans as one line of exactly `width` cells on a base style, neighbours alike as one.

    Each piece of a line costs the terminal some thirty bytes.
    """
    segments = [Segment(readable(text), style(ink, depth, base)) for text, ink in spans if text]
    return Strip(segments).adjust_cell_length(width, base).simplify()
