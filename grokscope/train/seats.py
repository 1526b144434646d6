"""Seats: the runs of a session, each with its data, its writer and where it stands."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grokscope.config import Experiment
from grokscope.errors import RunHeld
from grokscope.kinds import Split
from grokscope.store.curves.reader import read_attrs, read_metrics
from grokscope.store.schema import Attribute, canonical
from grokscope.store.writing.budget import PublishBudget
from grokscope.store.writing.writer import RunWriter
from grokscope.train.admission import memory_told
from grokscope.train.checkpoints import kept_epochs
from grokscope.train.ensemble import State, initial_state, shape_key
from grokscope.train.forks import start_of
from grokscope.train.plan import Plan
from grokscope.train.points import pack, unpack


@dataclass
class Seat:
    """One run's place in a session."""

    experiment: Experiment
    split: Split
    writer: RunWriter
    state: State
    fresh: bool
    """Whether it has no evaluation yet."""
    before: Mapping[str, Attribute]
    """How it was computed until it stopped; empty for a new run."""
    kept: frozenset[int] = field(init=False)
    newest: int = -1
    """Step of the newest checkpoint there is; -1 where that does not matter."""
    detached: bool = False
    """Whether the thread that writes it hangs in a write, and lets go of the run by itself."""

    def __post_init__(self) -> None:
        self.kept = kept_epochs(self.experiment.record, self.experiment.training.epochs)


def take(plan: Plan, store: Path, budget: PublishBudget, notify: Callable[[str], None]) -> Seat:
    """Return the seat of a planned run, whose files exist and are held afterwards.

    Raises
    ------
    RunHeld
        If another process writes the run.
    BadConfig
        If it is too large for this machine.
    Unreadable, StoreFailed
        If its files cannot be read, or written.
    """
    if plan.action == "resume":
        return _taken_up(plan, budget, notify)
    experiment = plan.experiment
    with memory_told(experiment):
        split, state = experiment.split(store), begun(experiment, store)
    batch = experiment.training.batch_size or len(split.train_labels)
    epochs = experiment.training.epochs
    if plan.path.exists():
        raise RunHeld(
            f"run {plan.id} was begun by another process just now; wait for it, or train a second "
            "one with: grokscope run --again"
        )
    writer = RunWriter.create(
        store,
        plan.id,
        config=experiment.as_config(),
        attrs={"loss": experiment.training.loss},
        yardstick=experiment.yardstick(split),
        layout=experiment.layout,
        total_steps=experiment.total_steps(-(-len(split.train_labels) // batch)),
        total_epochs=epochs,
        budget=budget,
        notify=notify,
    )
    seat = Seat(experiment, split, writer, state, fresh=True, before={})
    if experiment.fork is not None:
        _settle(seat)
    return seat


def begun(experiment: Experiment, store: Path) -> State:
    """Return the state that a run begins with: at step 0, or at a checkpoint of another run.

    Raises
    ------
    MissingData, NotARun, Unreadable
        If it begins at a checkpoint that the store holds no more.
    """
    state = initial_state(experiment)
    if experiment.fork is None:
        return state
    start = start_of(experiment, store)
    slots = state.slots | dict(start.slots or {})
    return State(start.epoch, start.step, start.theta, slots, start.held_since)


def _settle(seat: Seat) -> None:
    """Make a fork hold where it began, so that it needs its parent no more."""
    state = seat.state
    seat.newest = state.step
    seat.writer.checkpoint(state.step, state.epoch, state.theta)
    seat.writer.save_resume(*pack(state))


def _taken_up(plan: Plan, budget: PublishBudget, notify: Callable[[str], None]) -> Seat:
    experiment = plan.experiment
    split = experiment.split(plan.path.parent)
    before = read_attrs(plan.path)
    further = _further(experiment, split, before) if plan.extends else {}
    writer, point = RunWriter.reopen(
        plan.path, budget=budget, notify=notify, force=plan.force, **further
    )
    writer.layout = experiment.layout
    if point is None:
        seat = Seat(experiment, split, writer, begun(experiment, plan.path.parent), True, before)
        if experiment.fork is not None:
            _settle(seat)
        return seat
    state = unpack(point)
    fresh = experiment.fork is not None and not read_metrics(plan.path).step.size
    return Seat(experiment, split, writer, state, fresh, before, newest=state.step if fresh else -1)


def _further(
    experiment: Experiment, split: Split, before: Mapping[str, Attribute]
) -> dict[str, Any]:
    """Return what is told anew of a run that goes on past the end it had."""
    epochs, n_train = experiment.training.epochs, len(split.train_labels)
    former = f"{before.get('extended_from', '')} {before.get('config_digest', '')}".strip()
    attrs = {
        "config": canonical(experiment.as_config()),
        "config_digest": experiment.digest,
        "extended_from": former,
    }
    steps = experiment.total_steps(-(-n_train // (experiment.training.batch_size or n_train)))
    return {"attrs": attrs, "total_steps": steps, "total_epochs": epochs}


def groups(seats: Sequence[Seat]) -> list[list[Seat]]:
    """Return the seats that can train together, those of equal optimisers side by side."""
    groups: dict[tuple[object, ...], list[Seat]] = {}
    for seat in seats:
        stands = (seat.state.step, seat.fresh, seat.before.get("path"), seat.before.get("device"))
        key = (*shape_key(seat.experiment, seat.split), *stands)
        groups.setdefault(key, []).append(seat)
    # rows of equal settings share calls where they are neighbours
    return [sorted(group, key=_settings) for group in groups.values()]


def _settings(seat: Seat) -> str:
    return repr(seat.experiment.optimizer)
