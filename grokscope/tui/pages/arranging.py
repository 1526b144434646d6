"""Arranging the list: what it is folded and sorted by, and its columns."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from textual import on

from grokscope.tui import words
from grokscope.tui.pages.plotpage import PlotPage
from grokscope.tui.pages.waiting import Waiting
from grokscope.tui.runs.column import NAME, Read, reading
from grokscope.tui.runs.columns import COURSE
from grokscope.tui.runs.folding import NOTHING, SEEDS, foldings, shared
from grokscope.tui.runs.listing import SECTION
from grokscope.tui.runs.table import LEAST
from grokscope.tui.session import Session
from grokscope.tui.widgets.runlist import RunList

WIDEST = 80
"""Most cells of a column."""
ARRANGED = "arranged"
"""What waits until what it needs of many runs is read, besides the filter."""
TOLD = {SEEDS: "runs that differ in seeds alone share a row", NOTHING: "not folded"}


class Arranging(Waiting, PlotPage):
    """A page with the list of runs, which can be folded, sorted and given other columns."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._chosen: dict[str, Any] = {}
        """Choices of the listing that wait until what they need is read."""

    def action_fold(self) -> None:
        """Show the runs of the row under the cursor, or fold them into it."""
        problem = self.session.listing.toggle(self.session)
        if problem:
            self.say(problem)
        else:
            self.redraw()

    def action_fold_by(self) -> None:
        """Fold the list by the next key."""
        every, fold = foldings(self.session.differing), self._aim("fold")
        key = every[((every.index(fold) if fold in every else -1) + 1) % len(every)]
        told = TOLD.get(key, f"folded by {words.short_key(key)}")
        self._choose(shared(key), lambda: told, fold=key)

    def action_sort(self, by: int) -> None:
        """Sort by the column after or before; beyond the last one, the newest come first."""
        keys = ["", *(one.key for one in self.query_one(RunList).columns if one.key != COURSE)]
        sort = self._aim("sort")
        self._sort(keys[((keys.index(sort) if sort in keys else 0) + by) % len(keys)])

    def action_invert(self) -> None:
        """Turn the order round, or what it will be."""
        if self._chosen:
            before = self._chosen.get("inverted", self.session.listing.inverted)
            self._chosen["inverted"] = not before
            return
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
        read = reading(key) if key else attrgetter("id")
        self._choose(read, self._order, sort=key, inverted=False)

    def _aim(self, choice: str) -> str:
        """Return how the list is folded or sorted, or will be once what waits was read."""
        return str(self._chosen.get(choice, getattr(self.session.listing, choice)))

    def _choose(self, read: Read, told: Callable[[], str], **choices: Any) -> None:
        """Look at the list in another way, once what that needs was read of every run."""
        chosen, runs = self._chosen | choices, self.session.shown

        def choose() -> None:
            for name, value in chosen.items():
                setattr(self.session.listing, name, value)
            self._rearranged(told())

        self.once(lambda: [read(run) for run in runs], choose, ARRANGED)
        self._chosen = chosen if self.many else {}

    def forgo(self, what: str = "") -> None:
        """Do nothing of what is waiting of a kind; what was chosen goes with it."""
        super().forgo(what)
        if what == ARRANGED:
            self._chosen = {}

    def _order(self) -> str:
        listing = self.session.listing
        if not listing.sort:
            return "the oldest first" if listing.inverted else "the newest first"
        shown = {one.key: one.head for one in self.query_one(RunList).columns}
        head = shown.get(listing.sort, listing.sort)
        return f"by {head}, the {'greatest' if listing.inverted else 'least'} first"

    def _rearranged(self, told: str) -> None:
        """Draw the list anew, tell what changed, and remember it."""
        self.redraw()
        self.say(told)
        self.app.run_worker(self._remember, thread=True, group="settings", exit_on_error=False)

    def _remember(self) -> None:
        from grokscope.tui import settings

        # asked now, not when the key was pressed: of several threads the last one may come first
        problem = settings.save(SECTION, self.session.listing.remembered())
        if problem:
            self.call_later(self.tell, f"not remembered: {problem}")
