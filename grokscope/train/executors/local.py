"""Local executor: planned runs in this process, or spread over processes of this machine."""

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import torch

from grokscope.errors import GrokscopeError
from grokscope.models.device import choose
from grokscope.store.listing.room import human
from grokscope.train.admission import rehearse
from grokscope.train.device import cores
from grokscope.train.executors.dealing import cost_of, deal
from grokscope.train.loop import Ended
from grokscope.train.plan import Plan
from grokscope.train.session import train
from grokscope.train.stop import SIGNALS, Stop, orphaned_from

Notify = Callable[[str], None]
Work = Callable[[Plan], float]
Message = str | GrokscopeError | KeyboardInterrupt | list[Ended] | None
MOMENT = 1.0
"""Seconds that processes have to end by themselves after an abort."""


@dataclass(frozen=True)
class Place:
    """What a worker process needs to know."""

    store: Path
    device: str
    parent: int
    gpu: str = ""
    """The one that the process sees; empty where it sees all."""


def execute(
    plans: Sequence[Plan],
    store: Path,
    *,
    device: str,
    jobs: int | None,
    stop: Stop,
    notify: Notify,
    work: Work = cost_of,
) -> list[Ended]:
    """Train every planned run, the runs dealt out to `jobs` processes.

    A single process is this one. On the CPU there is one process per core unless told
    otherwise, and each computes on one thread; on CUDA there is one per device, and each sees
    that one alone. Once `stop` is requested, all end cleanly.

    Parameters
    ----------
    work : callable
        What a run takes, in any unit, by which runs are dealt.

    Returns
    -------
    list of Ended
        Those that could be started.

    Raises
    ------
    GrokscopeError
        What stopped a process, after the others have ended.
    KeyboardInterrupt
        If one was aborted; the last resume points stand.
    """
    gpus, count = visible_gpus(device), min(jobs or processes(device), len(plans))
    parcels = deal(plans, count, work, at_once=bool(gpus) or count == 1)
    if held := rehearse(parcels, store, count):
        notify(f"the flight recorder holds up to {human(held)} in memory")
    if stop.requested:
        return []
    if len(parcels) == 1:
        return train(plans, store, device=device, stop=stop, notify=notify)
    places = [
        Place(store, device, os.getpid(), gpus[i % len(gpus)] if gpus else "")
        for i in range(min(count, len(parcels)))
    ]
    return _spread(places, parcels, stop, notify)


def refuse(plans: Sequence[Plan], store: Path, *, device: str, jobs: int | None) -> None:
    """Refuse what `execute` would, and train nothing.

    Raises
    ------
    GrokscopeError
        The one that training would raise.
    """
    count = min(jobs or processes(device), len(plans))
    rehearse(deal(plans, count, at_once=True), store, count)


def processes(device: str) -> int:
    """Return in how many processes runs are trained unless told otherwise.

    Raises
    ------
    NoDevice
        If there is no such device.
    """
    return len(visible_gpus(device)) or cores()


def visible_gpus(device: str) -> list[str]:
    """Return what CUDA calls the devices that `device` may mean; empty on the CPU.

    Raises
    ------
    NoDevice
        If there is no such device.
    """
    if choose(device).type != "cuda":
        return []
    if device not in ("auto", "cuda"):
        return [""]
    named = [name for name in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if name]
    return named or [str(i) for i in range(torch.cuda.device_count())]


def _spread(
    places: Sequence[Place], parcels: Sequence[Sequence[Plan]], stop: Stop, notify: Notify
) -> list[Ended]:
    # a forked torch may deadlock in its thread pools
    context = multiprocessing.get_context("spawn")
    asked = context.Event()
    workers: dict[Connection, BaseProcess] = {}
    try:
        for place in places:
            if stop.requested:
                break
            here, there = context.Pipe()
            worker = context.Process(target=_work, args=(place, asked, there))
            # one that has been started is known before an abort can come
            with _signals_blocked():
                worker.start()
                workers[here] = worker
            there.close()
        return _gather(workers, list(parcels), stop, asked, notify)
    finally:
        asked.set()
        _end(list(workers.values()))


def _end(workers: Sequence[BaseProcess]) -> None:
    """End those that an abort left: they may stop cleanly for a moment, then they are killed.

    Only then may the parent go on, since processes that are starting read what it holds.
    """
    with _signals_blocked():
        for worker in workers:
            worker.terminate()
        until = time.monotonic() + MOMENT
        for worker in workers:
            worker.join(max(until - time.monotonic(), 0.0))
            worker.kill()
            worker.join()


def _gather(
    workers: dict[Connection, BaseProcess],
    parcels: list[Sequence[Plan]],
    stop: Stop,
    asked: Event,
    notify: Notify,
) -> list[Ended]:
    """Hand parcels out; return what workers ended with once all have; raise what stopped one."""
    ended: list[Ended] = []
    failures: list[BaseException] = []
    for pipe in workers:
        _hand_out(pipe, parcels)
    while workers:
        if stop.requested:
            asked.set()
        heard = wait(list(workers), timeout=0.2)
        for pipe in [one for one in workers if one in heard]:
            message = _receive(workers, pipe)
            if isinstance(message, str):
                notify(message)
            elif isinstance(message, BaseException):
                failures.append(message)
                if isinstance(message, KeyboardInterrupt):
                    parcels.clear()
            elif message is not None:
                ended += message
                _hand_out(pipe, [] if stop.requested else parcels)
    if failures:
        raise failures[0]
    return ended


def _hand_out(pipe: Connection, parcels: list[Sequence[Plan]]) -> None:
    """Give a worker the next parcel, or let it go."""
    with contextlib.suppress(BrokenPipeError):
        pipe.send(parcels.pop(0) if parcels else [])


@contextlib.contextmanager
def _signals_blocked() -> Iterator[None]:
    """Hold back signals; a process started meanwhile holds them back until it can answer them.

    Another thread may take one that this thread blocks, and handlers run in the main one all the
    same: what they are for is done afterwards.
    """
    late: list[int] = []
    answered: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        for number in SIGNALS:
            if callable(signal.getsignal(number)):
                answered[number] = signal.signal(number, lambda number, _: late.append(number))
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        for told, handler in answered.items():
            signal.signal(told, handler)
        for told in late:
            signal.raise_signal(told)


def _receive(workers: dict[Connection, BaseProcess], pipe: Connection) -> Message:
    """Return a worker's next message; at its end drop it: None, or what to say if it failed."""
    try:
        message: Message = pipe.recv()
    except EOFError:
        worker = workers.pop(pipe)
        worker.join()
        if not worker.exitcode:
            return None
        return GrokscopeError(
            f"a training process (pid {worker.pid}) ended with exit code {worker.exitcode}; "
            "its runs can be resumed"
        )
    return message


def _train(place: Place, stop: Stop, pipe: Connection) -> None:
    """Train the parcels that come, until an empty one does."""
    while plans := pipe.recv():
        if stop.requested:
            return
        pipe.send(train(plans, place.store, device=place.device, stop=stop, notify=pipe.send))


def _work(place: Place, asked: Event, pipe: Connection) -> None:
    if place.gpu:
        os.environ["CUDA_VISIBLE_DEVICES"] = place.gpu
    orphaned = orphaned_from(place.parent)
    # a parent that was aborted listens no more
    with (
        contextlib.suppress(BrokenPipeError, EOFError),
        Stop(lambda: asked.is_set() or orphaned()) as stop,
    ):
        # what is typed is for the parent to answer: here it stays held back
        signal.pthread_sigmask(signal.SIG_UNBLOCK, set(SIGNALS) - {signal.SIGINT})
        try:
            _train(place, stop, pipe)
        except GrokscopeError as error:
            pipe.send(error)
        except KeyboardInterrupt:
            pipe.send(KeyboardInterrupt())
        finally:
            signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
