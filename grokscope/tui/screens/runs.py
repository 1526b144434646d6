"""The list: what ran, which grokked, when; with a preview of the run under the cursor."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.timer import Timer

from grokscope.tui import actions, headings
from grokscope.tui.pages.annotating import Annotating, Asked
from grokscope.tui.pages.arranging import Arranging
from grokscope.tui.pages.filtering import Filtering
from grokscope.tui.pages.page import Page
from grokscope.tui.pages.taking import of_list
from grokscope.tui.session import Session
from grokscope.tui.widgets.bars import KeyBar, Lines
from grokscope.tui.widgets.filterline import FilterLine
from grokscope.tui.widgets.line import Line
from grokscope.tui.widgets.plots import Plots
from grokscope.tui.widgets.runlist import HEADER, RunList

if TYPE_CHECKING:
    from grokscope.tui.away.writing import Taken
    from grokscope.tui.curves.panels import Shown
    from grokscope.tui.plot.panel import Panel
    from grokscope.tui.plot.tiling import Tile

LEAST = (36, 8)
"""Smallest panel of the preview, in cells."""

PATIENCE = 0.15
"""Seconds for which the curves of the run before stay, while those under the cursor are read."""


class RunsScreen(Arranging, Annotating, Filtering):
    """The first screen."""

    kind = actions.RUNS
    BINDINGS = actions.bindings(actions.RUNS)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._late: Timer | None = None
        """When the preview no longer waits for curves."""

    def compose(self) -> ComposeResult:
        """Lay out heading, list, preview, filter and footer."""
        yield Lines(self.session.depth, id="heading")
        yield RunList(self.session)
        yield Lines(self.session.depth, id="notice")
        yield Plots(self.session)
        yield FilterLine(self.session)
        yield Asked(self.session)
        yield KeyBar(self.kind)

    def on_mount(self) -> None:
        """Begin without the lines that are typed into."""
        for line in self.query(Line):
            line.display = False

    def shown(self) -> "list[Shown]":
        """Return the run under the cursor."""
        run = self.session.run(self.session.selected)
        return [] if run is None else [self.as_shown(run)]

    def taken(self) -> "Taken":
        """Return the list with the runs in it."""
        return of_list(Page.taken(self), self.session)

    def redraw(self) -> None:
        """Draw heading, list and preview."""
        listing = self.session.listing
        listing.refresh(self.session)
        if listing.place(self.session.selected) is None:
            self.session.settle()
        self._head()
        rows = self.query_one(RunList)
        half = (self.size.height - 2) // 2
        rows.styles.height = max(min(len(listing.rows) + HEADER, half), HEADER + 1)
        rows.show()
        self._preview()

    def on_resize(self) -> None:
        """Share the height anew."""
        self.redraw()

    def pointed(self) -> None:
        """Tell the values under the preview's cursor."""
        told, _ = self.readouts()[0]
        self.say("".join(text for text, _ in told).strip())

    def action_move(self, by: int) -> None:
        """Put the cursor `by` rows further down."""
        listing = self.session.listing
        self._put(listing.index(self.session) + by, "down" if by > 0 else "up")

    def action_edge(self, by: int) -> None:
        """Put the cursor on the first or the last row."""
        self.action_move(by * len(self.session.listing.rows))

    def action_latest(self) -> None:
        """Select the run that changed last, though the filter hide it."""
        latest = self.session.latest
        if latest not in [run.id for run in self.session.shown]:
            self.session.narrow(None)
            self.session.refilter("")
        self.session.selected = latest
        self.redraw()
        if latest:
            self.say(f"{self.session.labels[latest]} changed last")

    def action_open(self) -> None:
        """Open the selected run."""
        if self.session.run(self.session.selected) is None:
            self.say("no run to open")
        else:
            self.visit("run")

    def takes(self, character: str) -> bool:
        """Write into the line that is there, if one is."""
        for line in self.query(Line):
            if line.display:
                line.insert_text_at_cursor(character)
                return True
        return False

    def action_back(self) -> None:
        """Leave the filter's line, and let more runs be seen: those left out, then all."""
        if self.query_one(Asked).display:
            self.unask()
            return
        if not (self.session.only or self.session.typed or self.query_one(FilterLine).display):
            self.say("all runs are in the list; q leaves the explorer")
            return
        self.close()
        if self.session.only is not None:
            self.session.narrow(None)
        else:
            self.session.refilter("")
        self.redraw()

    @on(RunList.Clicked)
    def _on_clicked(self, message: RunList.Clicked) -> None:
        if message.row == self.session.listing.index(self.session):
            self.action_open()
        else:
            self._put(message.row)

    def _put(self, index: int, way: str = "down") -> None:
        if not self.session.listing.put(self.session, index):
            self.say(f"no run further {way}")
            return
        self._head()
        self.query_one(RunList).show()
        shown, books = self.shown(), self.session.books
        if shown and books and self.session.selected not in books:
            self._hold()
        else:
            self._preview()

    def _hold(self) -> None:
        """Ask for curves, and paint the preview once, with them, unless they are long in coming."""
        self.ask()
        if self._late is None:
            self._late = self.set_timer(PATIENCE, self._preview)

    def _head(self) -> None:
        self.query_one("#heading", Lines).show(headings.of_store(self.session, self.size.width))
        notice = self.query_one("#notice", Lines)
        row = self.session.listing.row(self.session)
        notice.display = self.session.read and (row is None or not row.runs)
        lost = (
            headings.of_nothing(self.session)
            if row is None
            else headings.of_lost(row, self.size.width)
        )
        notice.show(*lost)

    def _preview(self) -> None:
        if self._late is not None:
            self._late.stop()
            self._late = None
        self.ask()
        shown = self.shown()
        self.plots.display = bool(shown) and bool(self.session.listing.rows)
        # until the first curves are read nothing is drawn, so that the rows need not wait
        if shown and self.session.books:
            self.plots.show(self._arrange, self.places())

    def _arrange(self, width: int, height: int) -> "Sequence[tuple[Tile, Panel]]":
        from grokscope.tui.curves.figure import of_preview

        shown = self.shown()
        return of_preview(shown[0], self.session.view, width, height, LEAST) if shown else []
