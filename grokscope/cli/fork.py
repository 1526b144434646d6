"""`grokscope fork`: go on from a checkpoint of a run, with changes, as a run of its own."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grokscope.cli.options import (
    RunName,
    device_option,
    jobs_option,
    json_option,
    set_option,
    store_option,
    sweep_option,
)
from grokscope.errors import NotARun

if TYPE_CHECKING:
    from grokscope.config import Experiment
    from grokscope.train.forks import Place
    from grokscope.train.plan import Plan
    from grokscope.train.seats import Seat

PLACE = re.compile(r"(epoch:)?(\d+(?:\.\d+)?)")


@click.command()
@click.argument("runs", type=RunName(), nargs=-1, required=True, metavar="RUN[@STEP]...")
@set_option
@sweep_option
@click.option("--reset-optimizer", is_flag=True, help="Let the optimiser's state begin at zero.")
@click.option("--again", is_flag=True, help="Train anew even where the fork exists.")
@click.option("--dry-run", is_flag=True, help="Only say what would be trained.")
@store_option
@device_option
@jobs_option
@json_option
def command(
    runs: tuple[str, ...],
    assignments: tuple[str, ...],
    axes: tuple[str, ...],
    reset_optimizer: bool,
    again: bool,
    dry_run: bool,
    store: str | None,
    device: str,
    jobs: int | None,
    as_json: bool,
) -> None:
    """Go on from RUN at STEP with changes, as a new run that leaves RUN as it is.

    RUN@400 is the checkpoint at step 400, RUN@epoch:20 that at epoch 20, and RUN alone the point
    that it would be resumed from. Steps and epochs are counted on from there: --set epochs=500
    is where the fork ends, and its schedule and checkpoints are those of a run of 500 epochs.
    Optimiser state is kept at the resume point; elsewhere only parameters are stored, and it
    begins at zero. Data, seeds, optimiser and activation may change, the shape may not.
    """
    from grokscope.cli.planning import forecast, print_plan
    from grokscope.cli.selection import select
    from grokscope.cli.training import Means, report
    from grokscope.config import Sweep, parse_axis
    from grokscope.store.location import find_store, open_store
    from grokscope.train.estimate import pace_of
    from grokscope.train.forks import plan_forks

    # torch takes seconds to import, in which a live parent's resume point would move on
    from grokscope.train.seats import take

    folder = open_store(find_store(store))
    lines = [parse_axis(axis) for axis in axes]

    def changes(parent: "Experiment") -> "Iterable[Experiment]":
        return Sweep(parent).changed(assignments, lines).experiments()

    plans = []
    for word in runs:
        run, place = parse_place(word)
        parent = select(folder, run)
        plans += plan_forks(parent, place, changes, reset=reset_optimizer, again=again)
    means = Means(folder, device, jobs, as_json)
    means.rehearse(plans)
    if dry_run:
        told = forecast(plans, means.processes(len(plans)), pace_of(plans, folder, means.trial))
        print_plan(plans, told, as_json)
    else:
        new = {plan.id for plan in plans if plan.action == "train"}
        report([_begun(plan, folder, take) for plan in plans], means, told=new)


def parse_place(word: str) -> "tuple[str, Place | None]":
    """Return the run and the checkpoint that a word such as `RUN@400` means.

    Raises
    ------
    NotARun
        If what stands behind the @ is neither a step nor an epoch.
    """
    from grokscope.train.forks import Place

    run, at, told = word.rpartition("@")
    if not at or not run:
        return word, None
    found = PLACE.fullmatch(told)
    if found is None:
        raise NotARun(f"{word!r}: no checkpoint @{told}; RUN@STEP or RUN@epoch:EPOCH is accepted")
    return run, Place(float(found[2]), "epoch" if found[1] else "step")


def _begun(plan: "Plan", store: Path, take: "Callable[..., Seat]") -> "Plan":
    """Have a new fork begin at once, so that it needs its parent's files no more."""
    from grokscope.store.writing.budget import PublishBudget

    if plan.action != "train":
        return plan
    seat = take(plan, store, PublishBudget(), lambda line: click.echo(line, err=True))
    seat.writer.finish("interrupted", "forked, and not gone on with yet")
    click.echo(f"grokscope: {told(plan)}", err=True)
    return replace(plan, action="resume")


def told(plan: "Plan") -> str:
    """Return in one line where a fork begins and with what."""
    began = plan.experiment.fork
    assert began is not None
    state = "the optimiser's state is kept"
    if began.optimizer_since == began.step:
        state = "the optimiser begins at zero"
    where = f"step {began.step} (epoch {began.epoch})"
    return f"{plan.id} forks {began.parent} at {where}; {state}"
