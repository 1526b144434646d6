"""The mouse on panels: it points, zooms, selects a stretch of time, and moves along it."""

from typing import TYPE_CHECKING

from textual.events import Click, MouseDown, MouseMove, MouseScrollDown, MouseScrollUp, MouseUp
from textual.message import Message
from textual.widget import Widget

if TYPE_CHECKING:
    from grokscope.tui.plot.frame import Frame
    from grokscope.tui.plot.scale import Scale
    from grokscope.tui.plot.tiling import Tile

LEAST_DRAG = 2
"""Columns that the mouse must go for a click to be a drag."""


class Pointing(Widget):
    """A widget of frames, to be asked for what is under the mouse."""

    class Pointed(Message):
        """A plot was clicked at a place on its horizontal axis."""

        def __init__(self, place: float) -> None:
            super().__init__()
            self.place = place

    class TitleClicked(Message):
        """The title of a panel was clicked."""

    class Zoomed(Message):
        """The wheel was turned over a plot: by 1 to see less, by -1 to see more."""

        def __init__(self, by: int, place: float) -> None:
            super().__init__()
            self.by, self.place = by, place

    class Panned(Message):
        """A plot was drawn along, by a share of what is seen."""

        def __init__(self, share: float) -> None:
            super().__init__()
            self.share = share

    class Selected(Message):
        """A stretch of the horizontal axis was selected."""

        def __init__(self, start: float, end: float) -> None:
            super().__init__()
            self.start, self.end = start, end

    class Unzoomed(Message):
        """A plot was clicked twice."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self.selecting: float | None = None
        """The place at which a selection began; None where none goes on."""
        self._pressed: tuple[int, int] | None = None
        self._dragged = False

    def frames(self) -> "list[tuple[Tile, Frame]]":
        """Return the frames in their places."""
        raise NotImplementedError

    def scales(self) -> "tuple[Scale, Scale] | None":
        """Return the horizontal axis as it is seen and as it is unzoomed."""
        raise NotImplementedError

    def on_mouse_down(self, event: MouseDown) -> None:
        """Begin a click or a drag."""
        self._pressed, self._dragged = (event.x, event.y), False

    def on_mouse_move(self, event: MouseMove) -> None:
        """Move along what is seen; select, where all is seen."""
        if self._pressed is None or not event.button:
            return
        x, y = self._pressed
        if abs(event.x - x) < LEAST_DRAG and not self._dragged:
            return
        if not self._dragged:
            self._dragged = True
            self.capture_mouse()
        scales, hit = self.scales(), self._hit(x, y)
        if scales is None or hit is None:
            return
        frame, column = hit
        if _all_seen(*scales):
            self.selecting = frame.time_at(column)
            self._point(event.x, event.y)
        elif event.x != x:
            self._pressed = (event.x, y)
            self.post_message(self.Panned((x - event.x) / max(frame.plot[3], 1)))

    def on_mouse_up(self, event: MouseUp) -> None:
        """End a drag."""
        self.release_mouse()
        pressed, self._pressed = self._pressed, None
        start, self.selecting = self.selecting, None
        hit = self._hit(event.x, pressed[1]) if pressed is not None else None
        if start is not None:
            self.refresh()
        if start is not None and hit is not None:
            end = hit[0].time_at(hit[1])
            if end is not None:
                self.post_message(self.Selected(start, end))

    def on_click(self, event: Click) -> None:
        """Point at a place, or ask for the next measure on a title; twice, for all of the axis."""
        if self._dragged:
            self._dragged = False
        elif event.chain > 1:
            self.post_message(self.Unzoomed())
        else:
            self._point(event.x, event.y, titles=True)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """See less of the axis, about the mouse."""
        self._wheel(1, event.x, event.y)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """See more of the axis, about the mouse."""
        self._wheel(-1, event.x, event.y)

    def _wheel(self, by: int, x: int, y: int) -> None:
        hit = self._hit(x, y)
        place = hit[0].time_at(hit[1]) if hit is not None else None
        if place is not None:
            self.post_message(self.Zoomed(by, place))

    def _point(self, x: int, y: int, titles: bool = False) -> None:
        for tile, frame in self.frames():
            column, row = x - tile.x, y - tile.y
            if 0 <= column < tile.width and 0 <= row < tile.height:
                place = frame.time_at(column)
                if row == 0 and titles:
                    self.post_message(self.TitleClicked())
                elif place is not None:
                    self.post_message(self.Pointed(place))

    def _hit(self, x: int, y: int) -> "tuple[Frame, int] | None":
        """Return the frame under the mouse and the column in it, the nearest of the plot's."""
        for tile, frame in self.frames():
            if tile.x <= x < tile.x + tile.width and tile.y <= y < tile.y + tile.height:
                _, left, _, width = frame.plot
                return (frame, min(max(x - tile.x, left), left + max(width - 1, 0)))
        return None


def _all_seen(seen: "Scale", whole: "Scale") -> bool:
    return seen.low <= whole.low * (1 + 1e-9) and seen.high >= whole.high * (1 - 1e-9)
