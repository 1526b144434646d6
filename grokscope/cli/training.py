"""Training from the command line: plan, train with progress, report, choose the exit code."""

import contextlib
import json
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click

from grokscope.cli.ls import run_table
from grokscope.cli.several import FAILED, SOME_FAILED
from grokscope.config import Experiment
from grokscope.store.listing.room import RoomWatch, room_of, shortage
from grokscope.store.listing.summary import RunSummary, read_summary
from grokscope.train.estimate import still_needed
from grokscope.train.plan import Plan, plan, plan_resume
from grokscope.train.stop import Stop

INTERRUPTED = 130
"""Exit code of a command whose runs were stopped and can go on."""


def train_and_report(
    experiments: Sequence[Experiment],
    store: Path,
    *,
    device: str,
    jobs: int | None,
    again: bool,
    as_json: bool,
) -> None:
    """Train or reuse a run for every experiment, print the runs, and exit accordingly."""
    _report(plan(experiments, store, again), store, device, jobs, as_json)


def resume_and_report(
    summaries: Sequence[RunSummary],
    store: Path,
    *,
    device: str,
    jobs: int | None,
    force: bool,
    as_json: bool,
) -> None:
    """Go on with stored runs, print them, and exit accordingly."""
    _report([plan_resume(s, force) for s in summaries], store, device, jobs, as_json)


def _report(
    plans: Sequence[Plan], store: Path, device: str, jobs: int | None, as_json: bool
) -> None:
    work = [p for p in plans if p.action != "reuse"]
    for p in plans:
        if p.action == "reuse":
            _say(f"{p.id} is {read_summary(p.path).status} already: reused")
        elif p.action == "resume":
            _say(f"resuming {p.id}")
    if work:
        _execute(work, store, device, jobs)
    # where a run's directory was taken away, that has been told, and the others are shown
    runs = [read_summary(p.path) for p in plans if p.path.is_dir() or len(plans) == 1]
    if as_json:
        click.echo(json.dumps([run.as_json() for run in runs], indent=1))
    else:
        click.echo(run_table(runs))
    code = exit_code(runs)
    lost = len(runs) < len(plans) or any(run.live for run in runs)
    sys.exit(SOME_FAILED if lost and code == 0 else code)


def exit_code(runs: Sequence[RunSummary]) -> int:
    """Return 0 where all is well, 130 after an interrupt, 4 if some of several failed, else 1."""
    failed = [run for run in runs if run.status == "failed"]
    for run in failed:
        _say(f"{run.id} failed: {run.reason}")
    stopped = [run.id for run in runs if run.status in ("interrupted", "dead")]
    if stopped:
        _say(f"interrupted; go on with: grokscope resume {' '.join(stopped)}")
        return INTERRUPTED
    if failed:
        return FAILED if len(failed) == len(runs) else SOME_FAILED
    return 0


def _execute(work: Sequence[Plan], store: Path, device: str, jobs: int | None) -> None:
    _say(f"training {len(work)} {'run' if len(work) == 1 else 'runs'} into {store}")
    at_once = min(jobs or os.cpu_count() or 1, len(work))
    warned = _warn_of_shortage(work, store, at_once)
    watch = RoomWatch(store, partial(still_needed, work, at_once), _say, warned)
    with Stop() as stop:
        # importing torch takes a second or more, in which signals must find a handler already
        from grokscope.cli.progress import Follow
        from grokscope.train.local import execute

        with Follow([p.path for p in work], watch):
            execute(work, store, device=device, jobs=jobs, stop=stop, notify=_say)


def _warn_of_shortage(work: Sequence[Plan], store: Path, at_once: int) -> bool:
    """Say so where the disk will not hold what is to be trained; nothing is refused."""
    with contextlib.suppress(OSError):
        if line := shortage(still_needed(work, at_once), room_of(store), store):
            _say(line)
            return True
    return False


def _say(line: str) -> None:
    click.echo(f"grokscope: {line}", err=True)
