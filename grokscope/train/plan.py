"""Plan: what running experiments means, given what the store already holds."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from grokscope.config import Experiment
from grokscope.errors import BadConfig, GrokscopeError, MissingData, RunHeld, listed
from grokscope.store.checkpoints.resume import load_resume
from grokscope.store.curves.reader import read_attrs, read_config
from grokscope.store.identifiers import DIGITS, attempts, config_digest, free_id, run_id
from grokscope.store.listing.summary import RunSummary, read_summary
from grokscope.store.lock import read_lock

FAMILY = re.compile(rf"(.+-s\d+-)[0-9a-f]{{{DIGITS}}}(-\d+)?")
"""Ids of one name and seed have the same beginning."""
EPOCHS = "training.epochs"
Action = Literal["train", "resume", "reuse", "live"]
NAMED = 5
"""Most ids that an error tells."""


@dataclass(frozen=True)
class Plan:
    """One run to train, to go on with, to reuse as it is, or to leave to who trains it."""

    experiment: Experiment
    id: str
    action: Action
    path: Path
    force: bool = False
    """Whether to take the run over from a process that may be alive."""
    extends: bool = False
    """Whether the run is to go on past the end that its files tell."""

    @property
    def trains(self) -> bool:
        """Whether there is something to train for it."""
        return self.action in ("train", "resume")


def plan(
    experiments: Sequence[Experiment],
    store: Path,
    again: bool = False,
    shard: tuple[int, int] = (0, 1),
) -> list[Plan]:
    """Return what to do for each experiment.

    A finished (or diverged) run of the same configuration is reused and an interrupted one
    resumed; with `again`, a new run is made beside it. Of several, one that another process
    trains is left to it. A run that was extended counts as one of
    the configuration it began with and of the one it has now.

    Parameters
    ----------
    shard : (int, int)
        (i, n) plans every n-th of the runs, sorted by id, from the i-th one on: the same ones on
        every machine, whatever the store holds.

    Raises
    ------
    RunHeld
        If the only run is being trained by a live process.
    BadConfig
        If two experiments are the same.
    """
    wanted = _identified(experiments)
    part, parts = shard
    if parts > 1:
        wanted = sorted(wanted, key=lambda one: one.id)[part::parts]
    shelf = _Shelf(store)
    return [_plan(one, shelf, again, alone=len(experiments) == 1) for one in wanted]


def plan_resume(summary: RunSummary, force: bool = False) -> Plan:
    """Return how to go on with a stored run, from the configuration it holds.

    Parameters
    ----------
    force : bool
        Take the run over where its process cannot be seen, as on another machine.

    Raises
    ------
    RunHeld
        If a process trains the run that is alive or, without `force`, may be.
    BadConfig
        If a loop of the user's own recorded it, which only that loop can go on with.
    """
    if read_attrs(summary.path).get("source") == "recorder":
        raise BadConfig(
            f"run {summary.id} was recorded by a loop of your own, which alone can go on with it"
        )
    experiment = Experiment.from_config(read_config(summary.path))
    if force and summary.live and not _alive(summary):
        return Plan(experiment, summary.id, "resume", summary.path, force)
    return Plan(experiment, summary.id, _action(summary), summary.path)


def plan_extension(summary: RunSummary, epochs: int) -> Plan:
    """Return how a stored run goes on to `epochs`, from where it ended or was interrupted.

    It keeps its id and its directory; its configuration becomes that of the longer run, with the
    digest of that, and the digests it had are kept as `extended_from`. Both the configuration it
    began with and the longer one find it from then on. What was recorded at its former last
    epoch stays; beyond, checkpoints are those of the longer run.

    Raises
    ------
    RunHeld, BadConfig
        As for `plan_resume`; also if the run goes as far already, ended for another reason than
        its last epoch, or has a schedule that would have taken another course.
    MissingData
        If it has no resume point.
    """
    found = plan_resume(summary)
    training, schedule = found.experiment.training, found.experiment.optimizer.schedule
    why_not = ""
    if epochs <= training.epochs:
        why_not = f"it is to have {training.epochs} epochs already; --epochs takes more"
    elif summary.status == "failed":
        why_not = f"it failed: {summary.reason}"
    elif summary.status == "finished" and summary.epoch < training.epochs:
        why_not = f"it ended early, at epoch {summary.epoch:.0f} of {training.epochs}"
    elif schedule not in ("constant", "step"):
        why_not = (
            f"its {schedule} schedule led to epoch {training.epochs}, and a longer run's leads"
            " elsewhere; train one anew"
        )
    if why_not:
        raise BadConfig(f"run {summary.id} cannot be extended to {epochs} epochs: {why_not}")
    if summary.status == "finished" and load_resume(summary.path) is None:
        raise MissingData(f"run {summary.id} has no resume point to go on from; train one anew")
    longer = replace(found.experiment, training=replace(training, epochs=epochs))
    return replace(found, experiment=longer, action="resume", extends=True)


@dataclass(frozen=True)
class _Wanted:
    experiment: Experiment
    digest: str
    id: str


def _identified(experiments: Sequence[Experiment]) -> list[_Wanted]:
    """Return experiments with the ids of their runs, which depend on nothing else.

    Where six digits of several coincide, the digests' order decides who takes which suffix.
    """
    digests = [one.digest for one in experiments]
    ids: dict[str, str] = {}
    taken: set[str] = set()
    for digest, one in sorted(zip(digests, experiments, strict=True), key=lambda pair: pair[0]):
        if digest not in ids:
            names = attempts(run_id(one.name, one.seed.root, digest))
            ids[digest] = next(name for name in names if name not in taken)
            taken.add(ids[digest])
    if len(ids) < len(digests):
        twice = sorted({ids[digest] for digest in digests if digests.count(digest) > 1})
        more = f" and {len(twice) - NAMED} more" if len(twice) > NAMED else ""
        raise BadConfig(f"the same experiment is asked for twice: {listed(twice[:NAMED])}{more}")
    return [_Wanted(e, d, ids[d]) for e, d in zip(experiments, digests, strict=True)]


class _Shelf:
    """The runs of a store by their digests; of those with another name or seed none is read."""

    def __init__(self, store: Path) -> None:
        self.store = store
        self.families: dict[str, list[str]] = {}
        self.names = {path.name for path in store.iterdir()} if store.is_dir() else set()
        for name in sorted(self.names):
            if family := FAMILY.fullmatch(name):
                self.families.setdefault(family[1], []).append(name)
        self.read: dict[str, dict[str, RunSummary]] = {}

    def find(self, one: _Wanted) -> RunSummary | None:
        """Return the run of an experiment, None where there is none."""
        if one.id in self.names:
            summary = read_summary(self.store / one.id)
            if _digest(summary.config) == one.digest or _extended(summary, one):
                return summary
        family = FAMILY.fullmatch(one.id)
        return self._family(family[1]).get(one.digest) if family else None

    def _family(self, stem: str) -> dict[str, RunSummary]:
        if stem not in self.read:
            found: dict[str, RunSummary] = {}
            for name in self.families.get(stem, []):
                try:
                    summary = read_summary(self.store / name)
                except GrokscopeError:
                    continue
                found.setdefault(_digest(summary.config), summary)
            self.read[stem] = found
        return self.read[stem]


def _plan(one: _Wanted, shelf: _Shelf, again: bool, alone: bool) -> Plan:
    found = None if again else shelf.find(one)
    if found is None:
        name = free_id(shelf.store, one.id) if one.id in shelf.names else one.id
        return Plan(one.experiment, name, "train", shelf.store / name)
    experiment = one.experiment
    if _digest(found.config) != one.digest:
        epochs = int(found.config[EPOCHS])
        experiment = replace(experiment, training=replace(experiment.training, epochs=epochs))
    action: Action = "live" if found.live and not alone else _action(found)
    return Plan(experiment, found.id, action, found.path)


def _extended(summary: RunSummary, one: _Wanted) -> bool:
    """Return whether a run began as the experiment, whose digits it bears, and was extended."""
    epochs = one.experiment.training.epochs
    shorter = {**summary.config, EPOCHS: epochs}
    return summary.config.get(EPOCHS, 0) > epochs and _digest(shorter) == one.digest


def _digest(flat: Mapping[str, Any]) -> str:
    """Return the digest of a configuration as summaries hold it."""
    config: dict[str, Any] = {}
    for key, value in flat.items():
        *sections, name = key.split(".")
        table = config
        for section in sections:
            table = table.setdefault(section, {})
        table[name] = value
    return config_digest(config)


def _action(summary: RunSummary) -> Action:
    if summary.live:
        name = summary.id
        elsewhere = f"if it is known to be gone, take it over with: grokscope resume {name} --force"
        raise RunHeld(
            f"run {name} is being trained by {read_lock(summary.path) or 'another process'} "
            f"({summary.status}); stop it first with: grokscope stop {name}, "
            f"{'' if _alive(summary) else elsewhere + ', '}"
            "or train a second run with: grokscope run --again"
        )
    return "reuse" if summary.status in ("finished", "failed") else "resume"


def _alive(summary: RunSummary) -> bool:
    """Return whether the process that holds a run is seen to live, and cannot be pushed aside."""
    holder = read_lock(summary.path)
    return holder is not None and holder.life() == "alive"
