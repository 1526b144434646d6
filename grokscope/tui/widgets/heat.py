"""Pictures on screen: tiles of frames, of which some cells are filled with two shades."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from grokscope.tui.plot.palette import RGB, Depth
from grokscope.tui.widgets.inks import readable, style

if TYPE_CHECKING:
    from grokscope.tui.plot.frame import Frame
    from grokscope.tui.plot.tiling import Tile

Arrange = Callable[[int, int], Sequence[tuple["Tile", "Frame"]]]
"""Frames and their places for a width and height."""
Cell = tuple[str, int, int, int]
"""Character, ink, and the levels of both halves."""


class Pictures(Widget):
    """Tiles of frames; only rows that changed are drawn again."""

    DEFAULT_CSS = "Pictures { height: 1fr; }"

    class TitleClicked(Message):
        """The title of a picture was clicked."""

    def __init__(self, depth: Depth, id: str | None = None) -> None:
        super().__init__(id=id)
        self._depth = depth
        self._arrange: Arrange | None = None
        self._drawn: list[tuple[Tile, Frame]] = []
        self._drawn_for = Size(0, 0)

    @property
    def drawn(self) -> bool:
        """Whether anything is shown."""
        return bool(self._drawn)

    def show(self, arrange: Arrange) -> None:
        """Show the frames that `arrange` gives for the widget's size."""
        before = dict(self._drawn)
        self._arrange = arrange
        if self.size != self._drawn_for or not self._drawn:
            self._draw()
            self.refresh()
            return
        self._draw()
        if {tile for tile, _ in self._drawn} != set(before):
            self.refresh()
            return
        for tile, frame in self._drawn:
            for row in changed(before[tile], frame):
                self.refresh(Region(tile.x, tile.y + row, tile.width, 1))

    def render_line(self, y: int) -> Strip:
        """Return one line across all tiles."""
        if self.size != self._drawn_for:
            self._draw()
        width, base = self.size.width, self.rich_style
        parts: list[Strip] = []
        at = 0
        for tile, frame in self._drawn:
            if tile.y <= y < tile.y + tile.height:
                if tile.x > at:
                    parts.append(Strip.blank(tile.x - at, base))
                parts.append(Strip(self._segments(frame, y - tile.y)))
                at = tile.x + tile.width
        return Strip.join(parts).adjust_cell_length(width, base)

    def on_click(self, event: Click) -> None:
        """Ask for the next measure on a title."""
        if any(event.y == tile.y for tile, _ in self._drawn):
            self.post_message(self.TitleClicked())

    def _draw(self) -> None:
        if self._arrange is not None and self.size.area:
            self._drawn_for = self.size
            self._drawn = list(self._arrange(self.size.width, self.size.height))

    def _segments(self, frame: "Frame", row: int) -> list[Segment]:
        base, depth = self.rich_style, self._depth
        colors = getattr(frame, "colors", ())
        segments, cells = [], cells_of(frame, row)
        start = 0
        for end in range(1, len(cells) + 1):
            if end < len(cells) and cells[end][1:] == cells[start][1:]:
                continue
            _, ink, upper, lower = cells[start]
            if upper < 0 and lower < 0:
                text = readable("".join(cell[0] for cell in cells[start:end]))
                segments.append(Segment(text, style(frame.inks[ink], depth, base)))
            else:
                sign = "▀" if upper >= 0 else "▄"
                pair = (colors[upper] if upper >= 0 else colors[lower],
                        colors[lower] if upper >= 0 and lower >= 0 else None)  # fmt: skip
                segments.append(Segment(sign * (end - start), base + halves(*pair)))
            start = end
        return segments


def cells_of(frame: "Frame", row: int) -> list[Cell]:
    """Return the cells of a row; frames without shades have none."""
    text, ink = frame.text[row].tolist(), frame.ink[row].tolist()
    upper, lower = getattr(frame, "upper", None), getattr(frame, "lower", None)
    if upper is None or lower is None:
        return [(c, i, -1, -1) for c, i in zip(text, ink, strict=True)]
    return list(zip(text, ink, upper[row].tolist(), lower[row].tolist(), strict=True))


def changed(before: "Frame", after: "Frame") -> list[int]:
    """Return the rows in which two frames of one size differ."""
    if before is after:
        return []
    alike = before.inks == after.inks and getattr(before, "colors", ()) == getattr(
        after, "colors", ()
    )
    rows = range(after.text.shape[0])
    return [row for row in rows if not alike or cells_of(before, row) != cells_of(after, row)]


@lru_cache(4096)
def halves(upper: RGB, lower: RGB | None) -> Style:
    """Return the style of a half block: its own colour, and that of the other half behind it."""
    ground = None if lower is None else Color.from_rgb(*lower)
    return Style(color=Color.from_rgb(*upper), bgcolor=ground)
