"""Plan: what running an experiment means, given what the store already holds."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from grokscope.config import Experiment
from grokscope.errors import BadConfig, RunHeld
from grokscope.store.curves.reader import read_attrs, read_config
from grokscope.store.identifiers import free_id
from grokscope.store.listing.summary import RunSummary, read_summary
from grokscope.store.lock import read_lock


@dataclass(frozen=True)
class Plan:
    """One run to train, to go on with, or to reuse as it is."""

    experiment: Experiment
    id: str
    action: Literal["train", "resume", "reuse"]
    path: Path
    force: bool = False
    """Whether to take the run over from a process that may be alive."""


def plan(experiments: Sequence[Experiment], store: Path, again: bool = False) -> list[Plan]:
    """Return what to do for each experiment.

    A finished (or diverged) run of the same configuration is reused and an interrupted one
    resumed; with `again`, a new run is made beside it.

    Raises
    ------
    RunHeld
        If the run is being trained by a live process.
    BadConfig
        If two experiments are the same.
    """
    counts = Counter(e.run_id for e in experiments)
    twice = [run_id for run_id, count in counts.items() if count > 1]
    if twice:
        raise BadConfig(f"the same experiment is asked for twice: {', '.join(twice)}")
    return [_plan(experiment, store, again) for experiment in experiments]


def plan_resume(summary: RunSummary, force: bool = False) -> Plan:
    """Return how to go on with a stored run, from the configuration it holds.

    Parameters
    ----------
    force : bool
        Take the run over even where its process cannot be proved dead, as on another machine.

    Raises
    ------
    RunHeld
        If the run is being trained by a process that may be alive.
    BadConfig
        If a loop of the user's own recorded it, which only that loop can go on with.
    """
    if read_attrs(summary.path).get("source") == "recorder":
        raise BadConfig(
            f"run {summary.id} was recorded by a loop of your own, which alone can go on with it"
        )
    experiment = Experiment.from_config(read_config(summary.path))
    if force and summary.live:
        return Plan(experiment, summary.id, "resume", summary.path, force)
    return Plan(experiment, summary.id, _action(summary), summary.path)


def _plan(experiment: Experiment, store: Path, again: bool) -> Plan:
    run_id = experiment.run_id
    path = store / run_id
    if again:
        run_id = free_id(store, run_id)
        return Plan(experiment, run_id, "train", store / run_id)
    if not path.exists():
        return Plan(experiment, run_id, "train", path)
    summary = read_summary(path)
    if read_attrs(path).get("config_digest") != experiment.digest:
        # six digits may coincide
        run_id = free_id(store, run_id)
        return Plan(experiment, run_id, "train", store / run_id)
    return Plan(experiment, run_id, _action(summary), path)


def _action(summary: RunSummary) -> Literal["resume", "reuse"]:
    if summary.live:
        raise RunHeld(
            f"run {summary.id} is being trained by {read_lock(summary.path) or 'another process'} "
            f"({summary.status}); stop that first, take it over with: grokscope resume "
            f"{summary.id} --force, or train a second run with: grokscope run --again"
        )
    return "reuse" if summary.status in ("finished", "failed") else "resume"
