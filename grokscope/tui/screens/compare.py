"""Two runs side by side on shared axes, with what their configurations differ in."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from grokscope.tui import actions, headings
from grokscope.tui.curves.view import RELATIONS, after
from grokscope.tui.pages.plotpage import PlotPage
from grokscope.tui.widgets.bars import KeyBar, Lines
from grokscope.tui.widgets.plots import Plots

if TYPE_CHECKING:
    from grokscope.store.listing.summary import RunSummary
    from grokscope.tui.curves.panels import Shown
    from grokscope.tui.plot.panel import Panel
    from grokscope.tui.plot.tiling import Tile


class CompareScreen(PlotPage):
    """The runs marked A and B."""

    kind = actions.COMPARE
    BINDINGS = actions.bindings(actions.COMPARE)

    def compose(self) -> ComposeResult:
        """Lay out heading, panels, readouts and footer."""
        yield Lines(self.session.depth, id="heading")
        yield Plots(self.session)
        yield Lines(self.session.depth, id="readout")
        yield KeyBar(self.kind)

    @property
    def cursor(self) -> float | None:
        """Where it was put; else the first time that a run reached its test accuracy."""
        if self.session.view.cursor is not None:
            return self.session.view.cursor
        outcomes = [run.outcome for run in self._runs()[:2]]
        times = [o.t_test for o in outcomes if o is not None and o.t_test is not None]
        last = [o.last.told_in(o.time_unit) for o in outcomes if o is not None and o.last]
        return min(times or last, default=None)

    def shown(self) -> "list[Shown]":
        """Return A and B, and in an overlay what else is marked; none where one of them is gone."""
        runs = self._runs()
        if len(runs) < 2:
            return []
        view = self.session.view
        return [self.as_shown(run) for run in (runs if view.overlay else runs[:2])]

    def on_resize(self) -> None:
        """Fit the heading to the width."""
        self.redraw()

    def redraw(self) -> None:
        """Draw both runs as they stand."""
        self.ask()
        shown = self.shown()
        lines = headings.of_half(self.session)
        if shown:
            a, b = ([member.run for member in one.members] for one in shown[:2])
            pair = shown[0].run, shown[1].run
            lines = headings.of_pair(self.session, *pair, self.size.width, (a, b))
        self.query_one("#heading", Lines).show(*lines)
        self.plots.show(self._arrange, self.places())
        self.pointed()

    def pointed(self) -> None:
        """Show the values of both runs under the cursor."""
        self.query_one("#readout", Lines).show(*self.readouts())

    def action_overlay(self) -> None:
        """Fold the columns into one, or unfold them."""
        view = self.session.view
        self.look(replace(view, overlay=not view.overlay))

    def action_relate(self) -> None:
        """Draw both curves, or their difference, or their ratio."""
        if not self.shown():
            self.say("there is nothing to relate: a run is gone")
            return
        view = self.session.view
        relation = str(after(view.relation, RELATIONS))
        told = {"": "both curves", "difference": "A − B", "ratio": "A : B"}
        self.look(replace(view, relation=relation), told[relation])

    def action_through(self) -> None:
        """Go through the training time of both runs."""
        self.session.film.pair = True
        self.visit("through")

    def action_swap(self) -> None:
        """Swap A and B."""
        if not self.shown():
            self.say("there is nothing to swap: a run is gone")
            return
        marks, (a, b) = self.session.marks, self.session.pairing
        marks[a], marks[b] = marks[b], marks[a]
        self.redraw()

    def _runs(self) -> "list[RunSummary]":
        marks = self.session.marks
        found = [self.session.run(marks[letter]) for letter in sorted(marks)]
        return [run for run in found if run is not None]

    def _arrange(self, width: int, height: int) -> "Sequence[tuple[Tile, Panel]]":
        from grokscope.tui.curves import figure

        shown, view = self.shown(), self.session.view
        if len(shown) > 2 and not view.relation:
            return figure.of_several(shown, view, width, height)
        return figure.of_pair(shown[0], shown[1], view, width, height) if shown else []
