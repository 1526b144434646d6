"""Plan: what running an experiment means, given what the store already holds."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from grokscope.config import Experiment
from grokscope.errors import BadConfig, RunHeld
from grokscope.store.identifiers import free_id
from grokscope.store.reader import read_config
from grokscope.store.summary import RunSummary, read_summary


@dataclass(frozen=True)
class Plan:
    """One run to train, to go on with, or to reuse as it is."""

    experiment: Experiment
    id: str
    action: Literal["train", "resume", "reuse"]
    path: Path


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


def plan_resume(summary: RunSummary) -> Plan:
    """Return how to go on with a stored run, from the configuration it holds.

    Raises
    ------
    RunHeld
        If the run is being trained by a live process.
    """
    experiment = Experiment.from_config(read_config(summary.path))
    return Plan(experiment, summary.id, _action(summary), summary.path)


def _plan(experiment: Experiment, store: Path, again: bool) -> Plan:
    run_id = experiment.run_id
    path = store / run_id
    if again:
        run_id = free_id(store, run_id)
        return Plan(experiment, run_id, "train", store / run_id)
    if not path.exists():
        return Plan(experiment, run_id, "train", path)
    return Plan(experiment, run_id, _action(read_summary(path)), path)


def _action(summary: RunSummary) -> Literal["resume", "reuse"]:
    if summary.status in ("queued", "running", "stalled"):
        raise RunHeld(
            f"run {summary.id} is being trained by a live process ({summary.status}); "
            "stop that process first, or use --again for a second run"
        )
    return "reuse" if summary.status in ("finished", "failed") else "resume"
