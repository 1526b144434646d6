"""Tables of studies as they are looked at; a file may be a stranger's, and lack anything."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from grokscope import wording

LONGEST = 2000
"""Characters of a text beyond which it is cut."""
LARGE = re.compile(r"\d+(?:\.\d+)?e\+\d{1,3}\b")
"""A number that was written with a power of ten because it is large."""
LATEST = 1e11
"""Time in seconds since 1970 that no table is made after."""


@dataclass(frozen=True)
class Told:
    """A claim as it was held against runs."""

    name: str
    verdict: str
    statement: str
    where: str
    paper: str
    ours: str
    quantity: str
    expected: str
    note: str
    why: tuple[str, ...]
    """Each reading in words, its convention before a colon; then numbers that only stand beside."""
    readings: tuple[tuple[str, tuple[float, ...]], ...]
    """Values of the seeds by convention; NaN where one could not be had."""
    runs: tuple[str, ...]
    """Ids."""

    @property
    def seeds(self) -> tuple[tuple[str, str], ...]:
        """Each reading: its convention and words, and its values one by one where several."""
        left = list(self.why)
        lines = []
        for name, values in self.readings:
            text = next((text for text in left if text.startswith(f"{name}: ")), f"{name}:")
            left = [other for other in left if other != text]
            lines.append((text, ", ".join(map(wording.number, values)) * (len(values) > 1)))
        return (*lines, *((text, "") for text in left if text))


@dataclass(frozen=True)
class Table:
    """A study at a scale."""

    study: str
    source: str
    scale: str
    made: float
    command: str
    claims: tuple[Told, ...]

    @property
    def date(self) -> str:
        """When it was made, to the minute."""
        from datetime import datetime

        return datetime.fromtimestamp(self.made).strftime("%Y-%m-%d %H:%M")


@dataclass
class Shelf:
    """The tables of a store, newest first, and what its user looks at."""

    tables: tuple[Table, ...] = ()
    read: bool = False
    at: tuple[str, str] = ("", "")
    """Study and scale of the table that is shown."""
    claim: str = ""
    """The claim under the cursor."""
    down: int = 0
    """How many lines of its details are left out at the top."""

    @property
    def table(self) -> Table | None:
        """The table that is shown, the newest where the chosen one is gone; None without any."""
        named = {(table.study, table.scale): table for table in reversed(self.tables)}
        return named.get(self.at) or next(iter(self.tables), None)

    @property
    def place(self) -> int:
        """Which claim is under the cursor."""
        names = [claim.name for claim in self.table.claims] if self.table else []
        return names.index(self.claim) if self.claim in names else 0

    @property
    def chosen(self) -> Told | None:
        """The claim under the cursor, None where there is none."""
        table = self.table
        return table.claims[self.place] if table and table.claims else None

    def move(self, by: int) -> bool:
        """Put the cursor some claims further down, as far as there are; return whether it moved."""
        table, before = self.table, self.place
        if table is None or not table.claims:
            return False
        place = min(max(before + by, 0), len(table.claims) - 1)
        self.claim, self.down = table.claims[place].name, 0
        return place != before

    def turn(self) -> bool:
        """Show the next table, the cursor on the same claim; return whether there is another."""
        if self.table is None or len(self.tables) < 2:
            return False
        after = self.tables[(self.tables.index(self.table) + 1) % len(self.tables)]
        self.at, self.down = (after.study, after.scale), 0
        return True


@dataclass(frozen=True)
class Backing:
    """The runs behind a claim."""

    here: frozenset[str]
    missing: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, claim: Told, known: Iterable[str]) -> "Backing":
        """Return which of a claim's runs a store holds."""
        held = set(known)
        return cls(
            frozenset(id for id in claim.runs if id in held),
            tuple(id for id in claim.runs if id not in held),
        )

    def told(self) -> str:
        """Return it in words."""
        count = len(self.here) + len(self.missing)
        if not count:
            return "no runs are named"
        noun = "run" if count == 1 else "runs"
        if not self.missing:
            return f"{count} {noun}, all in this store"
        few = ", ".join(self.missing[:3]) + (" …" if len(self.missing) > 3 else "")
        return f"{count} {noun}, {len(self.missing)} of them not in this store: {few}"


def tables(stored: Iterable[Mapping[str, Any]]) -> tuple[Table, ...]:
    """Return stored tables, the newest first."""
    found = [_table(one) for one in stored]
    return tuple(sorted(found, key=lambda table: -table.made))


def _table(told: Mapping[str, Any]) -> Table:
    made = _number(told.get("made"))
    return Table(
        study=_text(told, "study"),
        source=_text(told, "source"),
        scale=_text(told, "scale"),
        made=made if 0 <= made < LATEST else 0.0,
        command=_text(told, "command"),
        claims=tuple(_claim(one) for one in _list(told.get("claims")) if isinstance(one, dict)),
    )


def _plain(text: str) -> str:
    """Return a text whose large numbers are written as everywhere: 1870 for 1.87e+03."""
    return LARGE.sub(lambda found: wording.number(float(found[0])), text)


def _claim(told: Mapping[str, Any]) -> Told:
    readings = told.get("readings")
    pairs = readings.items() if isinstance(readings, dict) else ()
    return Told(
        name=_text(told, "name"),
        verdict=_text(told, "verdict"),
        statement=_text(told, "statement"),
        where=_text(told, "where"),
        paper=_text(told, "paper"),
        ours=_plain(_text(told, "ours")),
        quantity=_text(told, "quantity"),
        expected=_text(told, "expected"),
        note=_text(told, "note"),
        why=tuple(text for text in _plain(_text(told, "why")).split("; ") if text),
        readings=tuple((_clean(str(k)), tuple(map(_number, _list(v)))) for k, v in pairs),
        runs=tuple(_clean(one) for one in _list(told.get("runs")) if isinstance(one, str)),
    )


def _text(told: Mapping[str, Any], key: str) -> str:
    return _clean(str(told.get(key, "")))


def _clean(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text[:LONGEST])


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _number(value: Any) -> float:
    usable = isinstance(value, int | float) and abs(value) < math.inf
    return float(value) if usable else math.nan
