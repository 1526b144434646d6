"""A page of lines with a cursor, which scroll with it."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from grokscope.tui.pages.page import Page
from grokscope.tui.session import Session
from grokscope.tui.widgets.bars import KeyBar, Lines


class Lined(Page):
    """One thing a line, under a heading."""

    noun: ClassVar[str]
    """What stands on a line."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.at = 0
        """The line under the cursor."""

    def count(self) -> int:
        """Return how many lines there are to go to."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """Lay out heading, lines, what stands under them, and footer."""
        yield Lines(self.session.depth, id="heading")
        with VerticalScroll(can_focus=False):
            yield Lines(self.session.depth, id="text")
        yield from self.under()
        yield KeyBar(self.kind)

    def under(self) -> ComposeResult:
        """Lay out what stands between the lines and the footer."""
        return ()

    def action_move(self, by: int) -> None:
        """Go up or down."""
        new = max(min(self.at + by, self.count() - 1), 0)
        if new == self.at:
            self.say(f"no {self.noun} further {'down' if by > 0 else 'up'}")
            return
        self.at = new
        self.redraw()
        scroll = self.query_one(VerticalScroll)
        top = scroll.scroll_offset.y
        seen = min(max(top, new - scroll.size.height + 1), new)
        if seen != top:
            scroll.scroll_to(y=seen, animate=False, force=True)

    def action_edge(self, by: int) -> None:
        """Go to the first or the last."""
        self.action_move(by * self.count())
