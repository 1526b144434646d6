"""Session: trains experiments in this process, from a new or an interrupted run to its end."""

import contextlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType

from grokscope.errors import GrokscopeError, RunHeld, StoreFailed
from grokscope.models.device import choose
from grokscope.store.writing.budget import PublishBudget
from grokscope.train import device as devices
from grokscope.train.ensemble import Ensemble
from grokscope.train.plan import Plan
from grokscope.train.provenance import began_on, changed, describe
from grokscope.train.recording import Ending, Recording
from grokscope.train.seats import Seat, groups, take
from grokscope.train.stop import Stop


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
    RunGone
        If the directories of all runs were removed or renamed; where some are left, they go on.
    StoreFailed
        If the store takes no more writes; runs stay resumable.
    """
    devices.settle()
    choose(device)
    budget = PublishBudget()
    ended: list[Ended] = []
    with contextlib.ExitStack() as unfinished:
        seats = []
        for plan in plans:
            seat = take(plan, store, budget, notify)
            unfinished.push(partial(_let_go, seat))
            seats.append(seat)
        gone: list[GrokscopeError] = []
        for group in groups(seats):
            before = len(gone)
            ended += _train_together(group, device, chunk, stop or Stop(), notify, gone)
            if len(gone) > before and len(group) == 1 < len(plans):
                notify(str(gone[-1]))
    if gone and len(gone) == len(plans):
        raise gone[0]
    return ended


def _let_go(
    seat: Seat,
    kind: type[BaseException] | None,
    error: BaseException | None,
    trace: TracebackType | None,
) -> None:
    """Leave a run whose session failed as interrupted, or as it stands if nothing can be written.

    A run that has ended already is not touched, nor one that a thread is still writing.
    """
    writer = seat.writer
    if seat.detached:
        return
    if isinstance(error, StoreFailed):
        writer.abandon(str(error))
    elif isinstance(error, GrokscopeError) and not isinstance(error, RunHeld):
        writer.finish("interrupted", str(error))
    elif error is not None:
        writer.abandon()


def _train_together(
    seats: Sequence[Seat],
    device: str,
    chunk: int | None,
    stop: Stop,
    notify: Callable[[str], None],
    gone: list[GrokscopeError],
) -> list[Ended]:
    target = began_on(seats[0].before) if device == "auto" else choose(device)
    chunk = chunk or devices.default_chunk(target, len(seats))
    experiments = [s.experiment for s in seats]
    splits, states = [s.split for s in seats], [s.state for s in seats]
    path = seats[0].before.get("path")
    ensemble = Ensemble(experiments, splits, states, target, chunk, path)
    for seat in seats:
        now = describe(ensemble, target, chunk)
        changes = changed(seat.before, now)
        if changes:
            notify(
                f"{seat.writer.id} goes on with another {', '.join(changes)}: the last bits of"
                " its numbers may differ from a run that never stopped"
            )
        seat.writer.set_attrs(now | changes)
    recording = Recording([s.writer for s in seats], notify)
    try:
        with recording:
            return _record(ensemble, seats, recording, stop)
    finally:
        gone += recording.lost.values()
        for seat in seats:
            seat.detached = recording.detached


def _record(
    ensemble: Ensemble, seats: Sequence[Seat], recording: Recording, stop: Stop
) -> list[Ended]:
    """Train runs together to their end, or as far as there is a request to stop."""
    lost: dict[int, Ended] = {}
    if seats[0].fresh:
        _observe(ensemble, seats, recording, lost)
    ending: Ending = "finished"
    while ensemble.epoch < seats[0].experiment.training.epochs and len(lost) < len(seats):
        if stop.requested:
            ending = "interrupted"
            break
        ensemble.advance()
        _observe(ensemble, seats, recording, lost)
    for i in range(len(seats)):
        if i not in lost:
            recording.save(i, ensemble.state(i))
            recording.end(i, ending)
    recording.close()
    _part_with(seats, recording, lost)
    return [lost.get(i, Ended(seat.writer.id, ending)) for i, seat in enumerate(seats)]


def _part_with(seats: Sequence[Seat], recording: Recording, lost: dict[int, Ended]) -> None:
    """Leave runs whose files are gone or another process's, and say so; the others go on."""
    for i, error in list(recording.lost.items()):
        if i not in lost:
            lost[i] = Ended(seats[i].writer.id, "failed", str(error))
            if len(seats) > 1:
                recording.notify(str(error))


def _observe(
    ensemble: Ensemble, seats: Sequence[Seat], recording: Recording, lost: dict[int, Ended]
) -> None:
    """Record metrics, due checkpoints and a due resume point; part with runs that diverged."""
    _part_with(seats, recording, lost)
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
        asked = seats[i].writer.control.stop
        if save or asked:
            recording.save(i, ensemble.state(i))
        if asked:
            recording.end(i, "interrupted")
            lost[i] = Ended(seats[i].writer.id, "interrupted")
