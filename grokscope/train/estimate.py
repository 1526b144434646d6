"""Estimate: how long planned runs will take and how much they will write, before and meanwhile."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from grokscope.config import Experiment
from grokscope.errors import GrokscopeError
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
    """How fast runs go: seconds for each unit of `dealing.cost`, in one process."""

    seconds: float
    source: str
    """Where the number is from, for people."""

    def time(self, plans: Sequence[Plan], jobs: int) -> float:
        """Return the seconds that planned runs take in so many processes."""
        return self.seconds * sum(map(_left, plans)) / jobs


def recorded_pace(plans: Sequence[Plan], store: Path) -> Pace | None:
    """Return the pace of the newest finished run in the store that is shaped like most of these.

    None where there is none, or where nothing is to be trained.
    """
    typical = typical_of(plans)
    if typical is None:
        return None
    wanted = _shape(flatten(typical.as_config()))
    for run in Catalogue(store).refresh():
        lasted = run.epoch / run.rate if run.rate else 0.0
        if run.status == "finished" and lasted >= LASTED and _shape(run.config) == wanted:
            return _pace(run, typical)
    return None


def trial_pace(plans: Sequence[Plan], trial: Callable[[Experiment], float]) -> Pace | None:
    """Return the pace of a short trial of one run that is shaped like most of these.

    Parameters
    ----------
    trial : callable
        Returns the seconds of one epoch of one run.
    """
    typical = typical_of(plans)
    if typical is None:
        return None
    per_epoch = cost(typical) / typical.own_epochs
    return Pace(trial(typical) / per_epoch, f"a trial of one {typical.name} run")


def typical_of(plans: Sequence[Plan]) -> Experiment | None:
    """Return an experiment of the shape that makes up most of the work."""
    work: dict[str, float] = {}
    example: dict[str, Experiment] = {}
    for plan in plans:
        if plan.trains:
            shape = _shape(flatten(plan.experiment.as_config()))
            work[shape] = work.get(shape, 0.0) + _left(plan)
            example.setdefault(shape, plan.experiment)
    return example[max(work, key=lambda shape: work[shape])] if work else None


def _pace(run: RunSummary, like: Experiment) -> Pace | None:
    try:
        together = int(read_attrs(run.path).get("ensemble_size", 1))  # type: ignore[arg-type]
    except (GrokscopeError, OSError, ValueError):
        return None
    per_epoch = cost(like) / like.own_epochs
    return Pace(1 / ((run.rate or 1.0) * max(together, 1) * per_epoch), f"as fast as {run.id}")


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
