"""Progress: what training runs are doing, as any reader of the store sees it, and other work."""

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import click
from rich.console import Console, RenderableType
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Column
from rich.text import Text

from grokscope.cli.tally import Line, Runs, alone, whole
from grokscope.store.listing.room import RoomWatch, human
from grokscope.tui.words import duration

TICK = 0.5
"""Seconds between looks at the store."""
LINE = 10.0
"""Seconds between lines where standard error is no terminal."""
FEW = 12
"""Most runs that are shown one by one."""
TEXT = 75
"""Columns of a terminal beside which bars may grow."""
REST = 50.0
"""Times as long as a look took, in which there is no other."""


class Follow:
    """Shows runs on standard error while they train: bars on a terminal, else plain lines.

    Up to `FEW` runs are shown one by one, and any but a single one as a whole: how far all are,
    how fast, and how many have come to which end so far.

    Parameters
    ----------
    paths : sequence of Path
        Their directories.
    watch : RoomWatch, optional
        Warns before the disk is full.
    work : dict, optional
        See `tally.Runs`.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        watch: RoomWatch | None = None,
        work: Mapping[Path, float] | None = None,
    ) -> None:
        self.runs = Runs(paths, work)
        self.watch = watch
        self.done = threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Follow":
        self.thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.done.set()
        self.thread.join()

    def _watch(self) -> None:
        if sys.stderr.isatty():
            self._bars()
        else:
            self._lines()

    def _wait(self) -> bool:
        """Look at the disk where it is time to, wait, and return whether training is over."""
        if self.watch is not None:
            self.watch.look()
        return self.done.wait(max(TICK, REST * self.runs.took))

    def _bars(self) -> None:
        with _Bars(Console(stderr=True)) as bars:
            last = False
            while not last:
                last = self._wait()
                bars.show(self._shown(), self.runs.total > 1)

    def _lines(self) -> None:
        due = time.monotonic() + LINE
        while not self._wait():
            # each look counts for the rate
            shown = self._shown()
            if time.monotonic() >= due:
                due += LINE
                for line in shown:
                    if line.live:
                        left = f"  {_left(line)} left" if _left(line) else ""
                        click.echo(f"{line.name}: {line.told}{left}", err=True)

    def _shown(self) -> list[Line]:
        """Return the lines of runs where they are few, then that of the whole where it is one."""
        found = self.runs.look()
        rows = [alone(run, self.runs) for run in found] if self.runs.total <= FEW else []
        return rows if self.runs.total == 1 else [*rows, whole(found, self.runs)]


class _Bars(Progress):
    """A row for each run, and below them what is told of the whole.

    Rows keep their remaining time in a narrow terminal: bars and then names give way.
    """

    def __init__(self, console: Console) -> None:
        columns = (
            TextColumn("{task.description}", table_column=Column(overflow="ellipsis")),
            BarColumn(bar_width=min(max(console.width - TEXT, 4), 40)),
            TextColumn("{task.fields[state]}"),
            TextColumn("{task.fields[left]}", justify="right"),
        )
        self.bars: dict[str, TaskID] = {}
        self.foot = ""
        super().__init__(*columns, console=console)

    def show(self, lines: Sequence[Line], with_whole: bool) -> None:
        """Show lines, of which the last is the whole if it is among them."""
        self.foot = lines[-1].told if with_whole else ""
        for line in lines:
            state = "" if with_whole and line is lines[-1] else line.told
            told: dict[str, Any] = {"state": state, "left": _left(line), "total": line.of}
            if line.name not in self.bars:
                self.bars[line.name] = self.add_task(line.name, **told)
            self.update(self.bars[line.name], completed=line.done, **told)

    def get_renderables(self) -> Iterable[RenderableType]:
        """Return what is drawn."""
        yield from super().get_renderables()
        if self.foot:
            yield Text(self.foot)


def _left(line: Line) -> str:
    return "" if line.eta is None else duration(line.eta)


@contextlib.contextmanager
def working(label: str, in_bytes: bool = True) -> Iterator[Callable[[int, int], None]]:
    """Show on standard error how far a piece of work is: a bar on a terminal, else plain lines.

    What it gives is to be called with how much of how much is done, in bytes or in runs.
    """
    if not sys.stderr.isatty():
        yield _Plain(label, in_bytes)
        return
    amount = (DownloadColumn(), TransferSpeedColumn()) if in_bytes else (MofNCompleteColumn(),)
    columns = (TextColumn("{task.description}"), BarColumn(), *amount, TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(label, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


class _Plain:
    """Tells every ten seconds how far a piece of work is."""

    def __init__(self, label: str, in_bytes: bool) -> None:
        self.label = label
        self.in_bytes = in_bytes
        self.began = time.monotonic()
        self.due = self.began + LINE

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now < self.due or not done:
            return
        self.due = now + LINE
        rate = done / (now - self.began)
        told = f"{human(done)} of {human(total)}" if self.in_bytes else f"{done} of {total}"
        pace = f"{human(rate)}/s" if self.in_bytes else f"{rate:.1f} runs/s"
        left = (total - done) / rate
        click.echo(f"{self.label}: {told}, {pace}, {left:.0f} s left", err=True)
