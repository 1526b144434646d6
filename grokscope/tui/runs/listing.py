"""The list's state: what it is folded and sorted by, its columns, and the row under the cursor."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from grokscope.errors import GrokscopeError
from grokscope.tui.runs.column import NAME, reading
from grokscope.tui.runs.folding import HEAD, SEEDS, Group, Row, grouped, ordered, rows
from grokscope.tui.runs.missing import LOST

if TYPE_CHECKING:
    from grokscope.store.listing.summary import RunSummary
    from grokscope.tui.session import Session

SECTION = "list"
"""Where it stands among the explorer's settings."""


@dataclass
class Listing:
    """How the list of runs is looked at. Rows are made once a listing, not once a key."""

    fold: str = SEEDS
    """What the runs of one row share: one of `folding.foldings`."""
    sort: str = ""
    """Key of the column that rows are sorted by; empty for the newest first."""
    inverted: bool = False
    chosen: tuple[str, ...] = ()
    """Keys of the columns besides the name; empty for those that fit."""
    widths: dict[str, int] = field(default_factory=dict)
    """Cells by key, where they are not as usual."""
    unfolded: set[str] = field(default_factory=set)
    """Ids of rows whose runs are shown."""
    at: str = ""
    """Id of the row under the cursor, as long as the selected run is its first."""
    trashed: list[tuple[str, ...]] = field(default_factory=list)
    """Ids of runs that went to the trash from here, the last at the end."""
    rows: list[Row] = field(default_factory=list)
    made: dict[str, Any] = field(default_factory=dict)
    """Columns by key, as made for a listing, which stands under the empty one."""
    _places: dict[str, int] = field(default_factory=dict)
    """Index of each row, by its id."""
    _groups: dict[str, str] = field(default_factory=dict)
    """By each run's id what its row shares."""
    _made: tuple[object, ...] = ()
    """What the rows were made of."""
    _kept: tuple["Sequence[RunSummary]", str, list[Group]] = ((), "", [])
    """The runs and the key that the groups were made of, and they."""
    _sorted: tuple[list[Group], tuple[str, bool], list[Group]] = ([], ("", False), [])
    """The groups and what they were sorted by, and the sorted ones."""

    def refresh(self, session: "Session") -> None:
        """Make the rows anew where listing, filter or folding changed."""
        lost = self._lost(session)
        place = self.place(lost) or 0
        groups = self._arranged(session)
        made = (groups, session.broken, frozenset(self.unfolded), lost)
        if self._made and made[0] is self._made[0] and made[1:] == self._made[1:]:
            return
        self.rows = rows(groups, self.unfolded)
        if not session.filter and session.only is None:
            known = {run.id for run in session.runs} if session.broken else set()
            self.rows += [
                Row(id, (), problem=why) for id, why in session.broken.items() if id not in known
            ]
        if lost:
            self.rows.insert(min(place, len(self.rows)), Row(lost, (), problem=LOST))
        self._made = made
        self._places = {row.id: index for index, row in enumerate(self.rows)}

    def prepare(self, runs: "Sequence[RunSummary]") -> None:
        """Have read what rows are sorted by, which of many runs takes long; for a worker."""
        if self.sort:
            read = reading(self.sort)
            with suppress(GrokscopeError):
                for run in runs:
                    read(run)

    def place(self, id: str) -> int | None:
        """Return the place of the row that shows a run, None where none does."""
        return self._places.get(id, self._places.get(HEAD + self._groups.get(id, "")))

    def order(self, session: "Session") -> "list[RunSummary]":
        """Return the runs that pass the filter in the list's order, folded ones too."""
        self.refresh(session)
        return [run for row in self.rows if not row.branch for run in row.runs]

    def row(self, session: "Session") -> Row | None:
        """Return the row under the cursor."""
        self.refresh(session)
        return self.rows[self.index(session)] if self.rows else None

    def index(self, session: "Session") -> int:
        """Return the place of the row under the cursor, 0 where the selected run is not shown."""
        self.refresh(session)
        place = self._places.get(self.at)
        if place is not None and session.selected == next(_ids(self.rows[place]), ""):
            return place
        return self.place(session.selected) or 0

    def put(self, session: "Session", index: int) -> bool:
        """Put the cursor on a row, and select its first run; return whether it moved.

        Where it does not move, the run of the row that was selected stays so.
        """
        self.refresh(session)
        if not self.rows:
            return False
        before = self.rows[self.index(session)]
        row = self.rows[min(max(index, 0), len(self.rows) - 1)]
        if row.id != before.id or session.selected not in _ids(row):
            self._stand(session, row)
        return row.id != before.id

    def after(self, session: "Session") -> int:
        """Return the place of the row after the one under the cursor and those that it folds."""
        here = self.index(session)
        place = here + 1
        if self.rows[here].several:
            while place < len(self.rows) and self.rows[place].branch:
                place += 1
        return place if place < len(self.rows) else max(here - 1, 0)

    def toggle(self, session: "Session") -> str:
        """Unfold the row under the cursor, or fold the one it belongs to.

        Returns
        -------
        str
            Why nothing can be folded; empty where something was.
        """
        row = self.row(session)
        place = self.index(session)
        while row is not None and row.branch:
            place -= 1
            row = self.rows[place]
        if row is None or not row.several:
            return "this row holds one run; F folds by another key"
        self._stand(session, row)
        self.unfolded ^= {row.id}
        return ""

    def recall(self, stored: Mapping[str, Any]) -> None:
        """Take in what was remembered; what is no such setting is passed over."""
        for name in ("fold", "sort"):
            if isinstance(told := stored.get(name), str):
                setattr(self, name, told)
        if isinstance(told := stored.get("inverted"), bool):
            self.inverted = told
        if isinstance(told := stored.get("columns"), list):
            self.chosen = tuple(key for key in told if isinstance(key, str) and key != NAME)
        if isinstance(told := stored.get("widths"), dict):
            whole = {k: w for k, w in told.items() if isinstance(w, int) and 3 <= w <= 200}
            self.widths = {str(key): int(width) for key, width in whole.items()}

    def remembered(self) -> dict[str, Any]:
        """Return what `recall` takes in again."""
        return {
            "fold": self.fold,
            "sort": self.sort,
            "inverted": self.inverted,
            "columns": list(self.chosen),
            "widths": dict(self.widths),
        }

    def _stand(self, session: "Session", row: Row) -> None:
        self.at = row.id
        session.selected = row.runs[0].id if row.runs else row.id

    def _arranged(self, session: "Session") -> list[Group]:
        """Return the groups in order; grouping and sorting wait for what they hang on to change."""
        if session.shown is not self._kept[0] or self.fold != self._kept[1]:
            self._kept = (session.shown, self.fold, grouped(session.shown, self.fold))
            self._groups = {run.id: name for name, runs in self._kept[2] for run in runs}
        groups, by = self._kept[2], (self.sort, self.inverted)
        if groups is not self._sorted[0] or by != self._sorted[1]:
            arranged = groups[::-1] if self.inverted else groups
            if self.sort:
                # a dotted key is one of the configuration's, which kin share but for their seeds
                alike = self.fold == SEEDS and "." in self.sort and "seed" not in self.sort
                arranged = ordered(groups, reading(self.sort), self.inverted, alike)
            self._sorted = (groups, by, arranged)
        return self._sorted[2]

    def _lost(self, session: "Session") -> str:
        """Return the selected run where it has just vanished, empty where it has not."""
        id = session.selected
        if not id or session.run(id) is not None or id in session.broken:
            return ""
        return id if self.place(id) is not None and session.read else ""


def _ids(row: Row) -> Iterator[str]:
    return (run.id for run in row.runs)
