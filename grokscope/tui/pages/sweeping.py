"""What the screens of a sweep share: keys, quantity, the cursor, and the way to its runs."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.message import Message

from grokscope.tui import words
from grokscope.tui.headings import Line, Span
from grokscope.tui.pages.page import Page
from grokscope.tui.plot.palette import MUTED, PLAIN
from grokscope.tui.session import Only, Session
from grokscope.tui.widgets.bars import KeyBar
from grokscope.tui.widgets.board import Board

if TYPE_CHECKING:
    from grokscope.tui.away.writing import Taken
    from grokscope.tui.sweeps.sweep import Table

NOTHING = (
    "   these runs differ in no configuration key but their seeds",
    "   grokscope run modadd-grok --sweep init_scale=1,3,10   trains a sweep",
)


class SweepPage(Page):
    """A page on the sweep that the runs of the list make up."""

    named: ClassVar[str]
    """Before the keys, in its heading."""
    ranked: ClassVar[bool] = False
    """Whether it shows how closely keys go along with the quantity."""

    class Computed(Message):
        """What is shown of many runs was computed, or why it cannot be."""

        def __init__(self, table: "Table | None", problem: str = "") -> None:
            super().__init__()
            self.table, self.problem = table, problem

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._computing = False

    def compose(self) -> ComposeResult:
        """Lay out lines over the footer."""
        yield Board(self.session.depth)
        yield KeyBar(self.kind)

    def body(self, width: int, height: int) -> list[list[Span]]:
        """Return the lines below the heading."""
        raise NotImplementedError

    def over(self) -> str:
        """Return what the heading names: the keys."""
        from grokscope.tui.sweeps.underneath import keys

        return keys(self.session)

    def taken(self) -> "Taken":
        """Return the sweep with the runs that make it up."""
        from grokscope.tui.pages.taking import of_sweep

        return of_sweep(super().taken(), self.session, self.kind)

    def redraw(self) -> None:
        """Draw heading and body."""
        from grokscope.tui.sweeps.underneath import heading

        width, height = self.size.width, self.size.height - 2
        if height < 1:
            return
        if self.session.sweep.waits(self.session, self.ranked):
            self._compute()
            return
        if self.empty:
            head: Line = ([(f" {self.named}", PLAIN)], [])
            body: list[list[Span]] = [[], *([(text, MUTED)] for text in NOTHING)]
        else:
            head, body = (
                heading(self.session, self.named, self.over(), width),
                self.body(width, height),
            )
        lines = [head, *((line, []) for line in body[:height])]
        self.query_one(Board).show(*lines)

    def _compute(self) -> None:
        """Have what is shown computed in a thread; what stands on the page stays until then."""
        if self._computing:
            return
        self._computing = True
        self.query_one(KeyBar).hold(f"reading the summaries of {len(self.session.shown):,} runs …")
        self.run_worker(self._read, thread=True, group="sweep", exit_on_error=False)

    def _read(self) -> None:
        from grokscope.tui.sweeps.phase import SWIFT

        try:
            found = self.session.sweep.computed(self.session, *SWIFT, ranked=self.ranked)
            self.post_message(self.Computed(found))
        except Exception as error:
            # summaries come from strangers; a page that waits for ever would be no answer
            self.post_message(self.Computed(None, words.one_line(error)))

    @on(Computed)
    def _on_computed(self, message: Computed) -> None:
        self._computing = False
        self.query_one(KeyBar).hold(message.problem)
        if message.table is not None:
            self.session.sweep.take(message.table)
            self.redraw()

    @property
    def empty(self) -> bool:
        """Whether there is no key to look along."""
        return not self.session.sweep.table(self.session).keys

    def on_screen_resume(self) -> None:
        """Look at all runs again that were narrowed to one cell from here."""
        sweep = self.session.sweep
        if sweep.only is not None and self.session.only is sweep.only:
            self.session.narrow(None)
        sweep.only = None
        super().on_screen_resume()

    def on_resize(self) -> None:
        """Lay out anew."""
        self.redraw()

    def action_move(self, by: int) -> None:
        """Put the cursor some rows further down."""
        self._step(-by, 0, "below" if by > 0 else "above")

    def action_column(self, by: int) -> None:
        """Put the cursor some columns further right."""
        self._step(0, by, "at the right" if by > 0 else "at the left")

    def action_measure(self) -> None:
        """Show the next quantity."""
        self.session.sweep.next_quantity(self.session)
        self.redraw()

    def action_fold_by(self) -> None:
        """Take the next key along the rows."""
        self._turn("row")

    def action_columns(self) -> None:
        """Take the next key along the columns."""
        self._turn("column")

    def action_scan(self) -> None:
        """Show the runs as points over the columns' key."""
        self.visit("scan")

    def action_association(self) -> None:
        """Show what goes along with the quantity."""
        self.visit("association")

    def action_open(self) -> None:
        """Open the run under the cursor, or list them where there are several."""
        from grokscope.tui.sweeps.underneath import where

        members: Iterable[int] = () if self.empty else self.session.sweep.members(self.session)
        ids = [self.session.shown[index].id for index in members]
        if not ids:
            self.say("no run has these values")
        elif len(ids) == 1:
            self.session.selected = ids[0]
            self.visit("run")
        else:
            self.session.sweep.only = Only(frozenset(ids), where(self.session))
            self.list_only(self.session.sweep.only)

    @on(Board.Clicked)
    def _on_clicked(self, message: Board.Clicked) -> None:
        place = None if self.empty else self.hit(message.x, message.y - 1)
        if place is None:
            return
        if self.pointed(place):
            self.redraw()
        else:
            self.action_open()

    def pointed(self, place: tuple[int, int]) -> bool:
        """Put the cursor where was clicked; return whether it moved."""
        return self.session.sweep.put(self.session, place)

    def hit(self, x: int, y: int) -> tuple[int, int] | None:
        """Return the cell at a place of the body, None where there is none."""
        return None

    def _step(self, rows: int, columns: int, way: str) -> None:
        if self.empty:
            self.say(NOTHING[0].strip())
            return
        row, column = self.session.sweep.place(self.session)
        if self.session.sweep.put(self.session, (row + rows, column + columns)):
            self.redraw()
        else:
            self.say(f"no cell further {way}")

    def _turn(self, along: str) -> None:
        if self.empty:
            self.say(NOTHING[0].strip())
            return
        sweep = self.session.sweep
        before = sweep.row, sweep.column
        sweep.turn(self.session, along)
        if (sweep.row, sweep.column) == before:
            self.say("these runs differ in no other key")
        else:
            self.redraw()
