"""Arranging the list: what it is folded and sorted by, and its columns."""

from functools import partial

from textual import on

from grokscope.tui import words
from grokscope.tui.pages.plotpage import PlotPage
from grokscope.tui.runs.column import NAME
from grokscope.tui.runs.columns import COURSE
from grokscope.tui.runs.folding import NOTHING, SEEDS, foldings
from grokscope.tui.runs.listing import SECTION
from grokscope.tui.runs.table import LEAST
from grokscope.tui.widgets.runlist import RunList

WIDEST = 80
"""Most cells of a column."""


class Arranging(PlotPage):
    """A page with the list of runs, which can be folded, sorted and given other columns."""

    def action_fold(self) -> None:
        """Show the runs of the row under the cursor, or fold them into it."""
        problem = self.session.listing.toggle(self.session)
        if problem:
            self.say(problem)
        else:
            self.redraw()

    def action_fold_by(self) -> None:
        """Fold the list by the next key."""
        listing = self.session.listing
        every = foldings(self.session.differing)
        at = every.index(listing.fold) if listing.fold in every else -1
        listing.fold = every[(at + 1) % len(every)]
        told = {SEEDS: "runs that differ in seeds alone share a row", NOTHING: "not folded"}
        self._rearranged(told.get(listing.fold, f"folded by {words.short_key(listing.fold)}"))

    def action_sort(self, by: int) -> None:
        """Sort by the column after or before; beyond the last one, the newest come first."""
        keys = ["", *(one.key for one in self.query_one(RunList).columns if one.key != COURSE)]
        at = keys.index(self.session.listing.sort) if self.session.listing.sort in keys else 0
        self._sort(keys[(at + by) % len(keys)])

    def action_invert(self) -> None:
        """Turn the order round."""
        self.session.listing.inverted = not self.session.listing.inverted
        self._rearranged(self._order())

    def action_resize(self, by: int) -> None:
        """Make the column that the list is sorted by, or else the names, wider or narrower."""
        listing, shown = self.session.listing, self.query_one(RunList).columns
        one = next((one for one in shown if one.key == (listing.sort or NAME)), None)
        if one is None:
            self.say("the column that the list is sorted by is not shown; C chooses columns")
            return
        width = min(max(one.width + by, LEAST), WIDEST)
        if width == one.width:
            self.say(f"{one.head}: {width} cells, no {'wider' if by > 0 else 'narrower'}")
            return
        listing.widths = listing.widths | {one.key: width}
        self._rearranged(f"{one.head}: {width} cells")

    def action_columns(self) -> None:
        """Choose the columns."""
        self.visit("columns")

    @on(RunList.Headed)
    def _on_headed(self, message: RunList.Headed) -> None:
        if message.key == COURSE:
            self.say("curves have no order; another heading sorts")
        elif message.key == self.session.listing.sort:
            self.action_invert()
        else:
            self._sort(message.key)

    def _sort(self, key: str) -> None:
        self.session.listing.sort, self.session.listing.inverted = key, False
        self._rearranged(self._order())

    def _order(self) -> str:
        listing = self.session.listing
        if not listing.sort:
            return "the oldest first" if listing.inverted else "the newest first"
        shown = {one.key: one.head for one in self.query_one(RunList).columns}
        head = shown.get(listing.sort, listing.sort)
        return f"by {head}, the {'greatest' if listing.inverted else 'least'} first"

    def _rearranged(self, told: str) -> None:
        """Draw the list anew, tell what changed, and remember it."""
        from grokscope.tui import settings

        self.redraw()
        self.say(told)
        save = partial(settings.save, SECTION, self.session.listing.remembered())
        self.app.run_worker(save, thread=True, group="settings", exit_on_error=False)
