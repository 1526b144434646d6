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
    rows: Sequence[Mapping[str, Any]], right: Sequence[str] = (), width: int | None = None
) -> str:
    """Return rows as aligned columns under their keys.

    Parameters
    ----------
    right : sequence of str
        Columns that are flush right.
    width : int, optional
        Columns at the end that do not fit into so many characters are left out.
    """
    if not rows:
        return ""
    names = list(rows[0])
    cells = [names, *([str(row[name]) for name in names] for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(names))]
    while width is not None and len(names) > 1 and sum(widths) + 2 * len(widths) - 2 > width:
        names, widths = names[:-1], widths[:-1]
    cells = [line[: len(names)] for line in cells]

    def line(values: Sequence[str]) -> str:
        pairs = zip(names, values, widths, strict=True)
        return "  ".join(
            v.rjust(w) if name in right else v.ljust(w) for name, v, w in pairs
        ).rstrip()

    return "\n".join(line(values) for values in cells)
