"""Panels on screen, with one cursor in time through all of them."""

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from grokscope.tui.session import Session
from grokscope.tui.widgets.inks import readable, style

if TYPE_CHECKING:
    from grokscope.tui.plot.frame import Frame
    from grokscope.tui.plot.panel import Panel
    from grokscope.tui.plot.raster import Raster
    from grokscope.tui.plot.tiling import Tile

Arrange = Callable[[int, int], Sequence[tuple["Tile", "Panel"]]]
"""Panels and their places for a width and height."""
KEPT = 48
"""Most frames kept for coming back to."""


class Plots(Widget):
    """Tiles of panels. Frames are drawn when panels or size change, not when the cursor moves."""

    class Pointed(Message):
        """A plot was clicked at a time."""

        def __init__(self, time: float) -> None:
            super().__init__()
            self.time = time

    class TitleClicked(Message):
        """The title of a panel was clicked."""

    def __init__(self, session: Session, id: str | None = None) -> None:
        super().__init__(id=id)
        self._session = session
        self._arrange: Arrange | None = None
        self._drawn: list[tuple[Tile, Frame]] | None = []
        self._drawn_for = Size(0, 0)
        self._raster: Raster | None = None
        self._cursor: float | None = None
        self._kept: dict[Hashable, Frame] = {}

    def show(self, arrange: Arrange, cursor: float | None) -> None:
        """Show the panels that `arrange` gives for the widget's size."""
        before = [(tile, id(frame)) for tile, frame in self._drawn or []]
        self._arrange, self._drawn = arrange, None
        if [(tile, id(frame)) for tile, frame in self._frames()] != before or not before:
            self._cursor = cursor
            self.refresh()
        elif cursor != self._cursor:
            self.point(cursor)

    def point(self, cursor: float | None) -> None:
        """Move the cursor and draw only what that changes."""
        areas = self._cursor_cells()
        self._cursor = cursor
        for area in {*areas, *self._cursor_cells()}:
            self.refresh(area)

    def column_step(self, time: float, by: int) -> float | None:
        """Return the time one column further, by the first panel's axis."""
        for _, frame in self._frames():
            column = frame.column(time)
            if column is not None:
                return frame.time_at(column + by)
        return None

    def render_line(self, y: int) -> Strip:
        """Return one line across all panels."""
        width, base = self.size.width, self.rich_style
        parts: list[Strip] = []
        at = 0
        for tile, frame in self._frames():
            if tile.y <= y < tile.y + tile.height:
                if tile.x > at:
                    parts.append(Strip.blank(tile.x - at, base))
                parts.append(Strip(self._segments(frame, y - tile.y)))
                at = tile.x + tile.width
        return Strip.join(parts).adjust_cell_length(width, base)

    def on_click(self, event: Click) -> None:
        """Point at a time, or ask for the next measure on a title."""
        for tile, frame in self._frames():
            x, y = event.x - tile.x, event.y - tile.y
            if 0 <= x < tile.width and 0 <= y < tile.height:
                time = frame.time_at(x)
                if y == 0:
                    self.post_message(self.TitleClicked())
                elif time is not None:
                    self.post_message(self.Pointed(time))

    def _frames(self) -> "list[tuple[Tile, Frame]]":
        # a widget may be painted before the message that tells its new size reaches it
        stale = self._drawn is None or self._drawn_for != self.size
        if stale and self._arrange is not None and self.size.area:
            placed = self._arrange(self.size.width, self.size.height)
            self._drawn_for = self.size
            marked = {tile.y for tile, panel in placed if panel.marks and tile.height >= 8}
            self._drawn = [
                (tile, self._frame(panel, tile, tile.y in marked)) for tile, panel in placed
            ]
        return self._drawn or []

    def _frame(self, panel: "Panel", tile: "Tile", named_marks: bool) -> "Frame":
        from grokscope.tui.plot.drawing import draw
        from grokscope.tui.plot.raster import Raster

        key = (panel.token, tile.width, tile.height, named_marks)
        if panel.token is not None and key in self._kept:
            return self._kept[key]
        if self._raster is None:
            self._raster = Raster(self._session.ascii)
        frame = draw(panel, tile.width, tile.height, self._raster, named_marks)
        while len(self._kept) >= KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = frame
        return frame

    def _segments(self, frame: "Frame", row: int) -> list[Segment]:
        text, ink = frame.text[row], frame.ink[row].tolist()
        characters = "".join(text.tolist())
        top, _, height, _ = frame.plot
        column = frame.column(self._cursor) if self._cursor is not None else None
        if column is not None and top <= row <= top + height:
            sign = "┴" if row == top + height else "┆"
            if characters[column] in " ─":
                characters = characters[:column] + sign + characters[column + 1 :]
                ink[column] = 2
        base, depth = self.rich_style, self._session.depth
        segments, start = [], 0
        for end in range(1, len(ink) + 1):
            # a blank shows no ink, so it ends no segment: fewer bytes over a slow line
            if end == len(ink) or (ink[end] != ink[start] and characters[end] != " "):
                written = base + style(frame.inks[ink[start]], depth)
                segments.append(Segment(readable(characters[start:end]), written))
                start = end
        return segments

    def _cursor_cells(self) -> list[Region]:
        cells = []
        for tile, frame in self._frames():
            column = frame.column(self._cursor) if self._cursor is not None else None
            if column is not None:
                top, _, height, _ = frame.plot
                cells.append(Region(tile.x + column, tile.y + top, 1, height + 1))
        return cells
