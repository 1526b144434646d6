"""The columns of the list: which there are, and which are shown."""

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.events import Click

from grokscope import wording
from grokscope.tui import actions, words
from grokscope.tui.headings import Line as Heading
from grokscope.tui.pages.page import Page
from grokscope.tui.plot.palette import MUTED, PLAIN, STRONG
from grokscope.tui.runs import columns, table
from grokscope.tui.runs.folding import Row
from grokscope.tui.runs.listing import SECTION
from grokscope.tui.session import Session
from grokscope.tui.widgets.bars import KeyBar, Lines
from grokscope.tui.widgets.inks import Span

ALL = "as many as fit"
"""The first line: not chosen, but what the width has room for."""
SAMPLES = 3
"""Most values of a column that are told."""
NAMED, TOLD = 22, 50
"""Cells of a column's name, and of its name and key."""


class ColumnsScreen(Page):
    """One line a column, with values that runs have."""

    kind = actions.COLUMNS
    BINDINGS = actions.bindings(actions.COLUMNS)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._keys: list[str] = []
        self._at = 0

    def compose(self) -> ComposeResult:
        """Lay out heading, lines and footer."""
        yield Lines(self.session.depth, id="heading")
        with VerticalScroll(can_focus=False):
            yield Lines(self.session.depth, id="text")
        yield KeyBar(self.kind)

    def on_screen_resume(self) -> None:
        """Begin with the columns that are shown."""
        shown = self._shown()
        rest = [key for key in table.offered(self.session) if key not in shown]
        self._keys, self._at = ["", *shown, *rest], 0
        self.redraw()

    def redraw(self) -> None:
        """Show which columns there are, and which of them are shown."""
        if not self._keys:
            return
        shown = self._shown()
        count = f"   {len(shown)} of {len(self._keys) - 1} shown"
        told = f"     {'heading':<{NAMED}}{'key':<{TOLD - NAMED}}values of some runs"
        self.query_one("#heading", Lines).show(
            ([(" columns", STRONG), (count, MUTED)], []), ([(told, MUTED)], [])
        )
        lines: list[Heading] = [
            (self._line(index, key, shown), []) for index, key in enumerate(self._keys)
        ]
        self.query_one("#text", Lines).show(*lines)

    def action_move(self, by: int) -> None:
        """Go up or down."""
        new = min(max(self._at + by, 0), len(self._keys) - 1)
        if new == self._at:
            self.say("no column further down" if by > 0 else "no column further up")
            return
        self._at = new
        self.redraw()
        scroll = self.query_one(VerticalScroll)
        top = scroll.scroll_offset.y
        seen = min(max(top, new - scroll.size.height + 1), new)
        if seen != top:
            scroll.scroll_to(y=seen, animate=False, force=True)

    def action_edge(self, by: int) -> None:
        """Go to the first or the last."""
        self.action_move(by * len(self._keys))

    def action_mark(self) -> None:
        """Show the column under the cursor, or hide it."""
        from grokscope.tui import settings

        key, listing = self._keys[self._at], self.session.listing
        shown = self._shown()
        if not key and not listing.chosen:
            self.say("as many as fit are shown already")
            return
        if not key:
            listing.chosen = ()
        elif key in shown:
            listing.chosen = tuple(one for one in shown if one != key)
        else:
            listing.chosen = (*shown, key)
        settings.save(SECTION, listing.remembered())
        self.redraw()
        if key and len(self._shown()) == 0:
            self.say("no column is left, so those are shown that fit")

    @on(Click, "#text")
    def _on_clicked(self, event: Click) -> None:
        self._at = min(event.y, len(self._keys) - 1)
        self.action_mark()

    def _shown(self) -> list[str]:
        session, width = self.session, self.size.width
        return [*session.listing.chosen] or [one.key for one in table.laid_out(session, width)[1:]]

    def _line(self, index: int, key: str, shown: list[str]) -> list[Span]:
        chosen = self.session.listing.chosen
        here = ("▌" if index == self._at else " ", STRONG)
        if not key:
            return [here, (f"[{' ' if chosen else 'x'}] ", STRONG), (ALL, PLAIN)]
        one = columns.column(key, self.session.kinds[:1])
        head = wording.TITLE if key == wording.TITLE else one.head
        head = f"{head} {one.unit}".rstrip()
        told = f"{head:<{NAMED}}{key}"
        mark = "x" if key in shown else " "
        values = dict.fromkeys(
            one.cell(Row(run.id, (run,)))[0].strip() for run in self.session.kinds[:20]
        )
        room = self.size.width - TOLD - 6
        samples = [words.shortened(text, room) for text in values if text]
        sample = "   ".join(words.fitting(samples[:SAMPLES], room + 3, 3))
        return [here, (f"[{mark}] ", STRONG), (f"{told:<{TOLD}}", PLAIN), (sample, MUTED)]
