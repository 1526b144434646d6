"""Logs of what was started, in words: one line each, and what they wrote, cut to the screen."""

import os
import textwrap
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grokscope.tui import words
from grokscope.tui.acts.processes import INTERRUPTED, Ending, Started
from grokscope.tui.plot.palette import MUTED, PLAIN, STRONG, Ink

MOST_BYTES = 262_144
"""Bytes at the end of a log that are shown."""
PASSING = ("star", "tag", "note", "rm", "restore")
"""Commands whose logs tell nothing of how a run fares."""
Row = tuple[str, Ink]


@dataclass(frozen=True)
class Seen:
    """A started process as it stood at one look."""

    started: Started
    ending: Ending | None
    written: int
    """Bytes in its log."""


def look(one: Started) -> Seen:
    """Return how a process stands."""
    ending = one.ending()
    try:
        written = one.log.stat().st_size
    except OSError:
        written = 0
    return Seen(one, ending, written)


def state(seen: Seen, now: float) -> str:
    """Return how a process stands in at most eleven characters: 'running 12s', 'failed 1'."""
    if seen.ending is None:
        return f"running {words.duration(max(now - seen.started.began, 0))}"
    if seen.ending.code == 0:
        return "done"
    if seen.ending.code == INTERRUPTED:
        return "interrupted"
    return "killed" if seen.ending.code is None else f"failed {seen.ending.code}"


def row(seen: Seen, now: float, width: int, chosen: bool) -> Row:
    """Return one line of `width` cells: when it began, how it stands, its command."""
    began = time.localtime(seen.started.began)
    today = time.localtime(now)[:3] == began[:3]
    when = time.strftime("%H:%M" if today else "%d %b", began)
    head = f"{'▌' if chosen else ' '}{when:>6}  {state(seen, now):<12} "
    command = seen.started.command.removeprefix("grokscope ")
    command = command.replace(f"{seen.started.log.parent}/", "")
    ink = STRONG if chosen else MUTED if seen.ending is not None else PLAIN
    return f"{head}{words.shortened(command, max(width - len(head) - 1, 8))}", ink


def tail(log: Path) -> list[str]:
    """Return the last lines of a log, of which each may have been overwritten by what it became.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    with log.open("rb") as file:
        start = max(file.seek(0, os.SEEK_END) - MOST_BYTES, 0)
        file.seek(start)
        lines = file.read().decode("utf-8", "replace").split("\n")
    shown = [line.rstrip("\r").rpartition("\r")[2].rstrip() for line in lines[bool(start) :]]
    return shown[:-1] if shown and not shown[-1] else shown


def wrapped(lines: Sequence[str], width: int) -> list[str]:
    """Return lines cut to a width; what goes on is set in by two."""
    cut: list[str] = []
    for line in lines:
        cut += textwrap.wrap(
            line, max(width, 10), subsequent_indent="  ", drop_whitespace=False
        ) or [""]
    return cut


def about(run_id: str, all_started: Sequence[Started]) -> Started | None:
    """Return the newest of started processes whose command or log names a run.

    Those that only note something about it, or move it, are passed over.
    """
    for one in all_started:
        if one.words[:1] and one.words[0] in PASSING:
            continue
        if run_id in one.words:
            return one
        try:
            if any(run_id in line for line in tail(one.log)):
                return one
        except OSError:
            continue
    return None
