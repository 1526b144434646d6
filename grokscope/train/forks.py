"""Forks: runs that go on from a checkpoint of another, with changes."""

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from grokscope.config import Experiment
from grokscope.config.sections import Fork
from grokscope.errors import BadConfig, GrokscopeError, MissingData, RunHeld, listed
from grokscope.store.checkpoints.resume import ResumePoint, load_resume
from grokscope.store.checkpoints.segments import row_digests
from grokscope.store.checkpoints.trajectory import Trajectory, open_trajectory
from grokscope.store.curves.reader import read_attrs, read_config
from grokscope.store.listing.summary import RunSummary, read_summary
from grokscope.train.plan import Plan, plan
from grokscope.train.points import unpack

NEAREST = 2
"""Checkpoints that an error names on either side of the one there is not."""
ALIKE = {"adam": "moments", "adamw": "moments", "sgd": "momentum"}
"""What the state of an optimiser is made of; one of the same kind can be kept."""


@dataclass(frozen=True)
class Place:
    """Which checkpoint of a run is meant."""

    at: float
    unit: Literal["step", "epoch"] = "step"


@dataclass(frozen=True)
class Start:
    """Where a fork begins."""

    step: int
    epoch: int
    theta: NDArray[np.float32]
    """Parameters, (parameter,)."""
    slots: Mapping[str, NDArray[np.float32]] | None
    """State of the optimiser; None where it is not known, or not to be kept."""
    held_since: int | None = None
    """Epoch since which the condition for an early end has held."""


def plan_forks(
    parent: RunSummary,
    place: Place | None,
    changes: Callable[[Experiment], Iterable[Experiment]],
    *,
    reset: bool = False,
    again: bool = False,
) -> list[Plan]:
    """Return what to do for the forks of a run, live or not, at one of its checkpoints.

    A fork is a run of its own, whose configuration holds where it began; one that was asked for
    before is reused or resumed. The state of the optimiser is kept where it is known, which is at
    the resume point, and else begins at zero. What decides the weights of step 0 stays: a new
    root seed is one of data, order and noise, and a norm that is to be kept is that of the
    checkpoint.

    Parameters
    ----------
    place : Place, optional
        Which checkpoint; where not given, the resume point, else the last checkpoint.
    changes : callable
        Returns the experiments that are to go on there, from the parent's.
    reset : bool
        Let the optimiser's state begin at zero even where it is known.
    again : bool
        Make new runs beside those of the same configuration.

    Raises
    ------
    BadConfig
        If a loop of the user's own recorded the parent, or if a change does not go with its
        checkpoints.
    MissingData
        If there is no such checkpoint; names the nearest.
    RunHeld
        If a fork that was asked for before is being trained.
    """
    attrs = read_attrs(parent.path)
    if attrs.get("source") == "recorder":
        raise BadConfig(
            f"run {parent.id} was recorded by a loop of your own, which alone can go on with it"
        )
    known = Experiment.from_config(read_config(parent.path))
    start = find_start(parent.path, place)
    if start.theta.size != known.layout.size:
        raise BadConfig(
            f"run {parent.id}: its checkpoint holds {start.theta.size} parameters, and its "
            f"configuration has {known.layout.size}; it cannot be forked"
        )
    began = Fork(
        parent=parent.id,
        parent_digest=str(attrs.get("config_digest", "")),
        step=start.step,
        epoch=start.epoch,
        checkpoint=row_digests(known.layout, [start.theta])[0],
        optimizer_since=known.fork.optimizer_since if known.fork else 0,
    )
    wanted = [_fork(known, one, start, began) for one in changes(known)]
    fresh = [replace(one, fork=replace(began, optimizer_since=start.step)) for one in wanted]
    store = parent.path.parent
    there = [False if reset else _there(one, store) for one in wanted]
    chosen = [
        kept if not reset and (found or _keeps(start, known, kept)) else anew
        for kept, anew, found in zip(wanted, fresh, there, strict=True)
    ]
    return plan(chosen, store, again)


def find_start(run: Path, place: Place | None) -> Start:
    """Return where a fork of a run begins, with the state of the optimiser where it is known.

    Raises
    ------
    MissingData
        If the run has no such checkpoint; names the nearest.
    BadConfig
        If its parameters are not finite.
    """
    point, trajectory = _point(run), _trajectory(run)
    steps = [] if trajectory is None else trajectory.checkpoints.tolist()
    epochs = dict(zip(steps, [] if trajectory is None else trajectory.epoch.tolist(), strict=True))
    if point is not None:
        epochs[point.step] = float(point.counters["epoch"])
    step = _step(run.name, epochs, place, point)
    if point is not None and step == point.step:
        state = unpack(point)
        start = Start(step, state.epoch, state.theta, state.slots, state.held_since)
    else:
        assert trajectory is not None
        start = Start(step, int(epochs[step]), trajectory.rows(steps.index(step)), None)
    if not np.isfinite(start.theta).all():
        raise BadConfig(f"run {run.name} at step {step} holds parameters that are not finite")
    return start


def start_of(experiment: Experiment, store: Path) -> Start:
    """Return where a fork begins, from the run that it goes on from.

    Raises
    ------
    MissingData, NotARun, Unreadable
        If the store holds that run, the checkpoint or the optimiser's state no more.
    """
    began = experiment.fork
    assert began is not None
    parent = read_summary(store / began.parent)
    start = find_start(parent.path, Place(began.step))
    if row_digests(experiment.layout, [start.theta])[0] != began.checkpoint:
        raise MissingData(
            f"run {began.parent} holds other parameters at step {began.step} than those forked"
        )
    if began.optimizer_since == began.step:
        return replace(start, slots=None)
    if start.slots is None:
        raise MissingData(
            f"run {began.parent} holds the optimiser's state at step {began.step} no more; fork it"
            " anew, or with --reset-optimizer"
        )
    before = Experiment.from_config(read_config(parent.path)).training
    ends = ("stop_metric", "stop_beyond")
    same = all(getattr(before, key) == getattr(experiment.training, key) for key in ends)
    return start if same else replace(start, held_since=None)


def _point(run: Path) -> ResumePoint | None:
    with contextlib.suppress(GrokscopeError):
        return load_resume(run)
    return None


def _trajectory(run: Path) -> Trajectory | None:
    with contextlib.suppress(MissingData):
        return open_trajectory(run)
    return None


def _step(
    name: str, epochs: Mapping[int, float], place: Place | None, point: ResumePoint | None
) -> int:
    """Return the step of the checkpoint that is meant, from the epochs of all there are."""
    if not epochs:
        raise MissingData(f"run {name} holds no checkpoint that could be gone on from")
    if place is None:
        return max(epochs) if point is None else point.step
    times = {step: step if place.unit == "step" else epoch for step, epoch in epochs.items()}
    found = [step for step, time in times.items() if time == place.at]
    if found:
        return found[0]
    below = sorted(time for time in times.values() if time < place.at)[-NEAREST:]
    above = sorted(time for time in times.values() if time > place.at)[:NEAREST]
    raise MissingData(
        f"run {name} has no checkpoint at {place.unit} {place.at:.17g}; the nearest are at "
        f"{listed(f'{time:.17g}' for time in (*below, *above))}"
    )


def _fork(parent: Experiment, child: Experiment, start: Start, began: Fork) -> Experiment:
    """Return a changed experiment as a fork, after a look at whether it can be one."""
    epochs = child.training.epochs
    if epochs <= began.epoch:
        raise BadConfig(
            f"run {began.parent} at step {began.step} is at epoch {began.epoch}, and the fork is to"
            f" have {epochs} epochs; give more with: --set epochs={began.epoch + 100}"
        )
    if child.layout != parent.layout or start.theta.shape != (child.layout.size,):
        raise BadConfig(
            f"the {start.theta.size} parameters of run {began.parent} do not fit the fork, whose"
            f" {child.model.name} for {child.task.name} has {_shapes(child)}"
        )
    seed, optimizer = child.seed, child.optimizer
    if seed.root != parent.seed.root and seed.init is None:
        init = parent.seed.root if parent.seed.init is None else parent.seed.init
        seed = replace(seed, init=init)
    if not np.array_equal(_drawn(replace(child, seed=seed)), _drawn(parent)):
        raise BadConfig(
            f"a fork takes its parameters from run {began.parent}; what decides those of step 0,"
            " as init_scale and seed.init do, cannot change"
        )
    if optimizer.keep_norm and not parent.optimizer.keep_norm:
        norm = float(np.linalg.norm(start.theta.astype(np.float64)))
        optimizer = replace(optimizer, keep_norm=False, fixed_norm=norm)
    return replace(child, seed=seed, optimizer=optimizer, fork=began)


def _keeps(start: Start, parent: Experiment, child: Experiment) -> bool:
    same = ALIKE[parent.optimizer.name] == ALIKE[child.optimizer.name]
    return start.slots is not None and same


def _there(experiment: Experiment, store: Path) -> bool:
    """Return whether a fork that kept the optimiser's state was made before."""
    try:
        (found,) = plan([experiment], store)
    except RunHeld:
        return True
    return found.action != "train"


def _drawn(experiment: Experiment) -> NDArray[Any]:
    return experiment.model.initial(experiment.task.signature, experiment.seed.rng("init"))


def _shapes(experiment: Experiment) -> str:
    specs: Sequence[Any] = experiment.layout.parameters
    return listed(f"{p.name} {list(p.shape)}" for p in specs)
