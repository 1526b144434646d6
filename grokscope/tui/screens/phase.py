"""Phase: the runs of a sweep as cells over two configuration keys."""

from grokscope.tui import actions
from grokscope.tui.headings import Span
from grokscope.tui.pages.sweeping import SweepPage
from grokscope.tui.session import Session
from grokscope.tui.sweeps.phase import Layout, diagrams, lay_out, legend
from grokscope.tui.sweeps.scan import scan, spans
from grokscope.tui.sweeps.underneath import readout

LEAST_SCAN = 8
"""Lines that must be left for a scan to fill them."""
READOUT = 5
"""Fewest lines kept for what is under the cursor."""


class PhaseScreen(SweepPage):
    """One diagram for each quantity that there is room for, with one cursor in all."""

    kind = actions.PHASE
    BINDINGS = actions.bindings(actions.PHASE)
    named = "phase"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._layout: Layout | None = None

    def body(self, width: int, height: int) -> list[list[Span]]:
        """Return legend, diagrams and what is under the cursor."""
        self._layout = lay_out(self.session, width, height - READOUT - 2)
        lines = [legend(), *diagrams(self.session, self._layout), []]
        lines += readout(self.session, width, max(height - len(lines), 0))
        if height - len(lines) > LEAST_SCAN:
            lines += [[], *spans(scan(self.session, width, height - len(lines) - 1))]
        return lines

    def hit(self, x: int, y: int) -> tuple[int, int] | None:
        """Return the cell at a place of the body."""
        return None if self._layout is None else self._layout.hit(x, y - 1)
