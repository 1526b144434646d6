"""A sweep as it is looked at: over which keys, which quantity, and where the cursor stands."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from grokscope.tui import words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from grokscope.pivot import Axis, Link, Pivot
    from grokscope.quantities import Quantity
    from grokscope.store.listing.summary import RunSummary
    from grokscope.tui.session import Only, Session
    from grokscope.tui.widgets.inks import Span

SEEDS = ("seed.root", "seed.init", "seed.split", "seed.order", "seed.noise")
"""Keys that repetitions differ in; offered after all others."""
MANY = 2000
"""From so many runs on what is made of all of them is made in a thread."""


def key_name(key: str) -> str:
    """Return a configuration key as headings name it: 'init_scale', 'seed', 'seed.split'."""
    if key == SEEDS[0]:
        return "seed"
    return key if key in SEEDS else words.short_key(key)


class Table:
    """Some runs by their configuration keys. What was computed once is kept."""

    def __init__(self, runs: "Sequence[RunSummary]", differing: Sequence[str]) -> None:
        from grokscope import pivot

        self.runs = runs
        self._kinds = pivot.kinds(runs)
        self._axes: dict[str, Axis] = {}
        self._pivots: dict[tuple[str, str], Pivot] = {}
        self._quantities: dict[str, Quantity] = {}
        self._links: dict[str, list[Link]] = {}
        self._differing = differing
        self.cells: dict[Hashable, Span] = {}
        """What cells say, for whoever draws them."""

    def ready(self, *names: str) -> "Table":
        """Compute now what is asked for first, and quantities; return itself."""
        _ = self.usual
        for name in names:
            if name in self.names:
                self.quantity(name)
        return self

    @property
    def many(self) -> bool:
        """Whether these are so many runs that a screen is not held up for them."""
        return len(self.runs) > MANY

    def knows(self, name: str, ranked: bool = False) -> bool:
        """Whether a quantity, or the ranking by it, was computed, or is none of the runs'."""
        return name in (self._links if ranked else self._quantities) or name not in self.names

    @cached_property
    def keys(self) -> list[str]:
        """Configuration keys in which the runs differ."""
        kinds = self._kinds[0]
        seeds = [k for k in SEEDS[1:] if any(run.config.get(k) is not None for run in kinds)]
        offered = dict.fromkeys([*self._differing, SEEDS[0], *seeds])
        return [key for key in offered if len(self.axis(key).values) > 1]

    @cached_property
    def usual(self) -> tuple[str, str]:
        """The row and the column key to begin with."""
        from grokscope import pivot

        return pivot.useful([self.axis(key) for key in self.keys if key not in SEEDS])

    @cached_property
    def names(self) -> list[str]:
        """Quantities that can be shown."""
        from grokscope.quantities import quantities

        return quantities(self._kinds[0])

    def axis(self, key: str) -> "Axis":
        """Return the values of a key."""
        from grokscope import pivot

        if key not in self._axes:
            self._axes[key] = pivot.axis(self.runs, key, self._kinds)
        return self._axes[key]

    def pivot(self, row: str, column: str) -> "Pivot":
        """Return the runs by two keys."""
        from grokscope import pivot

        if (row, column) not in self._pivots:
            self._pivots[row, column] = pivot.Pivot(self.axis(row), self.axis(column))
        return self._pivots[row, column]

    def quantity(self, name: str) -> "Quantity":
        """Return a property of the runs."""
        from grokscope.quantities import quantity

        if name not in self._quantities:
            self._quantities[name] = quantity(self.runs, name)
        return self._quantities[name]

    def links(self, name: str) -> "list[Link]":
        """Return how closely each key goes along with a quantity, the closest first."""
        from grokscope import pivot

        if name not in self._links:
            axes = [self.axis(key) for key in self.keys]
            self._links[name] = pivot.links(axes, self.quantity(name))
        return self._links[name]

    def twins(self, key: str) -> list[str]:
        """Return the other keys whose values change where and only where those of a key do."""
        many = len(self.axis(key).values)
        alike = (one for one in self.keys if one != key and len(self.axis(one).values) == many)
        return [one for one in alike if len(self.pivot(key, one).cells) == many]


@dataclass
class Sweep:
    """What its user chose. Keys and values that are gone give way to usual ones."""

    row: str | None = None
    """A configuration key, empty for none; None before any is chosen."""
    column: str = ""
    shows: str = "regime"
    cursor: dict[str, Any] = field(default_factory=dict)
    """The value that it stands on, by key."""
    link: str = ""
    """The key under the cursor of the ranking."""
    log_x: bool | None = None
    """None for a logarithm where the values span decades."""
    log_y: bool | None = None
    only: "Only | None" = None
    """What the list was narrowed to from here."""
    _table: Table | None = field(default=None, repr=False)

    def table(self, session: "Session") -> Table:
        """Return the runs that are shown; made anew where they are others."""
        if self._table is None or self._table.runs is not session.shown:
            return self.take(Table(session.shown, session.differing))
        return self._table

    def take(self, table: Table) -> Table:
        """Take in a table; what was chosen and is not in it gives way to what is usual."""
        self._table = table
        if self.shows not in table.names:
            self.shows = table.names[0]
        known = {"", *table.keys}
        if self.row not in known or self.column not in known or not self.column:
            self.row, self.column = table.usual
        return table

    def waits(self, session: "Session", ranked: bool = False) -> bool:
        """Whether to compute what is shown, or the ranking by it, would hold up the screen."""
        table = self._table
        known = (
            table is not None and table.runs is session.shown and table.knows(self.shows, ranked)
        )
        return len(session.shown) > MANY and not known

    def computed(self, session: "Session", *names: str, ranked: bool = False) -> Table:
        """Return the table of the runs that are shown, with some quantities; for a worker."""
        table, shown = self._table, session.shown
        if table is None or table.runs is not shown:
            table = Table(shown, session.differing)
        table.ready(self.shows, *names)
        if ranked and self.shows in table.names:
            table.links(self.shows)
        return table

    def pivot(self, session: "Session") -> "Pivot":
        """Return the runs by the chosen keys."""
        return self.table(session).pivot(self.row or "", self.column)

    def place(self, session: "Session") -> tuple[int, int]:
        """Return the row and the column of the cursor, the nearest there is."""
        table = self.pivot(session)
        axes = (table.rows, table.columns)
        if not any(axis.key in self.cursor for axis in axes):
            return min(table.cells, default=(0, 0))
        held = [self.cursor.get(axis.key) for axis in axes]
        row, column = (
            axis.values.index(value) if value in axis.values else 0
            for axis, value in zip(axes, held, strict=True)
        )
        return row, column

    def put(self, session: "Session", place: tuple[int, int]) -> bool:
        """Put the cursor into the nearest cell there is; return whether it moved."""
        table, before = self.pivot(session), self.place(session)
        row = min(max(place[0], 0), len(table.rows.values) - 1)
        column = min(max(place[1], 0), len(table.columns.values) - 1)
        self.cursor[table.rows.key] = table.rows.values[row]
        self.cursor[table.columns.key] = table.columns.values[column]
        return (row, column) != before

    def turn(self, session: "Session", along: str) -> None:
        """Take the next key along the rows or the columns; one that the other has changes place."""
        keys = self.table(session).keys
        self.log_x = None
        if along == "row":
            ways = ["", *keys]
            self.row = ways[(ways.index(self.row or "") + 1) % len(ways)]
            if self.row == self.column:
                self.row = ways[(ways.index(self.row) + 1) % len(ways)]
        else:
            self.along(keys[(keys.index(self.column) + 1) % len(keys)])

    def along(self, key: str) -> None:
        """Take a key along the columns; where the rows have it, they take the one before."""
        if self.row == key:
            self.row = self.column
        self.column, self.log_x = key, None

    def next_quantity(self, session: "Session") -> None:
        """Show the next quantity."""
        names = self.table(session).names
        self.log_y = None
        self.shows = names[(names.index(self.shows) + 1) % len(names)]

    def links(self, session: "Session") -> "list[Link]":
        """Return how closely each key goes along with the quantity, the closest first."""
        return self.table(session).links(self.shows)

    def link_place(self, session: "Session") -> int:
        """Return which key of the ranking is under the cursor."""
        keys = [link.key for link in self.links(session)]
        return keys.index(self.link) if self.link in keys else 0

    def members(self, session: "Session") -> "NDArray[Any]":
        """Return the indices of the runs under the cursor."""
        return self.pivot(session).at(self.place(session))
