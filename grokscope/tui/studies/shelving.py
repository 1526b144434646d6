"""Studies as lines: the claims of a table with their verdicts, and what stands behind one."""

import textwrap
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from grokscope.tui import words
from grokscope.tui.plot.palette import MUTED, PLAIN, STRONG, Ink
from grokscope.tui.studies.claims import Backing, Shelf, Told

if TYPE_CHECKING:
    from grokscope.tui.headings import Line, Span

SIGNS = {
    "reproduced": ("✓", Ink("green")),
    "convention-dependent": ("≈", Ink("sky")),
    "not reproduced": ("✗", Ink("vermillion")),
    "inconclusive": ("?", Ink("yellow")),
    "not run": ("–", MUTED),
}
"""What stands before a verdict, and its ink; the word is always beside it."""
SHORT = {"convention-dependent": "by convention", "inconclusive": "open"}
"""Verdicts as they are counted and listed."""
VERDICT, CLAIM, OURS, SHARE = 16, 20, 22, 0.4
"""Widths of columns; of what they leave, our share, and the paper's words take the rest."""
ENOUGH, SAYS = 42, 30
"""Cells of the paper's words beyond which what is claimed is told as well, and its fewest."""


def heading(shelf: Shelf, width: int) -> "list[Line]":
    """Return the table's name, where it stands among the others, and how its claims came out."""
    table = shelf.table
    if table is None:
        return [([(" studies", STRONG)], [])]
    place = f"table {shelf.tables.index(table) + 1} of {len(shelf.tables)} "
    date, _, minute = table.date.partition(" ")
    when = f"{table.scale}, {date}"
    told = [part for part in (table.source, f"{when} {minute}".rstrip(), table.command) if part]
    room = width - len(table.study) - len(place) - 3
    fitting = words.fitting(told, room, 2)
    if minute and len(fitting) < len(told) - bool(table.command):
        fitting = words.fitting([when if one.startswith(when) else one for one in told], room, 2)
    left: list[Span] = [(f" {table.study}  ", STRONG), ("  ".join(fitting), PLAIN)]
    counts = Counter(claim.verdict for claim in table.claims)
    summed: list[Span] = []
    for verdict in [*SIGNS, *(set(counts) - set(SIGNS))]:
        if counts[verdict]:
            sign, ink = sign_of(verdict)
            summed += [
                (f" {sign} ", ink),
                (f"{counts[verdict]} {SHORT.get(verdict, verdict)} ", PLAIN),
            ]
    return [(left, [(place, MUTED)]), (summed, [])]


def rows(shelf: Shelf, width: int, height: int) -> "tuple[list[list[Span]], int]":
    """Return at most `height` lines, names of columns and one a claim, and which comes first."""
    table, at = shelf.table, shelf.place
    claims = table.claims if table else ()
    room = max(height - 1, 1)
    first = max(min(at - room // 2, len(claims) - room), 0)
    paper, ours, says = _widths(width)
    names = (("verdict", VERDICT), ("claim", CLAIM), ("paper", paper), ("ours (seeds)", ours),
             *[("what is claimed", says)] * bool(says))  # fmt: skip
    lines: list[list[Span]] = [[("  " + " ".join(f"{n:<{w}}" for n, w in names), MUTED)]]
    for place, claim in list(enumerate(claims))[first : first + room]:
        sign, ink = sign_of(claim.verdict)
        verdict = SHORT.get(claim.verdict, claim.verdict)
        cells = ((claim.name, CLAIM), (claim.paper, paper), (claim.ours, ours),
                 *[(claim.statement, says)] * bool(says))  # fmt: skip
        told = " ".join(f"{_cut(text, wide):<{wide}}" for text, wide in cells)
        here = place == at
        lines.append([
            ("▌ " if here else "  ", STRONG),
            (f"{_cut(f'{sign} {verdict}', VERDICT):<{VERDICT}} ", ink),
            (told, STRONG if here else PLAIN),
        ])  # fmt: skip
    return lines, first


def _widths(width: int) -> tuple[int, int, int]:
    """Return the widths of the paper's words, of ours, and of what is claimed, 0 without room."""
    rest = width - VERDICT - CLAIM - 5
    says = rest - ENOUGH - OURS - 1
    if says >= SAYS:
        return ENOUGH, OURS, says
    ours = max(OURS, int(SHARE * rest))
    return max(rest - ours, 8), ours, 0


def details(claim: Told, backing: Backing, width: int) -> "list[list[Span]]":
    """Return all that is known of a claim, wrapped to a width."""
    sign, ink = sign_of(claim.verdict)
    lines: list[list[Span]] = [
        [(f" {claim.name}: ", STRONG), (f"{sign} {claim.verdict}", ink)],
    ]
    where = f" ({claim.where})" if claim.where else ""
    lines += _wrapped("", claim.statement + where, width)
    lines += _wrapped("paper", claim.paper, width)
    lines += _wrapped("read", claim.quantity, width)
    lines += _wrapped("holds if", claim.expected, width)
    for index, (text, values) in enumerate(claim.seeds):
        seeds = f"   seeds {values}" if values else ""
        lines += _wrapped("ours" if not index else " ", text + seeds, width)
    lines += _wrapped("runs", backing.told(), width)
    return lines + list(_wrapped("note", claim.note, width))


def seen(lines: "list[list[Span]]", down: int, height: int) -> "tuple[list[list[Span]], int]":
    """Return the lines that fit from one on, the last telling what is left, and how far down.

    Parameters
    ----------
    down : int
        How many lines are left out at the top; made less where there are not so many.
    """
    down = max(min(down, len(lines) - height), 0)
    part = lines[down : down + height]
    left = len(lines) - down - height
    if left > 0 and part:
        part[-1] = [(f"   {left + 1} lines more: pgdn", MUTED)]
    return part, down


def sign_of(verdict: str) -> tuple[str, Ink]:
    """Return what stands before a verdict, and its ink."""
    return SIGNS.get(verdict, (" ", PLAIN))


def _wrapped(name: str, text: str, width: int) -> "Iterator[list[Span]]":
    indent = 12 if name else 3
    for number, line in enumerate(textwrap.wrap(text, max(width - indent - 1, 20))):
        label = f"   {name:<{indent - 3}}" if not number else " " * indent
        yield [(label, MUTED), (line, PLAIN)]


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
