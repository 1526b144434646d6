"""Estimate: how many bytes planned runs will write, before and while they do."""

from collections.abc import Sequence

from grokscope.config import Experiment
from grokscope.errors import GrokscopeError
from grokscope.store.listing.room import Demand
from grokscope.store.listing.summary import read_summary_file
from grokscope.store.writing.rundir import disk_bytes
from grokscope.train.checkpoints import kept_epochs
from grokscope.train.plan import Plan

SLOTS = {"adam": 2, "adamw": 2}
"""Arrays of optimiser state; `sgd` keeps one where it has momentum."""


def demand(experiment: Experiment) -> Demand:
    """Return what a run of an experiment will write."""
    epochs, optimizer = experiment.training.epochs, experiment.optimizer
    return Demand(
        parameters=experiment.layout.size,
        checkpoints=len(kept_epochs(experiment.record, epochs)),
        evaluations=epochs + 1,
        slots=SLOTS.get(optimizer.name, int(optimizer.momentum > 0)),
    )


def still_needed(plans: Sequence[Plan], at_once: int = 1) -> int:
    """Return the bytes that planned runs have yet to write.

    What some of them take up for a while, as when they are compacted, is counted for the
    `at_once` largest, since so many processes end runs at the same time.
    """
    left, passing = 0, []
    for plan in plans:
        if plan.action == "reuse" or _ended(plan):
            continue
        wanted = demand(plan.experiment)
        there = disk_bytes(plan.path) if plan.path.is_dir() else 0
        left += max(wanted.kept - there, 0)
        passing.append(wanted.passing)
    return left + sum(sorted(passing)[-at_once:])


def _ended(plan: Plan) -> bool:
    """Return whether a run ended since it was planned, perhaps before it took its share."""
    try:
        return bool(read_summary_file(plan.path)["state"] in ("finished", "failed"))
    except (GrokscopeError, OSError, KeyError):
        return False
