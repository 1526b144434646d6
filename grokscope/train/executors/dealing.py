"""Dealing: which process trains which of the planned runs."""

from collections.abc import Sequence
from dataclasses import replace

from grokscope.config import Experiment
from grokscope.train.plan import Plan


def deal(plans: Sequence[Plan], parts: int) -> list[list[Plan]]:
    """Return the plans in at most so many parts of about equal work, none of them empty.

    Runs of equal shape stay side by side, and so mostly in one part, where they train together.
    """
    ordered = sorted(plans, key=lambda plan: _kind(plan.experiment))
    work = [cost(plan.experiment) for plan in ordered]
    share = sum(work) / parts
    dealt: list[list[Plan]] = [[] for _ in range(parts)]
    done = 0.0
    for plan, its in zip(ordered, work, strict=True):
        # where the middle of a run's work lies among all work decides
        dealt[min(int((done + its / 2) / share), parts - 1)].append(plan)
        done += its
    return [part for part in dealt if part]


def cost(experiment: Experiment) -> float:
    """Return roughly how much work a run is, to be compared with others: examples x parameters."""
    seen = experiment.task.n_train * experiment.own_epochs
    return float(seen) * experiment.layout.size


def _kind(experiment: Experiment) -> str:
    """Return what runs have in common that may train together."""
    plain = replace(experiment.model, init_scale=1.0)
    return repr((plain, experiment.task, experiment.optimizer.name, experiment.training))
