"""The list: what ran, which grokked, when; with a preview of the run under the cursor."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from grokscope.tui import actions, headings
from grokscope.tui.plotpage import PlotPage
from grokscope.tui.widgets.bars import KeyBar, Lines
from grokscope.tui.widgets.filterline import FilterLine
from grokscope.tui.widgets.plots import Plots
from grokscope.tui.widgets.runlist import HEADER, RunList

if TYPE_CHECKING:
    from grokscope.tui.panels import Shown
    from grokscope.tui.plot.panel import Panel
    from grokscope.tui.plot.tiling import Tile

LEAST = (36, 8)
"""Smallest panel of the preview, in cells."""


class RunsScreen(PlotPage):
    """The first screen."""

    kind = actions.RUNS
    BINDINGS = actions.bindings(actions.RUNS)

    def compose(self) -> ComposeResult:
        """Lay out heading, list, preview, filter and footer."""
        yield Lines(self.session.depth, id="heading")
        yield RunList(self.session)
        yield Lines(self.session.depth, id="notice")
        yield Plots(self.session)
        yield FilterLine(self.session)
        yield KeyBar(self.kind)

    def on_mount(self) -> None:
        """Begin without the filter's line."""
        self.query_one(FilterLine).display = False

    def shown(self) -> "list[Shown]":
        """Return the run under the cursor."""
        run = self.session.run(self.session.selected)
        return [] if run is None else [self.as_shown(run)]

    def redraw(self) -> None:
        """Draw heading, list and preview."""
        self.session.settle()
        self._head()
        rows = self.query_one(RunList)
        half = (self.size.height - 2) // 2
        rows.styles.height = max(min(len(self.session.shown) + HEADER, half), HEADER + 1)
        rows.show()
        self._preview()

    def on_resize(self) -> None:
        """Share the height anew."""
        self.redraw()

    def action_move(self, by: int) -> None:
        """Select the run `by` rows further down."""
        if not self.session.move(by):
            self.say("no run further down" if by > 0 else "no run further up")
            return
        self.query_one(RunList).follow()
        self._preview()

    def action_edge(self, by: int) -> None:
        """Select the first or the last run."""
        self.action_move(by * len(self.session.runs))

    def action_latest(self) -> None:
        """Select the run that changed last, though the filter hide it."""
        latest = self.session.latest
        if latest not in [run.id for run in self.session.shown]:
            self.session.narrow(None)
            self.session.refilter("")
        self.session.selected = latest
        self.redraw()

    def action_open(self) -> None:
        """Open the selected run."""
        if self.session.run(self.session.selected) is None:
            self.say("no run to open")
        else:
            self.visit("run")

    def action_filter(self) -> None:
        """Ask for the words to filter by."""
        field = self.query_one(FilterLine)
        field.value, field.display = self.session.typed, True
        self.set_focus(field)

    def takes(self, character: str) -> bool:
        """Write into the filter's line while it is there."""
        field = self.query_one(FilterLine)
        if field.display:
            field.insert_text_at_cursor(character)
        return bool(field.display)

    def action_back(self) -> None:
        """Leave the filter's line, and let more runs be seen: those left out, then all."""
        self._close()
        if self.session.only is not None:
            self.session.narrow(None)
        else:
            self.session.refilter("")
        self.redraw()

    @on(Input.Changed)
    def _on_changed(self, message: Input.Changed) -> None:
        if self.query_one(FilterLine).display:
            self._refilter(message.value)

    @on(Input.Submitted)
    def _on_submitted(self, message: Input.Submitted) -> None:
        self._refilter(message.value)
        # what cannot be understood stays, to be mended
        if self.session.problem is None:
            self._close()

    def _refilter(self, text: str) -> None:
        self.session.refilter(text)
        problem = self.session.problem
        self.query_one(FilterLine).mark(problem.span if problem else (0, 0))
        self.query_one(KeyBar).hold(problem.message if problem else "")
        self.redraw()

    def _close(self) -> None:
        self.query_one(FilterLine).display = False
        self.query_one(KeyBar).hold("")
        self.set_focus(None)

    @on(RunList.Clicked)
    def _on_clicked(self, message: RunList.Clicked) -> None:
        if message.run_id == self.session.selected:
            self.action_open()
            return
        self.session.selected = message.run_id
        self.query_one(RunList).follow()
        self._preview()

    def _head(self) -> None:
        self.query_one("#heading", Lines).show(headings.of_store(self.session, self.size.width))
        notice = self.query_one("#notice", Lines)
        notice.display = self.session.read and not self.session.shown
        notice.show(*headings.of_nothing(self.session))

    def _preview(self) -> None:
        self.ask()
        shown = self.shown()
        self.plots.display = bool(shown) and bool(self.session.shown)
        # until the first curves are read nothing is drawn, so that the rows need not wait
        if shown and self.session.books:
            self.plots.show(self._arrange, self.cursor)

    def _arrange(self, width: int, height: int) -> "Sequence[tuple[Tile, Panel]]":
        from grokscope.tui import panels
        from grokscope.tui.plot.tiling import grid

        shown, keys = self.shown(), self.keys()
        if not shown:
            return []
        tiles = grid(width, height, len(keys), LEAST)
        return [
            (tile, panels.panel(shown[0], key, self.session.view))
            for tile, key in zip(tiles, keys, strict=False)
        ]
