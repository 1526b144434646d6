"""Terminal: whether a person sits at the other end, and text laid out for one."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from grokscope.wording import number as number


def interactive() -> bool:
    """Return whether standard input, output and error are all terminals."""
    return sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()


def table(rows: Sequence[Mapping[str, Any]], right: Sequence[str] = ()) -> str:
    """Return rows as aligned columns under their keys; columns named in `right` flush right."""
    if not rows:
        return ""
    names = list(rows[0])
    cells = [names, *([str(row[name]) for name in names] for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(names))]

    def line(values: Sequence[str]) -> str:
        pairs = zip(names, values, widths, strict=True)
        return "  ".join(
            v.rjust(w) if name in right else v.ljust(w) for name, v, w in pairs
        ).rstrip()

    return "\n".join(line(values) for values in cells)
