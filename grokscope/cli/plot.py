"""`grokscope plot`: curves of runs as the explorer draws them, in lines of text or a file."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grokscope.cli.options import RunName, store_option

if TYPE_CHECKING:
    from grokscope.tui.curves.printing import Lines
    from grokscope.tui.curves.scene import Scene
    from grokscope.tui.curves.view import View
    from grokscope.tui.plot.palette import Depth

WIDTH = 100
"""Characters of a line where output goes elsewhere than to a terminal, unless $COLUMNS tells."""
WIDTHS = (30, 1000)
"""Fewest and most."""
KINDS = {"epoch": "epoch", "step": "step", "wall-time": "wall time", "norm": "weight norm"}


@click.command()
@click.argument("runs", type=RunName(), nargs=-1, required=True, metavar="RUN...")
@click.option(
    "--metric",
    "metrics",
    metavar="NAME",
    multiple=True,
    help="What a panel shows: accuracy, loss, weight_norm, a stored measure. Repeatable. "
    "Default: accuracy and loss.",
)
@click.option("--x", "kind", type=click.Choice(list(KINDS)), help="Default: as the run tells time.")
@click.option("--log/--linear", "log", default=None, help="Of the horizontal axis. Default: --log.")
@click.option("--log-y/--linear-y", "log_y", default=None, help="Of all value axes.")
@click.option(
    "--align", type=click.Choice(["t_train", "t_test"]), help="Count time from this event."
)
@click.option(
    "--width", type=click.IntRange(*WIDTHS), help="Default: the terminal's, $COLUMNS, or 100."
)
@click.option("--height", type=click.IntRange(6, 1000), help="Default: 12 for each row of panels.")
@click.option("--ascii", is_flag=True, help="Draw with ASCII characters only.")
@click.option("--color/--no-color", default=None, help="Default: where the output is a terminal.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write FILE.txt, .svg, .png, .pdf (these two need grokscope[plot]), .csv, .nc or .py.",
)
@click.option("--force", is_flag=True, help="Write the file anew where it is there already.")
@store_option
def command(
    runs: tuple[str, ...],
    metrics: tuple[str, ...],
    kind: str | None,
    log: bool | None,
    log_y: bool | None,
    align: str | None,
    width: int | None,
    height: int | None,
    ascii: bool,
    color: bool | None,
    out: Path | None,
    force: bool,
    store: str | None,
) -> None:
    """Draw curves of RUNs, several laid over each other: in a CI log, in mail, in a file.

    Each names a run, or is a query such as regime:grokking that means all runs it fits. The
    figure is the explorer's; colours only where the output is a terminal.
    """
    from dataclasses import replace

    from grokscope.cli.selection import select_runs
    from grokscope.store.location import find_store, open_store
    from grokscope.tui.curves.printing import printed, scene

    found = select_runs(open_store(find_store(store)), runs)
    one = scene(found, metrics, _view(kind, log, align))
    if log_y is not None:
        one = replace(one, view=one.turned(log_y))
    colored = _colored() if color is None else color
    ascii = ascii or not _unicode()
    seen = colored if out is None else out.suffix != ".txt"
    depth: Depth = "truecolor" if out else "256"
    lines = printed(one, width or _wide(), height, ascii, depth, seen)
    if out is None:
        click.echo(_joined(lines, colored, ascii), nl=False, color=colored)
    else:
        _write(one, lines, out, force)


def _write(one: "Scene", lines: "Lines", out: Path, force: bool) -> None:
    from grokscope.tui.away.writing import Taken, curve_rows, write
    from grokscope.tui.away.yank import script

    runs = [shown.run.path for shown in one.shown]
    taken = Taken(out.stem, lines, script(one), lambda: curve_rows(one), runs)
    click.echo(write(taken, out, force))


def _view(kind: str | None, log: bool | None, align: str | None) -> "View":
    from grokscope.tui.curves.view import OWN, View

    view = View(x=KINDS[kind] if kind else OWN, origin=align or "")
    return view if log is None or view.log == log else view.turned()


def _colored() -> bool:
    """Return whether a person sees the output, in colours and not against their wish."""
    dumb = os.environ.get("TERM", "dumb") == "dumb"
    return sys.stdout.isatty() and not dumb and not os.environ.get("NO_COLOR")


def _wide() -> int:
    """Return how many characters a line has that was asked for no number of them."""
    from grokscope.cli.terminal import room

    told = os.environ.get("COLUMNS", "")
    number = room() or (int(told) if told.isdecimal() else 0) or WIDTH
    return min(max(number, WIDTHS[0]), WIDTHS[1])


def _unicode() -> bool:
    return (sys.stdout.encoding or "utf-8").lower().replace("-", "") == "utf8"


def _joined(lines: "Lines", colored: bool, ascii: bool) -> str:
    from rich.color import ColorSystem

    system = ColorSystem.EIGHT_BIT
    text = "".join(
        "".join(
            part.style.render(part.text, color_system=system)
            if colored and part.style
            else part.text
            for part in line
        )
        + "\n"
        for line in lines
    )
    if not ascii:
        return text
    from grokscope.tui.plain import plain

    return plain(text)
