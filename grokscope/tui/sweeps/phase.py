"""The phase diagram as lines: tables of cells, one for each quantity that there is room for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grokscope.quantities import REGIME, TIMES, middle, regimes
from grokscope.tui import words
from grokscope.tui.plot.palette import MUTED, PLAIN, REGIME_HUES, STRONG, regime_ink
from grokscope.tui.sweeps.sweep import key_name

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from grokscope.pivot import Pivot
    from grokscope.tui.headings import Span
    from grokscope.tui.session import Session
    from grokscope.tui.sweeps.sweep import Table

MOST = 6
"""Most diagrams on a screen."""
WIDEST_LABEL, WIDEST_GROWTH, GAP = 14, 4, 2
SWIFT = (REGIME, *TIMES, "test_accuracy")
"""Quantities that stand in the listing's index: no run is decoded to show them. Of many runs the
others are shown only when asked for."""
NUMBER = 8
"""Characters of a letter and a median."""
EDGES = 3
"""Lines of a diagram besides its rows."""


@dataclass(frozen=True)
class Layout:
    """Which diagrams there are, and which of the cells they show."""

    names: tuple[str, ...]
    across: int
    label: int
    """Characters of the rows' labels."""
    cell: int
    """Characters of each cell."""
    rows: tuple[int, ...]
    """Indices, from top to bottom."""
    columns: tuple[int, ...]

    @property
    def width(self) -> int:
        """Characters of a diagram with the gap after it."""
        return self.label + 2 + self.cell * len(self.columns) + GAP

    @property
    def height(self) -> int:
        """Lines of a diagram with the gap after it."""
        return len(self.rows) + EDGES + 1

    def hit(self, x: int, y: int) -> tuple[int, int] | None:
        """Return the row and the column of the cell at a place, None where there is none."""
        tile = x // self.width + y // self.height * self.across
        row, column = y % self.height - 1, (x % self.width - self.label - 2) // self.cell
        if x // self.width >= self.across or tile >= len(self.names):
            return None
        if not (0 <= row < len(self.rows) and 0 <= column < len(self.columns)):
            return None
        return self.rows[row], self.columns[column]


def lay_out(session: "Session", width: int, height: int) -> Layout:
    """Return what fits into a width and height: as many quantities as there is room for.

    Where one diagram does not fit, it shows the cells around the cursor.
    """
    sweep = session.sweep
    table, pivot, place = sweep.table(session), sweep.pivot(session), sweep.place(session)
    at = table.names.index(sweep.shows)
    names = [*table.names[at:], *table.names[:at]]
    if table.many:
        names = [name for name in names if name in (sweep.shows, *SWIFT)]
    names = names[:MOST]
    rows, columns = len(pivot.rows.values), len(pivot.columns.values)
    told = (_corner(pivot.rows.key), _corner(pivot.columns.key), *pivot.rows.labels)
    label = min(max(map(len, told)), WIDEST_LABEL)
    down = max((height + 1) // (rows + EDGES + 1), 1)
    for count in range(len(names), 0, -1):
        cell = _widest(pivot, names[:count]) + 2
        across = (width + GAP) // (label + 2 + cell * columns + GAP)
        if count <= across * down:
            break
    across = min(max(across, 1), count)
    room = (width + GAP) // across - label - 2 - GAP
    cell = max(min(room // columns, cell + WIDEST_GROWTH), cell)
    seen = _window(rows, place[0], max(height - EDGES, 1))
    kept = _window(columns, place[1], max(room // cell, 1))
    return Layout(tuple(names[:count]), across, label, cell, seen[::-1], kept)


def diagrams(session: "Session", layout: Layout) -> "list[list[Span]]":
    """Return the lines of all diagrams."""
    lines: list[list[Span]] = []
    for start in range(0, len(layout.names), layout.across):
        parts = [_diagram(session, layout, n) for n in layout.names[start:][: layout.across]]
        together = zip(*parts, strict=True)
        lines += [[span for part in line for span in part] for line in together]
        lines.append([])
    return lines[:-1]


def cell(table: "Table", name: str, members: "NDArray[np.int64]") -> "Span":
    """Return what a cell says: a regime's letter, and how many agree, or a median."""
    if not members.size:
        return "·", MUTED
    told = regimes(table.quantity(REGIME), members)
    word, count = told[0]
    ink = regime_ink(word, bold=len(told) == 1)
    if name == REGIME:
        return f"{word[:1] or '?'}{count}", ink
    quantity = table.quantity(name)
    return f"{word[:1] or '?'} {middle(quantity, members).written(quantity)}", ink


def legend(hues: bool = True) -> "list[Span]":
    """Return what letters, their hues and digits mean; hues may mean something else."""
    spans: list[Span] = []
    for word in (*REGIME_HUES, "untrained"):
        ink = regime_ink(word, bold=True) if hues else STRONG
        spans += [(f" {word[0]}", ink), (f" {word} ", MUTED)]
    return [*spans, (" g3: 3 runs agree", MUTED)]


def _diagram(session: "Session", layout: Layout, name: str) -> "list[list[Span]]":
    sweep = session.sweep
    table, pivot, place = sweep.table(session), sweep.pivot(session), sweep.place(session)
    room = layout.cell * len(layout.columns) + GAP
    lines: list[list[Span]] = [
        [
            _label(_corner(pivot.rows.key), layout),
            (_cut(table.quantity(name).heading, room), STRONG),
        ]
    ]
    for row in layout.rows:
        label, _ = _label(pivot.rows.labels[row], layout)
        hidden = row + 1 == len(pivot.rows.values) or row != layout.rows[0]
        spans: list[Span] = [(label[:-1] + ("│" if hidden else "┆"), MUTED)]
        for column in layout.columns:
            text, ink = _cell(table, pivot, name, (row, column))
            here = (row, column) == place
            left, right = ("[]" if session.ascii else "▐▌") if here else "  "
            spans += [(left, STRONG), (f"{text:^{layout.cell - 2}}", ink), (right, STRONG)]
        lines.append([*spans, (" " * GAP, PLAIN)])
    return [*lines, *_axis(layout, pivot)]


def _cell(table: "Table", pivot: "Pivot", name: str, place: tuple[int, int]) -> "Span":
    """Return what a cell says, remembered."""
    known = name, pivot.rows.key, pivot.columns.key, place
    if known not in table.cells:
        table.cells[known] = cell(table, name, pivot.at(place))
    return table.cells[known]


def _axis(layout: Layout, pivot: "Pivot") -> "list[list[Span]]":
    """Return the line under the rows, broken where it goes on, and the columns' labels."""
    labels, shown = pivot.columns.labels, layout.columns
    line = "─" * (layout.cell * len(shown))
    if shown[-1] + 1 < len(labels):
        line = line[:-1] + "…"
    if shown[0] > 0:
        line = "…" + line[1:]
    under = (words.shortened(labels[column], layout.cell - 1) for column in shown)
    texts = "".join(f"{text:^{layout.cell}}" for text in under)
    blank, _ = _label("", layout)
    return [
        [(f"{blank[:-1]}└{line}{'':{GAP}}", MUTED)],
        [_label(_corner(pivot.columns.key), layout), (f"{texts}{'':{GAP}}", MUTED)],
    ]


def _label(text: str, layout: Layout) -> "Span":
    return f" {words.shortened(text, layout.label):>{layout.label}} ", MUTED


def _corner(key: str) -> str:
    return key_name(key) if key else ""


def _cut(text: str, width: int) -> str:
    return f"{text:<{width}}" if len(text) <= width else f"{text[: width - 2]}… "


def _widest(pivot: "Pivot", names: Sequence[str]) -> int:
    """Return how many characters the widest cell or label may have."""
    most = max((members.size for members in pivot.cells.values()), default=0)
    cells = 1 + len(str(most)) if all(name == REGIME for name in names) else NUMBER
    return max(cells, *map(len, pivot.columns.labels))


def _window(count: int, place: int, most: int) -> tuple[int, ...]:
    """Return so many of the places below `count`, the cursor's in their middle if it can be."""
    first = max(min(place - most // 2, count - most), 0)
    return tuple(range(first, min(first + most, count)))
