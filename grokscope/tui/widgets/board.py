"""A board: lines that can be clicked."""

from textual.events import Click
from textual.message import Message

from grokscope.tui.widgets.bars import Lines


class Board(Lines):
    """Lines that fill the screen above the footer, and tell where they are clicked."""

    DEFAULT_CSS = "Board { height: 1fr; }"

    class Clicked(Message):
        """A place was clicked."""

        def __init__(self, x: int, y: int) -> None:
            super().__init__()
            self.x, self.y = x, y

    def on_click(self, event: Click) -> None:
        """Tell the screen where it was."""
        self.post_message(self.Clicked(event.x, event.y))
