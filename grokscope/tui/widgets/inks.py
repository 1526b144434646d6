"""From inks to the styles that textual draws with."""

from collections.abc import Iterable
from functools import lru_cache

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from grokscope.tui.plot.palette import HUES, Depth, Ink
from grokscope.tui.words import readable as readable

Span = tuple[str, Ink]


@lru_cache(256)
def style(ink: Ink, depth: Depth) -> Style:
    """Return the style of an ink; never None, which colourless terminals could not draw."""
    color = None if ink.hue is None else Color.from_rgb(*HUES[ink.hue][depth])
    return Style(color=color, dim=ink.dim or None, bold=ink.bold or None)


def strip(spans: Iterable[Span], width: int, depth: Depth, base: Style) -> Strip:
    """Return spans as one line of exactly `width` cells on a base style, neighbours alike as one.

    Each piece of a line costs the terminal some thirty bytes.
    """
    segments = [Segment(readable(text), base + style(ink, depth)) for text, ink in spans if text]
    return Strip(segments).adjust_cell_length(width, base).simplify()
