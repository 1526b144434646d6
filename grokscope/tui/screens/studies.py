"""Studies: the claims of papers as they were held against runs, and the runs behind each."""

from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult

from grokscope.tui import actions
from grokscope.tui.headings import Line
from grokscope.tui.pages.page import Page
from grokscope.tui.plot.palette import MUTED
from grokscope.tui.session import Only, Session
from grokscope.tui.studies.claims import Backing, Table, tables
from grokscope.tui.studies.shelving import details, heading, rows, seen
from grokscope.tui.widgets.bars import KeyBar
from grokscope.tui.widgets.board import Board

if TYPE_CHECKING:
    from grokscope.tui.away.writing import Taken

NONE = "no study in this store; `grokscope reproduce --list` tells what there is"
SHARE = 0.5
"""Part of the screen that the list of claims takes at most, as long as details need the rest."""
LONGEST = 14
"""Lines that the details of most claims fit in; on high screens the list takes all others."""


class StudiesScreen(Page):
    """A stored table: its claims, and what stands behind the one under the cursor."""

    kind = actions.STUDIES
    BINDINGS = actions.bindings(actions.STUDIES)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._claims: dict[int, int] = {}
        """Places of claims by their lines."""

    def compose(self) -> ComposeResult:
        """Lay out lines over the footer."""
        yield Board(self.session.depth)
        yield KeyBar(self.kind)

    def on_screen_resume(self) -> None:
        """Read the tables anew."""
        super().on_screen_resume()
        self._read()

    def on_resize(self) -> None:
        """Lay out anew."""
        self.redraw()

    def redraw(self) -> None:
        """Draw the list of claims, and the details of one."""
        shelf, width, height = self.session.shelf, self.size.width, self.size.height - 1
        claim, table = shelf.chosen, shelf.table
        if height < 1:
            return
        lines: list[Line] = heading(shelf, width)
        if claim is None or table is None:
            said = "no claims in it" if table else NONE if shelf.read else "reading …"
            self.query_one(Board).show(*lines, ([], []), ([(f"   {said}", MUTED)], []))
            return
        known = (run.id for run in self.session.runs)
        below = details(claim, Backing.of(claim, known), width)
        room = max(int(height * SHARE), height - len(lines) - LONGEST - 1)
        listed, first = rows(shelf, width, min(len(table.claims) + 1, room))
        self._claims = {len(lines) + 1 + row: first + row for row in range(len(listed) - 1)}
        part, shelf.down = seen(below, shelf.down, height - len(lines) - len(listed) - 1)
        lines += [(line, []) for line in (*listed, [], *part)]
        self.query_one(Board).show(*lines)

    def taken(self) -> "Taken":
        """Return the table, all its claims, and the runs behind the one under the cursor."""
        from grokscope.tui.pages.taking import of_studies

        return of_studies(super().taken(), self.session)

    def action_move(self, by: int) -> None:
        """Go to another claim; by ten, further down in the details of this one."""
        shelf = self.session.shelf
        if abs(by) > 1:
            before = shelf.down
            shelf.down = max(before + by, 0)
            self.redraw()
            if shelf.down == before:
                self.say(f"no details further {'down' if by > 0 else 'up'}")
        elif shelf.move(by):
            self.redraw()
        else:
            self.say(f"no claim further {'down' if by > 0 else 'up'}")

    def action_edge(self, by: int) -> None:
        """Go to the first or the last claim."""
        shelf = self.session.shelf
        if shelf.move(by * (len(shelf.table.claims) if shelf.table else 0)):
            self.redraw()
        else:
            self.say(f"no claim further {'down' if by > 0 else 'up'}")

    def action_measure(self) -> None:
        """Show the next table."""
        if self.session.shelf.turn():
            self.redraw()
        else:
            self.say("no other table in this store")

    def action_open(self) -> None:
        """List the runs behind the claim."""
        claim = self.session.shelf.chosen
        if claim is None:
            self.say("no claim to open")
            return
        backing = Backing.of(claim, (run.id for run in self.session.runs))
        if not backing.here:
            self.say(f"{claim.name}: {backing.told()}")
            return
        why = f"the runs behind {claim.name}"
        if backing.missing:
            why += f", {len(backing.missing)} missing"
        # a filter might hide what was asked for
        self.session.refilter("")
        self.list_only(Only(backing.here, why))

    @on(Board.Clicked)
    def _on_clicked(self, message: Board.Clicked) -> None:
        place = self._claims.get(message.y)
        if place is None:
            return
        if self.session.shelf.move(place - self.session.shelf.place):
            self.redraw()
        else:
            self.action_open()

    @work(thread=True, group="studies", exit_on_error=False)
    def _read(self) -> None:
        from grokscope.store.studies import read_tables

        found = tables(read_tables(self.session.store).values())
        self.app.call_from_thread(self._put, found)

    def _put(self, found: tuple[Table, ...]) -> None:
        self.session.shelf.tables, self.session.shelf.read = found, True
        self.redraw()
