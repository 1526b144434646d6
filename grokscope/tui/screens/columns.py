"""The columns of the list: which there are, and which are shown."""

from textual import on
from textual.events import Click

from grokscope import wording
from grokscope.tui import actions, words
from grokscope.tui.headings import Line as Heading
from grokscope.tui.pages.lined import Lined
from grokscope.tui.plot.palette import MUTED, PLAIN, STRONG
from grokscope.tui.runs import columns, table
from grokscope.tui.runs.folding import Row
from grokscope.tui.runs.listing import SECTION
from grokscope.tui.session import Session
from grokscope.tui.widgets.bars import Lines
from grokscope.tui.widgets.inks import Span

ALL = "as many as fit"
"""The first line: not chosen, but what the width has room for."""
SAMPLES = 3
"""Most values of a column that are told."""
NAMED, TOLD = 22, 50
"""Cells of a column's name, and of its name and key."""


class ColumnsScreen(Lined):
    """One line a column, with values that runs have."""

    kind = actions.COLUMNS
    BINDINGS = actions.bindings(actions.COLUMNS)
    noun = "column"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._keys: list[str] = []

    def count(self) -> int:
        """Return how many columns there are, and one for as many as fit."""
        return len(self._keys)

    def on_screen_resume(self) -> None:
        """Begin with the columns that are shown."""
        shown = self._shown()
        rest = [key for key in table.offered(self.session) if key not in shown]
        self._keys, self.at = ["", *shown, *rest], 0
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

    def action_mark(self) -> None:
        """Show the column under the cursor, or hide it."""
        from grokscope.tui import settings

        key, listing = self._keys[self.at], self.session.listing
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
        self.at = min(event.y, len(self._keys) - 1)
        self.action_mark()

    def _shown(self) -> list[str]:
        session, width = self.session, self.size.width
        return [*session.listing.chosen] or [one.key for one in table.laid_out(session, width)[1:]]

    def _line(self, index: int, key: str, shown: list[str]) -> list[Span]:
        chosen = self.session.listing.chosen
        here = ("▌" if index == self.at else " ", STRONG)
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
