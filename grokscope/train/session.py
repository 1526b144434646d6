"""Session: trains experiments in this process, from a new or an interrupted run to its end."""

import contextlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType

import torch

from grokscope.errors import GrokscopeError, RunHeld, StoreFailed
from grokscope.models.device import choose
from grokscope.store.writing.budget import PublishBudget
from grokscope.train import chunks
from grokscope.train import device as devices
from grokscope.train.admission import admit
from grokscope.train.course import Course, Pace
from grokscope.train.cuda.ahead import OnCuda
from grokscope.train.ensemble import Ensemble
from grokscope.train.loop import Ended, Loop
from grokscope.train.plan import Plan
from grokscope.train.provenance import began_on, changed, chosen_on, describe
from grokscope.train.recording import Recording
from grokscope.train.seats import Seat, groups, take
from grokscope.train.stop import Stop


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
        Once it is requested, every run that has begun is checkpointed and left as interrupted,
        and no other begins.
    notify : callable
        Receives one line where the user should know something, such as a slow store.

    Returns
    -------
    list of Ended, in the order of training

    Raises
    ------
    RunHeld
        If another process writes one of the runs.
    BadConfig
        If runs do not fit into the device's memory; they stay resumable.
    RunGone
        If the directories of all runs were removed or renamed; where some are left, they go on.
    StoreFailed
        If the store takes no more writes; runs stay resumable.
    """
    devices.settle()
    choose(device)
    admit([plan.experiment for plan in plans])
    budget = PublishBudget()
    ended: list[Ended] = []
    stop = stop or Stop()
    with contextlib.ExitStack() as unfinished:
        seats: list[Seat] = []
        for plan in plans:
            if seats and stop.requested:
                break
            seat = take(plan, store, budget, notify)
            unfinished.push(partial(_let_go, seat))
            seats.append(seat)
        gone: list[GrokscopeError] = []
        for group in groups(seats):
            before = len(gone)
            ended += _train_together(group, device, chunk, stop, notify, gone)
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
    try:
        with devices.multiplying(seats[0].experiment.training.precision):
            return _train_on(target, seats, chunk, stop, notify, gone)
    except torch.OutOfMemoryError as error:
        how = "with the copies that are kept there"
        raise chunks.too_large(len(seats), target, how) from error


def _all_of(trial: Ensemble) -> None:
    """Take an epoch and its evaluation, for the memory that they need."""
    trial.advance()
    trial.scores()


def _train_on(
    target: torch.device,
    seats: Sequence[Seat],
    chunk: int | None,
    stop: Stop,
    notify: Callable[[str], None],
    gone: list[GrokscopeError],
) -> list[Ended]:
    experiments = [s.experiment for s in seats]
    splits, states = [s.split for s in seats], [s.state for s in seats]
    chosen = chosen_on(target, seats[0].before)
    path = chosen.get("path")

    def first(count: int) -> Callable[[], None]:
        some = slice(count if target.type == "cpu" else None)
        trial = Ensemble(experiments[some], splits[some], states[some], target, count, path)
        return trial.advance if target.type == "cpu" else lambda: _all_of(trial)

    chunk = chunk or chunks.choose(len(seats), target, chosen.get("chunk"), first)
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
    recording = Recording([s.writer for s in seats], notify, stop)
    try:
        with recording:
            pace: Pace = OnCuda(target, notify) if target.type == "cuda" else Course
            loop = Loop(ensemble, seats, recording, stop, pace)
            # it may go on with a smaller one, which must find this one's memory free
            del ensemble
            return loop.run()
    finally:
        gone += recording.lost.values()
        for seat in seats:
            seat.detached = recording.detached
