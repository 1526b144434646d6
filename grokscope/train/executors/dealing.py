"""Dealing: which of the planned runs a process trains next."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from grokscope.config import Experiment
from grokscope.train.plan import Plan

LEAST = 1 / 16
"""Of a process' share of all work, what it is given at least each time, or else one run."""


def cost(experiment: Experiment) -> float:
    """Return roughly how much work a run is, for others like it: examples x parameters."""
    seen = experiment.task.n_train * experiment.own_epochs
    return float(seen) * experiment.layout.size


def cost_of(plan: Plan) -> float:
    """Return what `cost` does of a plan."""
    return cost(plan.experiment)


def deal(
    plans: Sequence[Plan],
    processes: int,
    work: Callable[[Plan], float] = cost_of,
    at_once: bool = False,
) -> list[list[Plan]]:
    """Return the plans in parcels, none of them empty, in the order they are to be begun.

    Runs of one kind are dealt in as many parcels as there are processes, since they end together.
    Else the longest runs come first, and whoever is done takes the next parcel: half of a
    process' share of what is left, so that the last ones are small and all end at about the same
    time. Runs of equal shape are side by side, and train together where they share a parcel.

    Parameters
    ----------
    work : callable
        What a run takes, in any unit.
    at_once : bool
        Whether each process is to have its whole share at once.
    """
    kinds: dict[str, list[Plan]] = {}
    for plan in sorted(plans, key=work, reverse=True):
        kinds.setdefault(_kind(plan.experiment), []).append(plan)
    ordered = [plan for some in kinds.values() for plan in some]
    if at_once or len(kinds) == 1:
        return _shares(ordered, processes, work)
    total = left = sum(map(work, ordered))
    parcels: list[list[Plan]] = []
    for some in kinds.values():
        rest = list(some)
        while rest:
            target = max(left / 2, total * LEAST) / processes
            taken, parcel = 0.0, list[Plan]()
            while rest and (not parcel or taken + work(rest[0]) <= target):
                taken += work(rest[0])
                parcel.append(rest.pop(0))
            left -= taken
            parcels.append(parcel)
    return parcels


def _shares(ordered: Sequence[Plan], parts: int, work: Callable[[Plan], float]) -> list[list[Plan]]:
    """Return at most so many parts of about equal work."""
    share = sum(map(work, ordered)) / parts
    dealt: list[list[Plan]] = [[] for _ in range(parts)]
    done = 0.0
    for plan in ordered:
        # where the middle of a run's work lies among all work decides
        middle = done + work(plan) / 2
        dealt[min(int(middle / share) if share else 0, parts - 1)].append(plan)
        done += work(plan)
    return [part for part in dealt if part]


def _kind(experiment: Experiment) -> str:
    """Return what runs have in common that may train together."""
    plain = replace(experiment.model, init_scale=1.0)
    return repr((plain, experiment.task, experiment.optimizer.name, experiment.training))
