"""One run: accuracies with the learning times marked, loss and measures below."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from grokscope import wording
from grokscope.tui import actions, headings, words
from grokscope.tui.plot.palette import MUTED, PLAIN, STRONG
from grokscope.tui.plotpage import PlotPage
from grokscope.tui.widgets.bars import KeyBar, Lines
from grokscope.tui.widgets.plots import Plots

if TYPE_CHECKING:
    from grokscope.tui.panels import Shown
    from grokscope.tui.plot.panel import Panel
    from grokscope.tui.plot.tiling import Tile

LEAST = (60, 9)
"""Smallest panel worth drawing beside another, in cells."""


class RunScreen(PlotPage):
    """The selected run."""

    kind = actions.RUN
    BINDINGS = actions.bindings(actions.RUN)

    def compose(self) -> ComposeResult:
        """Lay out heading, panels, readout and footer."""
        yield Lines(self.session.depth, id="heading")
        yield Plots(self.session)
        yield Lines(self.session.depth, id="readout")
        yield KeyBar(self.kind)

    @property
    def cursor(self) -> float | None:
        """Where it was put; else when test accuracy was reached, else the newest evaluation."""
        if self.session.view.cursor is not None or not self.shown():
            return self.session.view.cursor
        outcome = self.shown()[0].run.outcome
        if outcome is None or outcome.last is None:
            return None
        last = outcome.last.told_in(outcome.time_unit)
        return outcome.t_test if outcome.t_test is not None else last

    def shown(self) -> "list[Shown]":
        """Return the selected run."""
        run = self.session.run(self.session.selected)
        return [] if run is None else [self.as_shown(run)]

    def redraw(self) -> None:
        """Draw the run as it stands."""
        self.ask()
        shown = self.shown()
        lines = headings.of_run(self.session, shown[0].run) if shown else headings.GONE
        self.query_one("#heading", Lines).show(*lines)
        self.plots.show(self._arrange, self.cursor)
        self.pointed()

    def pointed(self) -> None:
        """Show the values under the cursor."""
        from grokscope.tui import panels

        time, shown = self.cursor, self.shown()
        if time is None or not shown:
            why = " no evaluations yet" if shown else ""
            self.query_one("#readout", Lines).show(([(why, MUTED)], []))
            return
        values = panels.readout(shown[0], self.keys(), time)
        when = f" {shown[0].run.time_unit} {wording.moment(time)}"
        fitting = words.fitting(values, self.size.width - len(when), 3)
        left = [(when, STRONG), *((f"   {value}", PLAIN) for value in fitting)]
        self.query_one("#readout", Lines).show((left, []))

    def action_move(self, by: int) -> None:
        """Show the run after or before in the list."""
        if self.session.move(by):
            self.redraw()
        else:
            self.say("no run further on" if by > 0 else "no run before")

    def action_latest(self) -> None:
        """Show the run that changed last."""
        self.session.selected = self.session.latest
        self.redraw()

    def _arrange(self, width: int, height: int) -> "Sequence[tuple[Tile, Panel]]":
        from grokscope.tui import panels
        from grokscope.tui.plot.tiling import under_first

        shown, keys = self.shown(), self.keys()
        if not shown:
            return []
        tiles = under_first(width, height, len(keys), LEAST)
        times = panels.samples(shown)
        drawn = [panels.panel(shown[0], key, self.session.view) for key in keys]
        return [
            (tile, panels.shared([one], times)[0]) for tile, one in zip(tiles, drawn, strict=False)
        ]
