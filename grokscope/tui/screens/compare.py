"""Two runs side by side on shared axes, with what their configurations differ in."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from grokscope import wording
from grokscope.tui import actions, headings, words
from grokscope.tui.plot.palette import PLAIN, STRONG, Ink
from grokscope.tui.plotpage import PlotPage
from grokscope.tui.session import MARKS
from grokscope.tui.widgets.bars import KeyBar, Lines
from grokscope.tui.widgets.inks import Span
from grokscope.tui.widgets.plots import Plots

if TYPE_CHECKING:
    from grokscope.store.listing.summary import RunSummary
    from grokscope.tui.panels import Shown
    from grokscope.tui.plot.panel import Panel
    from grokscope.tui.plot.tiling import Tile

LEAST_HEIGHT = 9
"""Smallest row of panels worth drawing, in cells."""


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
        outcomes = [run.outcome for run in self._runs()]
        times = [o.t_test for o in outcomes if o is not None and o.t_test is not None]
        last = [o.last.told_in(o.time_unit) for o in outcomes if o is not None and o.last]
        return min(times or last, default=None)

    def shown(self) -> "list[Shown]":
        """Return A and B; none where one of them is gone."""
        runs = self._runs()
        return [self.as_shown(run) for run in runs] if len(runs) == len(MARKS) else []

    def redraw(self) -> None:
        """Draw both runs as they stand."""
        self.ask()
        runs = self._runs()
        if len(runs) < 2:
            lines = headings.of_half(self.session)
        else:
            lines = headings.of_pair(self.session, runs[0], runs[1], self.size.width)
        self.query_one("#heading", Lines).show(*lines)
        self.plots.show(self._arrange, self.cursor)
        self.pointed()

    def pointed(self) -> None:
        """Show the values of both runs under the cursor."""
        from grokscope.tui import panels

        time = self.cursor
        lines: list[tuple[list[Span], list[Span]]] = []
        for shown in self.shown():
            if time is None:
                break
            when = f" {shown.run.time_unit} {wording.moment(time)}"
            values = panels.readout(shown, self.keys(), time)
            spans: list[Span] = [(when if not lines else " " * len(when), STRONG)]
            spans.append((f"  {shown.letter}", Ink(shown.hue, bold=True)))
            fitting = words.fitting(values, self.size.width - len(when) - 3, 2)
            spans += [(f"  {value}", PLAIN) for value in fitting]
            lines.append((spans, []))
        self.query_one("#readout", Lines).show(*lines)

    def action_overlay(self) -> None:
        """Fold the columns into one, or unfold them."""
        view = self.session.view
        self.look(replace(view, overlay=not view.overlay))

    def action_swap(self) -> None:
        """Swap A and B."""
        if not self.shown():
            self.say("there is nothing to swap: a run is gone")
            return
        marks = self.session.marks
        marks["A"], marks["B"] = marks["B"], marks["A"]
        self.redraw()

    def _runs(self) -> "list[RunSummary]":
        found = [self.session.run(self.session.marks.get(letter, "")) for letter in MARKS]
        return [run for run in found if run is not None]

    def _arrange(self, width: int, height: int) -> "Sequence[tuple[Tile, Panel]]":
        from grokscope.tui import panels
        from grokscope.tui.plot.tiling import rows_of

        shown, view = self.shown(), self.session.view
        if not shown:
            return []
        rows = max(height // LEAST_HEIGHT, 1)
        keys, times = self.keys()[:rows], panels.samples(shown)
        placed: list[Panel] = []
        for key in keys:
            if view.overlay:
                row = [panels.overlaid(shown, key, view)]
            else:
                row = [panels.panel(one, key, view) for one in shown]
            placed += panels.shared(row, times)
        tiles = rows_of(width, height, [1 if view.overlay else 2] * len(keys))
        return list(zip(tiles, placed, strict=True))
