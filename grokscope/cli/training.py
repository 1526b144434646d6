"""Training from the command line: plan, train with progress, report, choose the exit code."""

import contextlib
import json
import sys
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from shlex import quote

import click

from grokscope.cli.ls import run_table
from grokscope.cli.planning import forecast
from grokscope.cli.several import FAILED, SOME_FAILED
from grokscope.config import Experiment
from grokscope.errors import listed
from grokscope.store.listing.room import RoomWatch, room_of, shortage
from grokscope.store.listing.summary import RunSummary, read_summary
from grokscope.store.location import find_store
from grokscope.train.estimate import pace_of, still_needed
from grokscope.train.plan import Plan
from grokscope.train.stop import Stop

INTERRUPTED = 130
"""Exit code of a command whose runs were stopped and can go on."""
LEFT = ("interrupted", "dead")
"""What runs are that can go on."""
FEW = 12
"""Most runs that are told one by one; of more, how many there are."""
REST = 50.0
"""Times as long as counting needed bytes took for which the count stands."""


@dataclass(frozen=True)
class Means:
    """Where and with what runs are trained, and how they are told."""

    store: Path
    device: str = "auto"
    jobs: int | None = None
    as_json: bool = False

    def processes(self, runs: int) -> int:
        """Return in how many processes so many runs are trained."""
        from grokscope.train.executors.local import processes

        return max(min(self.jobs or processes(self.device), runs), 1)

    def rehearse(self, plans: Sequence[Plan]) -> None:
        """Refuse what training would, and train nothing."""
        from grokscope.train.executors.local import refuse

        work = [plan for plan in plans if plan.trains]
        if work:
            refuse(work, self.store, device=self.device, jobs=self.jobs)

    def trial(self, experiment: Experiment) -> float:
        """Return the seconds of an epoch of one run, measured."""
        from grokscope.train.trial import seconds_per_epoch

        return seconds_per_epoch(experiment, self.device)


def report(plans: Sequence[Plan], means: Means, told: Collection[str] = ()) -> None:
    """Carry out a plan, print its runs, and exit accordingly; see `carry_out`."""
    runs = carry_out(plans, means, told)
    if means.as_json:
        click.echo(json.dumps([run.as_json() for run in runs], indent=1))
    else:
        click.echo(run_table(runs))
    code = exit_code(runs)
    lost = len(runs) < len(plans) or any(run.live for run in runs)
    sys.exit(SOME_FAILED if lost and code == 0 else code)


def carry_out(plans: Sequence[Plan], means: Means, told: Collection[str] = ()) -> list[RunSummary]:
    """Train what a plan says, and return its runs as they are afterwards, in its order.

    Parameters
    ----------
    told : collection of str
        Ids of runs whose beginning has been told.
    """
    _announce(plans, told)
    stopped = any(p.trains for p in plans) and _execute(plans, means)
    # where a run's directory was taken away, that has been told, and the others are shown
    there = [p for p in plans if p.path.is_dir() or (len(plans) == 1 and not stopped)]
    runs = [read_summary(p.path) for p in there]
    if stopped and (missing := len(plans) - len(there)):
        _say(f"{missing} of {len(plans)} runs did not begin; the same command begins them")
        if not any(run.status in LEFT for run in runs):
            sys.exit(INTERRUPTED)
    return runs


def _named(runs: Sequence[RunSummary]) -> str:
    """Return the words that name runs on a command line, and their store where it is another."""
    store = runs[0].path.parent
    elsewhere = store.resolve() != find_store().resolve()
    return " ".join([run.id for run in runs] + ([f"--store {quote(str(store))}"] * elsewhere))


def exit_code(runs: Sequence[RunSummary]) -> int:
    """Return 0 where all is well, 130 after an interrupt, 4 if some of several failed, else 1."""
    failed = [run for run in runs if run.status == "failed"]
    for run in failed[:FEW]:
        _say(f"{run.id} failed: {run.reason}")
    if len(failed) > FEW:
        _say(f"{len(failed) - FEW} more failed; list them with: grokscope ls status:failed")
    stopped = [run for run in runs if run.status in LEFT]
    if len(stopped) > FEW:
        _say(f"{len(stopped)} runs interrupted; the same command goes on with them")
    elif stopped:
        _say(f"interrupted; go on with: grokscope resume {_named(stopped)}")
    if stopped:
        return INTERRUPTED
    if failed:
        return FAILED if len(failed) == len(runs) else SOME_FAILED
    return 0


def _announce(plans: Sequence[Plan], told: Collection[str]) -> None:
    """Say which runs others train, and, where they are few, which do not begin anew."""
    if live := [p.id for p in plans if p.action == "live"]:
        more = f" and {len(live) - FEW} more" if len(live) > FEW else ""
        _say(f"left to the processes that train them: {listed(live[:FEW])}{more}")
    if len(plans) > FEW:
        return
    for p in plans:
        if p.action == "reuse":
            _say(_reused(read_summary(p.path)))
        elif p.extends:
            _say(f"{p.id} goes on to {p.experiment.training.epochs} epochs")
        elif p.action == "resume" and p.id not in told:
            _say(f"resuming {p.id}")


def _reused(run: RunSummary) -> str:
    """Return that a run ended before and, where it failed, why and which ways lead on."""
    if run.status != "failed":
        return f"{run.id} is {run.status} already: reused"
    return (
        f"{run.id} failed already ({run.reason}): reused; go on from a checkpoint before that with:"
        f" grokscope fork {run.id}@STEP, or train it anew with: grokscope run --again"
    )


def _execute(plans: Sequence[Plan], means: Means) -> bool:
    """Train what a plan says; return whether a signal stopped or aborted it."""
    work = [p for p in plans if p.trains]
    store = means.store
    _say(f"training {len(work)} {'run' if len(work) == 1 else 'runs'} into {store}")
    # after an abort as after a stop, what became of the runs is told
    with Stop(tell=_stopping) as stop, contextlib.suppress(KeyboardInterrupt):
        # importing torch takes a second or more, in which signals must find a handler already
        from grokscope.cli.progress import Follow
        from grokscope.train.executors.dealing import cost_of
        from grokscope.train.executors.local import execute

        at_once = means.processes(len(work))
        needed = _Rested(partial(still_needed, work, at_once))
        watch = RoomWatch(store, needed, _say, _warn_of_shortage(needed, store))
        pace = pace_of(work, store, means.trial) if len(work) > 1 else None
        if pace is not None:
            _say(forecast(plans, at_once, pace).line())
        if not stop.requested:
            takes = cost_of if pace is None else pace.of
            with Follow([p.path for p in work], watch, pace.wholes(work) if pace else {}):
                execute(
                    work,
                    store,
                    device=means.device,
                    jobs=means.jobs,
                    stop=stop,
                    notify=_say,
                    work=takes,
                )
    return stop.requested


class _Rested:
    """A count that is taken anew only after a while: of a thousand runs it takes its time."""

    def __init__(self, count: Callable[[], int]) -> None:
        self.count = count
        self.value = 0
        self.due = 0.0

    def __call__(self) -> int:
        start = time.monotonic()
        if start >= self.due:
            self.value = self.count()
            self.due = start + REST * (time.monotonic() - start)
        return self.value


def _warn_of_shortage(needed: Callable[[], int], store: Path) -> bool:
    """Say so where the disk will not hold what is to be trained; nothing is refused."""
    with contextlib.suppress(OSError):
        if line := shortage(needed(), room_of(store), store):
            _say(line)
            return True
    return False


def _stopping() -> None:
    """Answer a first signal, in whatever it interrupts: it may be a line half written."""
    with contextlib.suppress(OSError, RuntimeError):
        _say("stopping; Ctrl-C again aborts")


def _say(line: str) -> None:
    # while bars are drawn this is not the stream that was there first
    click.echo(f"grokscope: {line}", file=sys.stderr, err=True)
