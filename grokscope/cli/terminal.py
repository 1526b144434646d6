"""Terminal: whether a person sits at the other end, and text laid out for one."""

import shutil
import sys
from collections.abc import Collection, Mapping, Sequence
from itertools import repeat
from typing import Any

import click


def interactive() -> bool:
    """Return whether standard input, output and error are all terminals."""
    return sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()


def obstacle() -> str:
    """Return why nothing can be drawn for the person who reads standard output.

    It is empty where something can, or where nobody sits there.
    """
    if interactive() or not sys.stdout.isatty():
        return ""
    if not sys.stderr.isatty():
        return "the explorer draws on standard error, which is redirected"
    return "the explorer reads keys from standard input, which is no terminal"


def excuse(instead: str) -> None:
    """Tell whoever reads the output why nothing is drawn there, and what is done instead."""
    if why := obstacle():
        click.echo(f"grokscope: {why}, so {instead}", err=sys.stderr.isatty())


def room() -> int | None:
    """Return how many columns a person sees; None where output goes elsewhere."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def table(
    rows: Sequence[Mapping[str, Any]],
    right: Sequence[str] = (),
    width: int | None = None,
    kept: Sequence[str] = (),
) -> str:
    """Return rows, all with the same keys, as aligned columns under them; see `columns`."""
    names = list(rows[0]) if rows else []
    return columns({name: [str(row[name]) for row in rows] for name in names}, right, width, kept)


def columns(
    texts: Mapping[str, Sequence[str]],
    right: Collection[str] = (),
    width: int | None = None,
    kept: Collection[str] = (),
) -> str:
    """Return columns of texts, aligned under their names.

    Parameters
    ----------
    texts : mapping of str to sequences of str, all of the same length
    right : collection of str
        Columns that are flush right.
    width : int, optional
        Columns at the end that do not fit into so many characters are left out.
    kept : collection of str
        Columns that stay, besides the first, however little room there is.
    """
    names = list(texts)
    widths = {name: max(len(name), *map(len, texts[name])) for name in names}
    leaving = [name for name in names[1:] if name not in kept]
    while width is not None and leaving and _taken(names, widths) > width:
        names.remove(leaving.pop())
    cells = [
        map((str.rjust if name in right else str.ljust), [name, *texts[name]], repeat(widths[name]))
        for name in names
    ]
    return "\n".join(map(str.rstrip, map("  ".join, zip(*cells, strict=True))))


def _taken(names: Sequence[str], widths: Mapping[str, int]) -> int:
    return sum(widths[name] for name in names) + 2 * len(names) - 2
