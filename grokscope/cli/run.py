"""`grokscope run`: train experiments into the store."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from grokscope.cli.options import (
    ExperimentName,
    device_option,
    jobs_option,
    json_option,
    refine_options,
    set_option,
    shard_option,
    store_option,
    sweep_option,
)

if TYPE_CHECKING:
    from grokscope.cli.training import Means
    from grokscope.config import Experiment, Sweep
    from grokscope.train.plan import Plan


@click.command()
@click.argument("experiments", type=ExperimentName(), nargs=-1, required=True)
@set_option
@sweep_option
@store_option
@device_option
@jobs_option
@click.option("--again", is_flag=True, help="Train anew even where the run exists.")
@click.option("--dry-run", is_flag=True, help="Only say what would be trained.")
@shard_option
@click.option(
    "--executor",
    type=click.Choice(["local", "slurm"]),
    default="local",
    show_default=True,
    help="slurm queues an array of --jobs tasks, and needs grokscope[slurm].",
)
@click.option(
    "--slurm",
    "options",
    metavar="KEY=VALUE",
    multiple=True,
    help="For submitit and sbatch: timeout_min=600, gpus_per_node=1, partition=long. Repeatable.",
)
@refine_options
@json_option
def command(
    experiments: tuple[str, ...],
    assignments: tuple[str, ...],
    axes: tuple[str, ...],
    store: str | None,
    device: str,
    jobs: int | None,
    again: bool,
    dry_run: bool,
    shard: str | None,
    executor: str,
    options: tuple[str, ...],
    refine: str | None,
    between: str | None,
    tolerance: float,
    rounds: int,
    as_json: bool,
) -> None:
    """Train EXPERIMENTS: presets by name, or TOML files, which may hold a sweep.

    A finished run of the same configuration is reused, an interrupted one resumed. Ctrl-C
    checkpoints and stops; a second Ctrl-C aborts. With --refine, a sweep is trained only as far
    as it takes to find where runs begin to turn out otherwise.
    """
    from grokscope.cli.training import Means, report
    from grokscope.store.location import create_store, find_store, open_store
    from grokscope.train.executors.shard import parse_shard
    from grokscope.train.plan import plan

    means = Means(find_store(store), device, jobs, as_json)
    if executor == "slurm" and (shard or again or jobs is None):
        missing = "--jobs N is missing; " if jobs is None else ""
        raise click.UsageError(
            f"{missing}--executor slurm takes --jobs N, and neither --shard nor --again"
        )
    if options and executor != "slurm":
        raise click.UsageError("--slurm is for --executor slurm")
    if refine is not None and (
        again or dry_run or shard or executor != "local" or len(experiments) > 1
    ):
        raise click.UsageError(
            "--refine takes one sweep, and neither --again, --dry-run, --shard nor --executor"
        )
    sweeps = _sweeps(experiments, assignments, axes)
    if refine is not None:
        _refine(sweeps[0], (refine, between, tolerance, rounds), means)
        return
    wanted = [one for sweep in sweeps for one in sweep.experiments()]
    if not dry_run:
        create_store(means.store)
    elif means.store.exists():
        open_store(means.store)
    plans = plan(wanted, means.store, again, parse_shard(shard or "0/1"))
    if dry_run:
        _rehearse(plans, means, here=executor == "local")
    elif executor == "slurm":
        _queue([p.experiment for p in plans if p.trains], means, options)
    else:
        report(plans, means)


def _refine(sweep: "Sweep", search: tuple[str, str | None, float, int], means: "Means") -> None:
    """Train what it takes to find a boundary, and exit."""
    from grokscope.cli.refining import Refinement, refine
    from grokscope.store.location import create_store

    wanted = Refinement(sweep, *search)
    create_store(means.store)
    refine(wanted, means)


def _rehearse(plans: "Sequence[Plan]", means: "Means", here: bool) -> None:
    """Say what would be trained, `here` or elsewhere, once it is known that it could be."""
    from grokscope.cli.planning import forecast, print_plan
    from grokscope.train.estimate import pace_of

    if here:
        means.rehearse(plans)
    jobs = means.processes(len(plans))
    told = forecast(plans, jobs, pace_of(plans, means.store, means.trial if here else None))
    print_plan(plans, told, means.as_json)


def _queue(experiments: "Sequence[Experiment]", means: "Means", options: Sequence[str]) -> None:
    """Queue experiments as an array, and say how it is called."""
    from grokscope.config.overrides import parse_value
    from grokscope.train.executors.slurm import submit

    if not experiments:
        click.echo(
            "grokscope: every run is there already, or being trained; nothing is queued", err=True
        )
        return
    if bare := [option for option in options if not option.partition("=")[2]]:
        raise click.UsageError(f"--slurm takes KEY=VALUE, such as partition=long, got {bare[0]!r}")
    told = {key: parse_value(text) for key, _, text in (o.partition("=") for o in options)}
    cluster = str(told.pop("cluster", "slurm"))
    jobs = submit(
        experiments,
        means.store,
        tasks=means.jobs or 1,
        device=means.device,
        options=told,
        cluster=cluster,
    )
    ids = [job.job_id for job in jobs]
    if means.as_json:
        click.echo(json.dumps({"jobs": ids, "runs": [one.run_id for one in experiments]}))
    else:
        click.echo(f"queued {len(experiments)} runs as {len(ids)} tasks: {', '.join(ids)}")


def _sweeps(names: Sequence[str], assignments: Sequence[str], axes: Sequence[str]) -> "list[Sweep]":
    from grokscope.config import load_sweep, parse_axis

    lines = [parse_axis(axis) for axis in axes]
    return [load_sweep(name).changed(assignments, lines) for name in names]
