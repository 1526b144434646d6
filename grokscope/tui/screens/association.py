"""Association: configuration keys ranked by how closely a quantity goes along with them."""

from copy import copy
from dataclasses import replace

from grokscope.tui import actions
from grokscope.tui.headings import Span
from grokscope.tui.pages.sweeping import SweepPage
from grokscope.tui.plot.palette import MUTED, PLAIN
from grokscope.tui.session import Session
from grokscope.tui.sweeps.ranking import NOTES, details, ranking, summary
from grokscope.tui.sweeps.scan import scan, spans

LEAST_SCAN = 12
"""Lines that must be left for a scan of the key to fill them."""
LEAST = 8
"""Lines kept for the key under the cursor, where there are so many."""


class AssociationScreen(SweepPage):
    """A bar for each key, and the values of the one under the cursor."""

    kind = actions.ASSOCIATION
    BINDINGS = actions.bindings(actions.ASSOCIATION)
    named = "ranking"
    ranked = True

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._first = 0
        """Which key the first row is of."""

    def over(self) -> str:
        """Return what the keys are ranked by."""
        sweep = self.session.sweep
        return f"by {sweep.table(self.session).quantity(sweep.shows).heading}"

    def body(self, width: int, height: int) -> list[list[Span]]:
        """Return what is ranked, the bars, and what the quantity is at each value of a key."""
        rows, self._first = ranking(self.session, max(height - LEAST - len(NOTES) - 2, 3))
        head: list[Span] = [(f" {summary(self.session)}", PLAIN)]
        lines = [head, *rows, *([(f"  {note}", MUTED)] for note in NOTES), []]
        lines += details(self.session, width, height - len(lines))
        if height - len(lines) > LEAST_SCAN:
            lines += [[], *spans(scan(self._alone(), width, height - len(lines) - 1))]
        return lines

    def _alone(self) -> Session:
        """Return the session as it would be with the key under the cursor alone."""
        sweep = self.session.sweep
        key = sweep.links(self.session)[sweep.link_place(self.session)].key
        other = copy(self.session)
        other.sweep = replace(sweep, row="", column=key, cursor={}, log_x=None)
        return other

    def hit(self, x: int, y: int) -> tuple[int, int] | None:
        """Return the place of the key that was clicked, as a row."""
        place = self._first + y - 2
        return (place, 0) if 0 <= place < len(self.session.sweep.links(self.session)) else None

    def action_move(self, by: int) -> None:
        """Put the cursor some keys further down."""
        sweep = self.session.sweep
        links = [] if self.empty else sweep.links(self.session)
        place = sweep.link_place(self.session) + by if links else 0
        if 0 <= place < len(links):
            sweep.link = links[place].key
            self.redraw()
        else:
            self.say(f"no key further {'down' if by > 0 else 'up'}")

    def action_open(self) -> None:
        """Show the runs as points over the key under the cursor."""
        if self.empty:
            self.say("no key to look along")
            return
        sweep = self.session.sweep
        sweep.along(sweep.links(self.session)[sweep.link_place(self.session)].key)
        self.visit("scan")

    def pointed(self, place: tuple[int, int]) -> bool:
        """Put the cursor on a key; return whether it moved."""
        sweep = self.session.sweep
        before, sweep.link = sweep.link_place(self.session), sweep.links(self.session)[place[0]].key
        return place[0] != before
