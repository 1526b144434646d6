"""Terminal: whether a person sits at the other end, and text laid out for one."""

import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import Any


def interactive() -> bool:
    """Return whether standard input, output and error are all terminals."""
    return sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()


def room() -> int | None:
    """Return how many columns a person sees; None where output goes elsewhere."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def table(
    rows: Sequence[Mapping[str, Any]],
    right: Sequence[str] = (),
    width: int | None = None,
    kept: Sequence[str] = (),
) -> str:
    """Return rows as aligned columns under their keys.

    Parameters
    ----------
    right : sequence of str
        Columns that are flush right.
    width : int, optional
        Columns at the end that do not fit into so many characters are left out.
    kept : sequence of str
        Columns that stay, besides the first, however little room there is.
    """
    if not rows:
        return ""
    names = list(rows[0])
    widths = {n: max(len(n), *(len(str(row[n])) for row in rows)) for n in names}
    leaving = [name for name in names[1:] if name not in kept]
    while width is not None and leaving and _taken(names, widths) > width:
        names.remove(leaving.pop())
    cells = [names, *([str(row[name]) for name in names] for row in rows)]

    def line(values: Sequence[str]) -> str:
        pairs = zip(names, values, strict=True)
        return "  ".join(
            v.rjust(widths[n]) if n in right else v.ljust(widths[n]) for n, v in pairs
        ).rstrip()

    return "\n".join(line(values) for values in cells)


def _taken(names: Sequence[str], widths: Mapping[str, int]) -> int:
    return sum(widths[name] for name in names) + 2 * len(names) - 2
