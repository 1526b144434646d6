"""One run: accuracies with the learning times marked, loss and measures below."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from grokscope.tui import actions, headings
from grokscope.tui.pages.plotpage import PlotPage
from grokscope.tui.widgets.bars import KeyBar, Lines
from grokscope.tui.widgets.plots import Plots

if TYPE_CHECKING:
    from grokscope.store.listing.summary import RunSummary
    from grokscope.tui.curves.panels import Shown
    from grokscope.tui.plot.panel import Panel
    from grokscope.tui.plot.tiling import Tile

THIS = "this"
"""What a run that has no letter is called beside those that have one."""


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
        """Return the selected run, and in an overlay the marked ones."""
        run = self.session.run(self.session.selected)
        if run is None:
            return []
        one = self.as_shown(run)
        others = self._others() if self.session.view.overlay else []
        if not others:
            return [one]
        return [replace(one, letter=one.letter or THIS), *map(self.as_shown, others)]

    def _others(self) -> "list[RunSummary]":
        marks = self.session.marks
        found = [self.session.run(marks[letter]) for letter in sorted(marks)]
        return [run for run in found if run is not None and run.id != self.session.selected]

    def action_overlay(self) -> None:
        """Lay the marked runs over this one, or take them away."""
        if not self._others():
            self.say("space marks runs; then o lays them over another one")
            return
        view = self.session.view
        self.look(replace(view, overlay=not view.overlay))

    def on_resize(self) -> None:
        """Fit the heading to the width."""
        self.redraw()

    def redraw(self) -> None:
        """Draw the run as it stands."""
        self.ask()
        shown = self.shown()
        lines = headings.of_gone(self.session)
        if shown:
            kin = [one.run for one in shown[0].group]
            lines = headings.of_run(self.session, shown[0].run, self.size.width, kin)
        self.query_one("#heading", Lines).show(*lines)
        self.plots.show(self._arrange, self.places())
        self.pointed()

    def pointed(self) -> None:
        """Show the values under the cursor."""
        self.query_one("#readout", Lines).show(*self.readouts())

    def action_move(self, by: int) -> None:
        """Show the run after or before in the list."""
        if self.session.move(by):
            self.redraw()
        else:
            self.say("no run further on" if by > 0 else "no run before")

    def action_latest(self) -> None:
        """Show the run that changed last."""
        if self.session.selected == self.session.latest:
            self.say("this run changed last")
        self.session.selected = self.session.latest
        self.redraw()

    def _arrange(self, width: int, height: int) -> "Sequence[tuple[Tile, Panel]]":
        from grokscope.tui.curves import figure

        shown, view = self.shown(), self.session.view
        if len(shown) > 1:
            return figure.of_several(shown, view, width, height)
        return figure.of_run(shown[0], view, width, height) if shown else []
