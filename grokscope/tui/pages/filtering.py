"""Filtering: the list narrows as a query is typed."""

from functools import partial

from textual import on
from textual.timer import Timer
from textual.widgets import Input

from grokscope.tui.pages.plotpage import PlotPage
from grokscope.tui.pages.waiting import Waiting
from grokscope.tui.session import Session
from grokscope.tui.widgets.bars import KeyBar
from grokscope.tui.widgets.filterline import FilterLine

PAUSE = 0.08
"""Seconds for which a list of many runs waits for the next letter."""


class Filtering(Waiting, PlotPage):
    """A page with a list of runs and a line that a query is typed into."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._typing: Timer | None = None
        """When the list is filtered by what was typed last."""

    def action_filter(self) -> None:
        """Ask for the words to filter by."""
        field = self.query_one(FilterLine)
        field.value, field.display = self.session.typed, True
        self.set_focus(field)

    def close(self) -> None:
        """Leave the line; what was typed and is not in force yet never will be."""
        self._rest()
        self.forgo()
        self.query_one(FilterLine).display = False
        self.query_one(KeyBar).hold("")
        self.set_focus(None)

    @on(Input.Changed, "FilterLine")
    def _on_changed(self, message: Input.Changed) -> None:
        if not self.query_one(FilterLine).display:
            return
        self._rest()
        if self.many:
            self._typing = self.set_timer(PAUSE, partial(self._paused, message.value))
        else:
            self._refilter(message.value)

    @on(Input.Submitted, "FilterLine")
    def _on_submitted(self, message: Input.Submitted) -> None:
        self._rest()
        self._seek(message.value, last=True)

    def _rest(self) -> None:
        if self._typing is not None:
            self._typing.stop()
            self._typing = None

    def _paused(self, text: str) -> None:
        # a timer that is stopped may have come due already
        if self._typing is not None:
            self._seek(text)

    def _seek(self, text: str, last: bool = False) -> None:
        self.once(partial(self.session.seek, text), partial(self._refilter, text, last))

    def _refilter(self, text: str, last: bool = False) -> None:
        self.session.refilter(text)
        problem, line = self.session.problem, self.query_one(FilterLine)
        line.mark(problem.span if problem else (0, 0))
        # what only ends too early is told how it could go on
        early = problem is not None and problem.span[0] >= len(text.rstrip())
        offers = line.offers(text) if problem is None or early else ""
        self.query_one(KeyBar).hold(offers or (problem.message if problem else ""))
        self.redraw()
        # what cannot be understood stays, to be mended
        if last and problem is None:
            self.close()
