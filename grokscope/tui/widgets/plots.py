"""Panels on screen, with one cursor in time through all of them."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip

from grokscope.tui.session import Session
from grokscope.tui.widgets.inks import readable, style
from grokscope.tui.widgets.pointing import Pointing

if TYPE_CHECKING:
    from grokscope.tui.plot.frame import Frame
    from grokscope.tui.plot.panel import Panel
    from grokscope.tui.plot.raster import Raster
    from grokscope.tui.plot.scale import Scale
    from grokscope.tui.plot.tiling import Tile

Arrange = Callable[[int, int], Sequence[tuple["Tile", "Panel"]]]
"""Panels and their places for a width and height."""
KEPT = 48
"""Most frames kept for coming back to."""
TALL = 8
"""Rows of a panel from which on its marks are named."""


class Plots(Pointing):
    """Tiles of panels. Frames are drawn when panels or size change, not when the cursor moves."""

    def __init__(self, session: Session, id: str | None = None) -> None:
        super().__init__(id=id)
        self._session = session
        self._arrange: Arrange | None = None
        self._drawn: list[tuple[Tile, Panel, Frame]] | None = []
        self._drawn_for = Size(0, 0)
        self._raster: Raster | None = None
        self._cursors: Mapping[str, float] = {}
        self._kept: dict[Hashable, Frame] = {}
        self._base = Style()

    def show(self, arrange: Arrange, cursors: Mapping[str, float]) -> None:
        """Show the panels that `arrange` gives for the widget's size.

        Parameters
        ----------
        cursors : mapping from str to float
            Places of the cursor on the horizontal axis, by the panel's owner; '' for all others.
        """
        before = [(tile, id(frame)) for tile, _, frame in self._drawn or []]
        self._arrange, self._drawn = arrange, None
        if [(tile, id(frame)) for tile, _, frame in self._all()] != before or not before:
            self._cursors = cursors
            self.refresh()
        elif cursors != self._cursors:
            self.point(cursors)

    def point(self, cursors: Mapping[str, float]) -> None:
        """Move the cursor and draw only what that changes."""
        areas = self._cursor_cells()
        self._cursors = cursors
        for area in {*areas, *self._cursor_cells()}:
            self.refresh(area)

    def column_step(self, place: float, by: int) -> float | None:
        """Return the place one column further, by the first panel's axis."""
        for _, frame in self.frames():
            column = frame.column(place)
            if column is not None:
                return frame.time_at(column + by)
        return None

    def scales(self) -> "tuple[Scale, Scale] | None":
        """Return the horizontal axis as it is seen and as it is unzoomed, None without curves."""
        for _, panel, frame in self._all():
            if frame.time is not None:
                return frame.time, panel.bare
        return None

    def frames(self) -> "list[tuple[Tile, Frame]]":
        """Return the frames in their places."""
        return [(tile, frame) for tile, _, frame in self._all()]

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the lines of a part; what they are drawn on is asked once, not once a line."""
        self._base = self.rich_style
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Return one line across all panels."""
        width, base = self.size.width, self._base
        parts: list[Strip] = []
        at = 0
        for tile, panel, frame in self._all():
            if tile.y <= y < tile.y + tile.height:
                if tile.x > at:
                    parts.append(Strip.blank(tile.x - at, base))
                parts.append(Strip(self._segments(panel, frame, y - tile.y)))
                at = tile.x + tile.width
        return Strip.join(parts).adjust_cell_length(width, base)

    def _all(self) -> "list[tuple[Tile, Panel, Frame]]":
        # a widget may be painted before the message that tells its new size reaches it
        stale = self._drawn is None or self._drawn_for != self.size
        if stale and self._arrange is not None and self.size.area:
            placed = self._arrange(self.size.width, self.size.height)
            self._drawn_for = self.size
            marked = {
                tile.y
                for tile, panel in placed
                if (panel.phases or any(mark.text for mark in panel.marks)) and tile.height >= TALL
            }
            self._drawn = [
                (tile, panel, self._frame(panel, tile, tile.y in marked)) for tile, panel in placed
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

    def _columns(self, panel: "Panel", frame: "Frame") -> list[int]:
        """Return the columns of a frame through which a line runs: the cursor, and a selection."""
        own = self._cursors.get(panel.owner, self._cursors.get(""))
        found = [frame.column(place) for place in (own, self.selecting) if place is not None]
        return [column for column in found if column is not None]

    def _segments(self, panel: "Panel", frame: "Frame", row: int) -> list[Segment]:
        text, ink = frame.text[row], frame.ink[row].tolist()
        characters = "".join(text.tolist())
        top, _, height, _ = frame.plot
        if top <= row <= top + height:
            sign = "┴" if row == top + height else "┆"
            for column in self._columns(panel, frame):
                if characters[column] in " ─┄":
                    characters = characters[:column] + sign + characters[column + 1 :]
                    ink[column] = 2
        base, depth = self._base, self._session.depth
        segments, start = [], 0
        for end in range(1, len(ink) + 1):
            # a blank shows no ink, so it ends no segment: fewer bytes over a slow line
            if end == len(ink) or (ink[end] != ink[start] and characters[end] != " "):
                written = style(frame.inks[ink[start]], depth, base)
                segments.append(Segment(readable(characters[start:end]), written))
                start = end
        return segments

    def _cursor_cells(self) -> list[Region]:
        cells = []
        for tile, panel, frame in self._all():
            top, _, height, _ = frame.plot
            cells += [
                Region(tile.x + column, tile.y + top, 1, height + 1)
                for column in self._columns(panel, frame)
            ]
        return cells
