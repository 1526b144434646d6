"""Pictures of the screens, for pages that show them: `python -m grokscope.tui.screenshots`."""

import argparse
import asyncio
import os
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from textual.pilot import Pilot

from grokscope.errors import GrokscopeError, NotARun
from grokscope.store.listing.catalogue import Catalogue
from grokscope.store.query import find_run
from grokscope.tui import settings
from grokscope.tui.app import Explorer
from grokscope.tui.away.pinning import pinned
from grokscope.tui.session import version

PATIENCE = 30.0
"""Seconds to wait for curves to be read."""
PAUSE = 0.05


async def take(
    store: Path, out: Path, size: tuple[int, int], compare: tuple[str, str], run: str
) -> list[Path]:
    """Write `runs.svg`, `run.svg` and `compare.svg` into `out` and return their paths.

    Parameters
    ----------
    size : (columns, rows)
    compare : (str, str)
        Ids of the runs to compare.
    run : str
        Id of the run to show alone.
    """
    out.mkdir(parents=True, exist_ok=True)
    paths = []
    app = Explorer(store, run=run)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: len(app.screen_stack) > 2)
        for name in ("run", "runs", "compare"):
            if name == "runs":
                await pilot.press("escape")
            if name == "compare":
                app.session.marks = dict(zip("AB", compare, strict=True))
                await pilot.press("c")
            await until(pilot, partial(_are_read, app, compare if name == "compare" else (run,)))
            await pilot.pause(PAUSE)
            paths.append(_written(app, out / f"{name}.svg"))
    return paths


async def take_sweep(store: Path, out: Path, size: tuple[int, int], run: str) -> list[Path]:
    """Write `through.svg`, at the run's last event, and `phase.svg`; return their paths.

    Parameters
    ----------
    size : (columns, rows)
    run : str
        Id of the run to go through.
    """
    from grokscope.tui.screens.through import ThroughScreen

    def settled() -> bool:
        return isinstance(app.screen, ThroughScreen) and app.screen.settled

    out.mkdir(parents=True, exist_ok=True)
    app = Explorer(store, run=run)
    async with app.run_test(size=size) as pilot:
        await until(pilot, partial(_are_read, app, (run,)))
        await pilot.press("t")
        await until(pilot, settled)
        # the last event says more than the end
        await pilot.press("{")
        await until(pilot, settled)
        paths = [_written(app, out / "through.svg")]
        await pilot.press("escape", "escape", "P")
        await pilot.pause(PAUSE)
        return [*paths, _written(app, out / "phase.svg")]


def _written(app: Explorer, path: Path) -> Path:
    path.write_text(pinned(app.export_screenshot()), encoding="utf-8")
    return path


async def until(pilot: Pilot[None], holds: Callable[[], bool]) -> None:
    """Wait until a condition holds.

    Raises
    ------
    TimeoutError
        If it does not within half a minute.
    """
    for _ in range(int(PATIENCE / PAUSE)):
        if holds():
            return
        await pilot.pause(PAUSE)
    raise TimeoutError(f"the explorer drew nothing within {PATIENCE:.0f} s")


def _are_read(app: Explorer, ids: tuple[str, ...]) -> bool:
    for id in ids:
        run, book = app.session.run(id), app.session.books.get(id)
        if run is None or book is None or book.version != version(run):
            return False
    return True


def main() -> None:
    """Take the pictures that the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m grokscope.tui.screenshots")
    parser.add_argument("store", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--size", default="100x30", help="columns x rows")
    parser.add_argument("--compare", nargs=2, metavar="RUN", help="else the two oldest runs")
    parser.add_argument("--run", help="the run shown alone; else the first one compared")
    parser.add_argument(
        "--sweep", action="store_true", help="the phase diagram, and RUN through time"
    )
    asked = parser.parse_args()
    try:
        width, _, height = asked.size.partition("x")
        runs = Catalogue(asked.store).refresh()
        if len(runs) < 2 and not asked.compare:
            raise NotARun(f"{asked.store} holds {len(runs)} runs; two are needed to compare")
        chosen = asked.compare or [runs[-1].id, runs[-2].id]
        a, b = (find_run(asked.store, selector).id for selector in chosen)
        run = find_run(asked.store, asked.run).id if asked.run else a
        size = (int(width), int(height))
        taken = (
            partial(take_sweep, run=run) if asked.sweep else partial(take, compare=(a, b), run=run)
        )
        with tempfile.TemporaryDirectory() as empty:
            # as for someone who has chosen nothing yet, in a terminal that has all colours
            os.environ |= {settings.VARIABLE: empty, "COLORTERM": "truecolor", "TERM": "xterm"}
            os.environ.pop("NO_COLOR", None)
            paths = asyncio.run(taken(asked.store, asked.out, size))
    except GrokscopeError as error:
        parser.exit(1, f"{error}\n")
    for path in paths:
        print(path)


if __name__ == "__main__":
    main()
