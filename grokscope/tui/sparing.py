"""Sparing the line: what the terminal shows already is not sent again.

Textual sends lines of what was drawn anew from their left edge on, 12 kB for a cursor that moves by
a column of a large terminal. Here each cell that was sent is remembered, and of an update only the
cells that differ go out. This hangs on private classes of textual's; where an update is none of
them, it is sent as it is.
"""

from collections.abc import Hashable, Iterable
from functools import lru_cache
from itertools import count

from rich.color import ColorSystem
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

RESET = "\x1b[0m"
BRIDGED = 8
"""Cells that are rather sent once more than stepped over: a step costs as many bytes."""
Cell = tuple[str, int]
"""A character and the number of how it looks."""
Piece = tuple[int, int, Strip]
"""Line, column, and what is drawn from there on."""


class Sent:
    """What a terminal shows, as far as that is known."""

    def __init__(self) -> None:
        self._lines: dict[int, dict[int, Cell]] = {}

    def forget(self) -> None:
        """Take it that the terminal shows anything."""
        self._lines = {}

    def sparing(self, update: RenderableType | None) -> RenderableType | None:
        """Return an update that sends what differs; anything else as it is, and forget the rest."""
        if isinstance(update, ChopsUpdate | LayoutUpdate):
            return Sparing(update, self)
        if update is not None:
            self.forget()
        return update

    def changed(self, piece: Piece) -> Iterable[Piece]:
        """Yield the parts of a piece that the terminal does not show, and remember them."""
        y, x, strip = piece
        text = strip.text
        line = self._lines.setdefault(y, {})
        if strip.cell_length != len(text):
            # a character of two cells: columns are not characters
            line.clear()
            yield piece
            return
        looks: list[int] = []
        for part, style, _ in strip:
            inked, blank = _look(style, False), _look(style, True)
            looks += [blank if character == " " else inked for character in part]
        start = end = -1
        for at, cell in enumerate(zip(text, looks, strict=True)):
            if line.get(x + at) == cell:
                continue
            line[x + at] = cell
            if start >= 0 and at - end > BRIDGED:
                yield y, x + start, strip.crop(start, end)
                start = at
            start, end = (at if start < 0 else start), at + 1
        if start >= 0:
            yield y, x + start, strip.crop(start, end)


class Sparing(CompositorUpdate):
    """An update of textual's that sends only what the terminal does not show."""

    def __init__(self, update: ChopsUpdate | LayoutUpdate, sent: Sent) -> None:
        self._update, self._sent = update, sent

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw all of it, where it is printed."""
        yield from self._update.__rich_console__(console, options)

    def render_segments(self, console: Console) -> str:
        """Return what is sent: for each changed part the way there and its characters."""
        depth = console._color_system or ColorSystem.TRUECOLOR
        parts: list[str] = []
        now: Style | None = None
        for piece in _pieces(self._update):
            for y, x, strip in self._sent.changed(piece):
                parts.append(f"\x1b[{y + 1};{x + 1}H")
                for text, style, _ in strip:
                    # blanks are written in whatever ink there is, where the ground is the same
                    if style is not now and not (
                        text.isspace()
                        and now is not None
                        and _look(now, True) == _look(style, True)
                    ):
                        parts.append(_turned_to(style, depth))
                        now = style
                    parts.append(text)
        return "".join([*parts, RESET] if parts else parts)


@lru_cache(1024)
def _turned_to(style: Style | None, depth: ColorSystem) -> str:
    """Return what turns all styles off and one on."""
    begun = "" if style is None else style.render("x", color_system=depth).partition("x")[0]
    return begun.replace("\x1b[", "\x1b[0;", 1) if begun.startswith("\x1b[") else RESET


@lru_cache(4096)
def _look(style: Style | None, blank: bool) -> int:
    """Return a number that styles share which look alike; blanks show no more than the ground."""
    if style is None:
        return _number(None)
    lined = style.reverse or style.underline or style.strike
    return _number(
        ("ground", style.bgcolor) if blank and not lined else style.clear_meta_and_links()
    )


@lru_cache(4096)
def _number(_look: Hashable) -> int:
    return next(_NUMBERS)


_NUMBERS = count()


def _pieces(update: ChopsUpdate | LayoutUpdate) -> Iterable[Piece]:
    """Yield what an update draws."""
    if isinstance(update, LayoutUpdate):
        for y, line in enumerate(update.strips, update.region.y):
            yield y, update.region.x, Strip.join(line)
        return
    for y, start, end in update.spans:
        for stop, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            left, right = max(x, start), min(stop, end)
            if strip is not None and left < right:
                yield y, left, strip.crop(left - x, right - x)
