"""Session: trains experiments in this process, from a new or an interrupted run to its end."""

import contextlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import TracebackType

import torch

from grokscope.config import Experiment
from grokscope.errors import GrokscopeError, RunHeld, StoreFailed
from grokscope.kinds import Split
from grokscope.models.device import choose
from grokscope.store.budget import PublishBudget
from grokscope.store.writer import RunWriter
from grokscope.train import device as devices
from grokscope.train.checkpoints import kept_epochs
from grokscope.train.ensemble import Ensemble, State, initial_state, shape_key
from grokscope.train.plan import Plan
from grokscope.train.provenance import describe
from grokscope.train.recording import Ending, Recording
from grokscope.train.stop import Stop


@dataclass
class Seat:
    """One run's place in a session."""

    experiment: Experiment
    split: Split
    writer: RunWriter
    state: State
    fresh: bool
    """Whether it has no evaluation yet."""
    kept: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        self.kept = kept_epochs(self.experiment.record, self.experiment.training.epochs)


@dataclass(frozen=True)
class Ended:
    """How one run left a session."""

    id: str
    ending: Ending
    reason: str = ""


def train(
    plans: Sequence[Plan],
    store: Path,
    *,
    device: str = "auto",
    chunk: int | None = None,
    stop: Stop | None = None,
    notify: Callable[[str], None] = print,
) -> list[Ended]:
    """Train every planned run to its end, those of equal shape together.

    Parameters
    ----------
    store : Path
        Where new runs appear.
    device : str
        "auto", "cpu", "cuda" or "cuda:n".
    chunk : int, optional
        Runs per kernel; chosen by device where not given.
    stop : Stop, optional
        Once it is requested, every run is checkpointed and left as interrupted.
    notify : callable
        Receives one line where the user should know something, such as a slow store.

    Returns
    -------
    list of Ended, in the order of training

    Raises
    ------
    RunHeld
        If another process writes one of the runs.
    StoreFailed
        If the store takes no more writes; runs stay resumable.
    """
    devices.settle()
    target = choose(device)
    budget = PublishBudget()
    ended: list[Ended] = []
    with contextlib.ExitStack() as unfinished:
        seats = []
        for plan in plans:
            seat = _seat(plan, store, budget, notify)
            unfinished.push(partial(_let_go, seat.writer))
            seats.append(seat)
        for group in _groups(seats):
            ended += _train_together(group, target, chunk, stop or Stop(), notify)
    return ended


def _let_go(
    writer: RunWriter,
    kind: type[BaseException] | None,
    error: BaseException | None,
    trace: TracebackType | None,
) -> None:
    """Leave a run whose session failed as interrupted, or as it stands if nothing can be written.

    A run that has ended already is not touched.
    """
    if isinstance(error, GrokscopeError) and not isinstance(error, StoreFailed | RunHeld):
        writer.finish("interrupted", str(error))
    elif error is not None:
        writer.abandon()


def _seat(plan: Plan, store: Path, budget: PublishBudget, notify: Callable[[str], None]) -> Seat:
    experiment = plan.experiment
    split = experiment.split()
    if plan.action == "resume":
        writer, point = RunWriter.reopen(plan.path, budget=budget, notify=notify)
        writer.layout = experiment.layout
        if point is not None:
            slots = {name: row for name, row in point.arrays.items() if name != "theta"}
            epoch, step = int(point.counters["epoch"]), int(point.counters["step"])
            state = State(epoch, step, point.arrays["theta"], slots)
            return Seat(experiment, split, writer, state, fresh=False)
        return Seat(experiment, split, writer, initial_state(experiment), fresh=True)
    epochs = experiment.training.epochs
    writer = RunWriter.create(
        store,
        plan.id,
        config=experiment.as_config(),
        yardstick=experiment.yardstick(split),
        layout=experiment.layout,
        attrs={"config_digest": experiment.digest},
        total_steps=epochs * experiment.steps_per_epoch,
        total_epochs=epochs,
        budget=budget,
        notify=notify,
    )
    return Seat(experiment, split, writer, initial_state(experiment), fresh=True)


def _groups(seats: Sequence[Seat]) -> list[list[Seat]]:
    """Return the seats that can train together, groups and runs in the order given."""
    groups: dict[tuple[object, ...], list[Seat]] = {}
    for seat in seats:
        key = (*shape_key(seat.experiment, seat.split), seat.state.step, seat.fresh)
        groups.setdefault(key, []).append(seat)
    return list(groups.values())


def _train_together(
    seats: Sequence[Seat],
    device: torch.device,
    chunk: int | None,
    stop: Stop,
    notify: Callable[[str], None],
) -> list[Ended]:
    chunk = chunk or devices.default_chunk(device, len(seats))
    experiments = [s.experiment for s in seats]
    ensemble = Ensemble(
        experiments, [s.split for s in seats], [s.state for s in seats], device, chunk
    )
    for seat in seats:
        seat.writer.set_attrs(describe(ensemble, device, chunk))
    lost: dict[int, Ended] = {}
    with Recording([s.writer for s in seats], notify) as recording:
        if seats[0].fresh:
            _observe(ensemble, seats, recording, lost)
        ending: Ending = "finished"
        while ensemble.epoch < experiments[0].training.epochs and len(lost) < len(seats):
            if stop.requested:
                ending = "interrupted"
                break
            ensemble.advance()
            _observe(ensemble, seats, recording, lost)
        for i in range(len(seats)):
            if i not in lost:
                recording.save(i, ensemble.state(i))
                recording.end(i, ending)
    return [lost.get(i, Ended(seat.writer.id, ending)) for i, seat in enumerate(seats)]


def _observe(
    ensemble: Ensemble, seats: Sequence[Seat], recording: Recording, lost: dict[int, Ended]
) -> None:
    """Record metrics, due checkpoints and a due resume point; part with runs that diverged."""
    save = recording.wants_resume_point
    for i, metrics in enumerate(ensemble.evaluate()):
        if i in lost:
            continue
        recording.log(i, ensemble.step, ensemble.epoch, metrics)
        if not math.isfinite(metrics["train_loss"]):
            reason = f"diverged: train loss is {metrics['train_loss']} at epoch {ensemble.epoch}"
            recording.end(i, "failed", reason)
            lost[i] = Ended(seats[i].writer.id, "failed", reason)
            continue
        if ensemble.epoch in seats[i].kept:
            recording.checkpoint(i, ensemble.step, ensemble.epoch, ensemble.weights(i))
        if save:
            recording.save(i, ensemble.state(i))
