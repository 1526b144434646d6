"""Scan: a quantity of the runs over one configuration key."""

from grokscope.tui import actions
from grokscope.tui.headings import Span
from grokscope.tui.pages.sweeping import SweepPage
from grokscope.tui.plot.frame import Frame
from grokscope.tui.plot.palette import MUTED
from grokscope.tui.session import Session
from grokscope.tui.sweeps.phase import legend
from grokscope.tui.sweeps.scan import logs, places, scan, scanned, spans
from grokscope.tui.sweeps.underneath import readout

READOUT = 5
"""Lines kept for what is under the cursor."""


class ScanScreen(SweepPage):
    """Runs as letters, medians as lines: one for each value of the rows' key."""

    kind = actions.SCAN
    BINDINGS = actions.bindings(actions.SCAN)
    named = "scan"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._frame: Frame | None = None

    def body(self, width: int, height: int) -> list[list[Span]]:
        """Return legend, plot and what is under the cursor."""
        self._frame = scan(self.session, width, max(height - READOUT - 2, 1))
        signs = [*legend(hues=not self.session.sweep.row)[:-1], (" M: not by then", MUTED)]
        below = readout(self.session, width, READOUT)
        return [signs, *spans(self._frame), [], *below]

    def hit(self, x: int, y: int) -> tuple[int, int] | None:
        """Return the column nearest to a place of the body, in the cursor's row."""
        if self._frame is None or self._frame.time is None:
            return None
        columns = [
            self._frame.column(float(value))
            for value in places(self.session.sweep.pivot(self.session).columns)
        ]
        known = [(abs(at - x), place) for place, at in enumerate(columns) if at is not None]
        return self.session.sweep.place(self.session)[0], min(known)[1]

    def action_measure(self) -> None:
        """Show the next quantity that is a number."""
        self.session.sweep.shows = scanned(self.session)
        super().action_measure()
        self.session.sweep.shows = scanned(self.session)

    def action_toggle_x(self) -> None:
        """Turn the axis of the key the other way."""
        numbers = self.session.sweep.pivot(self.session).columns.numbers
        if numbers is None or not (numbers > 0).any():
            self.say("these values have no logarithm")
        else:
            self.session.sweep.log_x = not logs(self.session)[0]
            self.redraw()

    def action_toggle_y(self) -> None:
        """Turn the axis of the quantity the other way."""
        self.session.sweep.log_y = not logs(self.session)[1]
        self.redraw()
