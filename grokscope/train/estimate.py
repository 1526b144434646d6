"""Estimate: how long planned runs will take and how much they will write, before and meanwhile."""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from grokscope.config import Experiment
from grokscope.errors import GrokscopeError, listed
from grokscope.store.curves.reader import read_attrs
from grokscope.store.listing.catalogue import Catalogue
from grokscope.store.listing.room import Demand
from grokscope.store.listing.summary import RunSummary, read_summary, read_summary_file
from grokscope.store.schema import canonical, flatten
from grokscope.store.writing.rundir import disk_bytes
from grokscope.train.checkpoints import kept_epochs
from grokscope.train.executors.dealing import cost
from grokscope.train.flight import most_kept
from grokscope.train.plan import Plan

SLOTS = {"sgd": 1, "adam": 2, "adamw": 2}
"""Arrays of optimiser state, as in `OPTIMISERS`, which would need torch."""
FREE = ("model.init_scale", "training.epochs", "training.label_noise")
"""What runs of equal shape may differ in without one being slower, beside seeds and rates."""


LASTED = 2.0
"""Seconds that a run took at least whose pace is typical: shorter ones mostly begin and end."""


@lru_cache(maxsize=4096)
def demand(experiment: Experiment) -> Demand:
    """Return what a run of an experiment will write, windows of its flight recorder not counted."""
    record = experiment.record
    first, last = experiment.first_epoch, experiment.training.epochs
    every = record.evaluate_every
    # those at multiples, and the first and the last where they are none
    evaluations = last // every - (first - 1) // every
    evaluations += sum(epoch % every > 0 for epoch in {first, last})
    kept = {first, *kept_epochs(record, last)}
    return Demand(
        parameters=experiment.layout.size,
        checkpoints=sum(epoch >= first for epoch in kept),
        evaluations=evaluations,
        slots=SLOTS[experiment.optimizer.name],
    )


def still_needed(plans: Sequence[Plan], at_once: int = 1) -> int:
    """Return the bytes that planned runs have yet to write.

    What some of them take up for a while, as when they are compacted, is counted for the
    `at_once` largest, since so many processes end runs at the same time.
    """
    left, passing = 0, []
    for plan in plans:
        if not plan.trains or _ended(plan):
            continue
        wanted = demand(plan.experiment)
        there = disk_bytes(plan.path) if plan.path.is_dir() else 0
        left += max(wanted.kept - there, 0)
        passing.append(wanted.passing)
    return left + sum(sorted(passing)[-at_once:])


def windows(plans: Sequence[Plan]) -> int:
    """Return the bytes that windows of flight recorders take at most; most runs have few."""
    total = 0
    for plan in plans:
        if plan.trains and plan.experiment.record.flight:
            one = plan.experiment
            rest = one.own_epochs + 1 - demand(one).checkpoints
            total += max(min(most_kept(one.record), rest), 0) * 4 * one.layout.size
    return total


@dataclass(frozen=True)
class Pace:
    """How fast runs go in one process."""

    seconds: Mapping[str, float]
    """For each unit of `dealing.cost`, by `kind`."""
    source: str
    """Where the numbers are from, for people."""

    def of(self, plan: Plan) -> float:
        """Return the seconds that a planned run has left."""
        left = _left(plan)
        return self.seconds[kind(plan.experiment)] * left if left else 0.0

    def wholes(self, plans: Sequence[Plan]) -> dict[Path, float]:
        """Return the seconds of each run from epoch 0 on, wherever it begins, by its directory."""
        runs = [(plan.path, plan.experiment) for plan in plans]
        return {
            path: self.seconds[kind(one)] * cost(one) / one.own_epochs * one.training.epochs
            for path, one in runs
        }

    def time(self, plans: Sequence[Plan], jobs: int) -> float:
        """Return the seconds that planned runs take in so many processes."""
        each = [self.of(plan) for plan in plans]
        return max(sum(each) / jobs, *each, 0.0)


def pace_of(
    plans: Sequence[Plan], store: Path, trial: Callable[[Experiment], float] | None
) -> Pace | None:
    """Return the pace of planned runs: each kind's as the store tells it, or else a short trial.

    Parameters
    ----------
    trial : callable, optional
        Returns the seconds of one epoch of one run.

    Returns
    -------
    Pace or None
        None where that of a kind is not known, or nothing is to be trained.

    Raises
    ------
    GrokscopeError
        What the trial does: training would as well.
    """
    kinds: dict[str, list[Plan]] = {}
    for plan in plans:
        if plan.trains:
            kinds.setdefault(kind(plan.experiment), []).append(plan)
    seconds, sources = {}, []
    for name, some in kinds.items():
        typical, found = typical_of(some), None
        with contextlib.suppress(GrokscopeError):
            found = _recorded(typical, store)
        if found is None and trial is not None:
            per_epoch = cost(typical) / typical.own_epochs
            found = trial(typical) / per_epoch, f"a trial of one {typical.name} run"
        if found is None:
            return None
        seconds[name] = found[0]
        sources.append(found[1])
    return Pace(seconds, listed(sources)) if seconds else None


def kind(experiment: Experiment) -> str:
    """Return what runs have in common whose costs compare."""
    return f"{experiment.task.name} {experiment.model.name}"


def _recorded(typical: Experiment, store: Path) -> tuple[float, str] | None:
    """Return seconds for each unit of cost, and of which run: the newest finished one like it."""
    wanted = _shape(flatten(typical.as_config()))
    for run in Catalogue(store).refresh():
        lasted = run.epoch / run.rate if run.rate else 0.0
        if run.status == "finished" and lasted >= LASTED and _shape(run.config) == wanted:
            return _pace(run, typical)
    return None


def typical_of(plans: Sequence[Plan]) -> Experiment:
    """Return an experiment of the shape that makes up most of the work of some plans."""
    work: dict[str, float] = {}
    example: dict[str, Experiment] = {}
    for plan in plans:
        shape = _shape(flatten(plan.experiment.as_config()))
        work[shape] = work.get(shape, 0.0) + _left(plan)
        example.setdefault(shape, plan.experiment)
    return example[max(work, key=lambda shape: work[shape])]


def _pace(run: RunSummary, like: Experiment) -> tuple[float, str] | None:
    try:
        together = int(read_attrs(run.path).get("ensemble_size", 1))  # type: ignore[arg-type]
    except (GrokscopeError, OSError, ValueError):
        return None
    per_epoch = cost(like) / like.own_epochs
    return 1 / ((run.rate or 1.0) * max(together, 1) * per_epoch), f"as fast as {run.id}"


def _left(plan: Plan) -> float:
    """Return the work that is left of a run."""
    if not plan.trains:
        return 0.0
    one, done = plan.experiment, 0.0
    if plan.action == "resume":
        done = read_summary(plan.path).epoch - one.first_epoch
    return (1 - min(max(done / one.own_epochs, 0.0), 1.0)) * cost(one)


def _shape(flat: Mapping[str, Any]) -> str:
    """Return what decides how long an epoch takes."""
    kept = ("task.", "model.", "training.", "optimizer.name", "record.evaluate_", "record.measure")
    return canonical({k: v for k, v in flat.items() if k.startswith(kept) and k not in FREE})


def _ended(plan: Plan) -> bool:
    """Return whether a run ended since it was planned, perhaps before it took its share."""
    try:
        return bool(read_summary_file(plan.path)["state"] in ("finished", "failed"))
    except (GrokscopeError, OSError, KeyError):
        return False
