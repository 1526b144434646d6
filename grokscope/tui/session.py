"""What the explorer knows and what its user chose; the screens are drawn from it alone."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from grokscope.errors import BadQuery
from grokscope.tui import words
from grokscope.tui.curves.view import View as View
from grokscope.tui.plot.palette import RUN_HUES, Depth, other_than, run_hue
from grokscope.tui.runs import passing
from grokscope.tui.runs.listing import Listing
from grokscope.tui.runs.picked import MARKS
from grokscope.tui.runs.picked import Only as Only
from grokscope.tui.through.shots import Film

if TYPE_CHECKING:
    from grokscope.store.listing.summary import RunSummary
    from grokscope.tui.acts.processes import Started
    from grokscope.tui.away.writing import Taken
    from grokscope.tui.curves.book import Book
    from grokscope.tui.saved.drawer import Drawer
    from grokscope.tui.studies.claims import Shelf
    from grokscope.tui.sweeps.sweep import Sweep

KEPT = 64
"""Most runs whose curves are kept in memory, besides those on the screen."""


# textual writes out what a worker is given, and thousands of runs would take seconds
@dataclass(repr=False)
class Session:
    """The state that all screens share."""

    store: Path
    ascii: bool = False
    depth: Depth = "256"
    runs: list["RunSummary"] = field(default_factory=list)
    """All runs, newest first."""
    read: bool = False
    """Whether the store has been listed at all."""
    there: bool = True
    """Whether the store was a directory then."""
    broken: dict[str, str] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    """Run ids by letter."""
    selected: str = ""
    """The id under the cursor."""
    filter: str = ""
    """The query that is in force; bare words may stand anywhere in a run's names."""
    typed: str = ""
    """What was last typed as one, in force or not."""
    problem: "BadQuery | None" = None
    """Why what was typed is not in force."""
    only: "Only | None" = None
    """The runs that alone are seen, besides the filter; None for all."""
    shown: list["RunSummary"] = field(default_factory=list)
    """The runs that pass the filter."""
    listing: Listing = field(default_factory=Listing)
    """How the list of runs is looked at."""
    view: View = field(default_factory=View)
    film: Film = field(default_factory=Film)
    """How training time is looked at."""
    books: dict[str, "Book"] = field(default_factory=dict)
    wanted: frozenset[str] = frozenset()
    """The ids of the runs on the screen, whose curves stay."""
    labels: dict[str, str] = field(default_factory=dict)
    """A short label for each run id."""
    differing: list[str] = field(default_factory=list)
    """Configuration keys that differ among the runs that pass the filter."""
    tally: tuple[int, int, float | None] = (0, 0, None)
    """How many run, how many failed or died, and in how many seconds the last ends."""
    tagged: bool = False
    """Whether any run carries a tag."""
    kinds: list["RunSummary"] = field(default_factory=list)
    """One of all runs that differ in nothing but seeds."""
    watched: "Started | None" = None
    """The process whose log is shown; None for the one that tells most of the selected run."""
    fork: str = ""
    """The run and the checkpoint that a launch may fork, as `RUN@epoch:58`."""
    taken: "Taken | None" = None
    """The view that is being written into a file."""
    _by_id: dict[str, "RunSummary"] = field(default_factory=dict)
    _ages: dict[str, int] = field(default_factory=dict)
    _apart: list[str] = field(default_factory=list)
    """The ids of the runs that `differing` is about."""
    _sought: tuple[list["RunSummary"], str, list["RunSummary"]] = field(default=([], "", []))
    """All runs, a query, and those of them that fit it."""

    @cached_property
    def sweep(self) -> "Sweep":
        """How the sweep that the runs make up is looked at."""
        from grokscope.tui.sweeps.sweep import Sweep

        return Sweep()

    @cached_property
    def shelf(self) -> "Shelf":
        """The tables of studies, and which claim is looked at."""
        from grokscope.tui.studies.claims import Shelf

        return Shelf()

    @cached_property
    def drawer(self) -> "Drawer":
        """The saved views, and what is looked at now as one."""
        from grokscope.tui.saved.drawer import Drawer

        return Drawer()

    def listed(
        self,
        runs: Sequence["RunSummary"],
        broken: dict[str, str],
        *,
        there: bool = True,
        remembered: bool = False,
    ) -> None:
        """Take in a new listing, or before the first what is remembered of the one before."""
        self.broken, self.there, self.read = broken, there, not remembered
        if self.runs != runs:
            self.runs = list(runs)
            self.kinds = passing.kinds(self.runs)
        known = dict(zip(map(attrgetter("id"), runs), runs, strict=True))
        if list(known) != list(self._by_id):
            self.labels = words.labels(runs)
            self._ages = {id: age for age, id in enumerate(reversed(known))}
        self._by_id, self.tally = known, words.tally(runs)
        self.tagged = any(map(attrgetter("annotations.tags"), runs))
        self._sift()
        self.marks = {letter: id for letter, id in self.marks.items() if id in known}
        self.books = {id: book for id, book in self.books.items() if id in known}
        if not self.selected:
            self.settle()

    def run(self, id: str) -> "RunSummary | None":
        """Return a run by id."""
        return self._by_id.get(id)

    def settle(self) -> None:
        """Select the first run of the list where the selected one is not in the store."""
        if self.read and self.selected not in self._by_id and self.selected not in self.broken:
            shown = self.shown
            self.selected = shown[0].id if shown else ""

    @property
    def latest(self) -> str:
        """The id of the run that changed last."""
        return max(self.runs, key=lambda run: (run.heartbeat, run.created)).id if self.runs else ""

    def move(self, by: int) -> bool:
        """Select another run, in the list's order; return whether there was one."""
        ids = [run.id for run in self.listing.order(self)]
        if not ids:
            return False
        new = 0
        if self.selected in ids:
            new = min(max(ids.index(self.selected) + by, 0), len(ids) - 1)
        moved = ids[new] != self.selected
        self.selected = ids[new]
        return moved

    def letter(self, id: str) -> str:
        """Return the mark of a run, empty where it has none."""
        return next((letter for letter, marked in self.marks.items() if marked == id), "")

    def mark(self, id: str) -> str:
        """Mark a run with the first free letter, the last where none is, or take its mark away.

        Returns
        -------
        str
            The letter, empty where the mark was taken away.
        """
        if letter := self.letter(id):
            del self.marks[letter]
            return ""
        letter = next((free for free in MARKS if free not in self.marks), MARKS[-1])
        self.marks[letter] = id
        return letter

    @property
    def pairing(self) -> list[str]:
        """The letters of the runs that are compared: the first two that are given."""
        return sorted(self.marks)[:2]

    def pair(self) -> str:
        """Complete the marks to a pair: the selected run takes the letter that is free.

        Returns
        -------
        str
            Why there is no pair, empty where there is one.
        """
        if len(self.marks) < 2 and self.run(self.selected) and not self.letter(self.selected):
            self.mark(self.selected)
        if len(self.marks) < 2:
            return "mark another run with space, then c compares the two"
        return ""

    def refilter(self, text: str) -> None:
        """Filter by another query, and select a run that passes.

        One that cannot be understood leaves the filter as it is, and the problem said.
        """
        self.typed = text
        self._sift()
        self._sought = [], "", []
        ids = [run.id for run in self.shown]
        if ids and self.selected not in ids:
            self.selected = ids[0]

    def narrow(self, only: Only | None) -> None:
        """Let only some runs be seen, or all again, and select one that is."""
        self.only = only
        self.refilter(self.typed)

    def _sift(self) -> None:
        """Let pass what fits the query that was typed, else what fits the one in force."""
        self._pass()
        ids = list(map(attrgetter("id"), self.shown))
        if ids != self._apart:
            all_pass = self.shown is self.runs
            kinds = self.kinds if all_pass else passing.kinds(self.shown)
            self.differing, self._apart = passing.differing(kinds), ids

    def _pass(self) -> None:
        self.problem = None
        try:
            self.shown = self._passing(self.typed)
            self.filter = self.typed
        except BadQuery as problem:
            self.problem = problem
            for text in (*passing.beginnings(problem), self.filter):
                try:
                    self.shown, self.filter = self._passing(text), text
                except BadQuery:
                    continue
                return
            # no run has its field any longer
            self.shown = []

    def seek(self, text: str) -> None:
        """Find the runs that fit a query, for `refilter` to take; for a worker."""
        runs = self.runs
        with suppress(BadQuery):
            self._sought = runs, text, passing.fitting(runs, text)

    def _passing(self, text: str) -> list["RunSummary"]:
        runs, sought, found = self._sought
        if runs is not self.runs or sought != text:
            found = passing.fitting(self.runs, text)
        return found if self.only is None else [run for run in found if run.id in self.only.ids]

    def hue(self, id: str) -> str:
        """Return the hue of a run, which it keeps; those of marked runs differ, as far as they can.

        The first marked keeps its own.
        """
        hue = self._own_hue(id)
        taken: set[str] = set()
        if not self.letter(id):
            return hue
        for letter in sorted(self.marks):
            hue = self._own_hue(self.marks[letter])
            while hue in taken and len(taken) < len(RUN_HUES):
                hue = other_than(hue)
            if self.marks[letter] == id:
                break
            taken.add(hue)
        return hue

    def keep(self, id: str, book: "Book") -> None:
        """Take in the curves of a run."""
        self.books.pop(id, None)
        self.books[id] = book
        spare = [one for one in self.books if one not in self.wanted]
        for one in spare[: max(len(self.books) - KEPT, 0)]:
            del self.books[one]

    def doubt(self, ids: Iterable[str]) -> None:
        """Have the curves of runs read again: what is stored of them may have changed."""
        for id in self.books.keys() & set(ids):
            self.books[id] = replace(self.books[id], version=())

    def _own_hue(self, id: str) -> str:
        return run_hue(self._ages.get(id, 0))


def version(run: "RunSummary") -> tuple[object, ...]:
    """Return what changes whenever a run's curves may have."""
    return run.generation, run.step, run.status
