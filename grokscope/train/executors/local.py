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
from grokscope.train.executors.dealing import deal
from grokscope.train.loop import Ended
from grokscope.train.plan import Plan
from grokscope.train.session import train
from grokscope.train.stop import SIGNALS, Stop, orphaned_from

Notify = Callable[[str], None]
Message = str | GrokscopeError | KeyboardInterrupt | list[Ended]
MOMENT = 1.0
"""Seconds that processes have to end by themselves after an abort."""


@dataclass(frozen=True)
class Parcel:
    """What a worker process needs to know."""

    plans: Sequence[Plan]
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
) -> list[Ended]:
    """Train every planned run, the runs dealt out to `jobs` processes.

    A single process is this one. On the CPU there is one process per core unless told
    otherwise, and each computes on one thread; on CUDA there is one per device, and each sees
    that one alone. Once `stop` is requested, all end cleanly.

    Returns
    -------
    list of Ended
        Those that could be started, parcel by parcel.

    Raises
    ------
    GrokscopeError
        What stopped a process, after the others have ended.
    KeyboardInterrupt
        If one was aborted; the last resume points stand.
    """
    gpus, parts = _dealt(plans, device, jobs)
    if held := rehearse(parts, store):
        notify(f"the flight recorder holds up to {human(held)} in memory")
    if stop.requested:
        return []
    if len(parts) == 1:
        return train(plans, store, device=device, stop=stop, notify=notify)
    parcels = [
        Parcel(part, store, device, os.getpid(), gpus[i % len(gpus)] if gpus else "")
        for i, part in enumerate(parts)
    ]
    return _spread(parcels, stop, notify)


def refuse(plans: Sequence[Plan], store: Path, *, device: str, jobs: int | None) -> None:
    """Refuse what `execute` would, and train nothing.

    Raises
    ------
    GrokscopeError
        The one that training would raise.
    """
    rehearse(_dealt(plans, device, jobs)[1], store)


def _dealt(
    plans: Sequence[Plan], device: str, jobs: int | None
) -> tuple[list[str], list[list[Plan]]]:
    """Return the devices that CUDA sees, and the plans of each process."""
    return visible_gpus(device), deal(plans, min(jobs or processes(device), len(plans)))


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


def _spread(parcels: Sequence[Parcel], stop: Stop, notify: Notify) -> list[Ended]:
    # a forked torch may deadlock in its thread pools
    context = multiprocessing.get_context("spawn")
    asked = context.Event()
    workers: dict[Connection, BaseProcess] = {}
    try:
        for parcel in parcels:
            if stop.requested:
                break
            here, there = context.Pipe(duplex=False)
            worker = context.Process(target=_work, args=(parcel, asked, there))
            # one that has been started is known before an abort can come
            with _signals_blocked():
                worker.start()
                workers[here] = worker
            there.close()
        return _gather(workers, stop, asked, notify)
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
    workers: dict[Connection, BaseProcess], stop: Stop, asked: Event, notify: Notify
) -> list[Ended]:
    """Return what all workers ended with, once the last one has; raise what stopped one."""
    ended: list[Ended] = []
    failures: list[BaseException] = []
    while workers:
        if stop.requested:
            asked.set()
        for pipe in wait(list(workers), timeout=0.2):
            message = _receive(workers, pipe)  # type: ignore[arg-type]
            if isinstance(message, str):
                notify(message)
            elif isinstance(message, BaseException):
                failures.append(message)
            else:
                ended += message
    if failures:
        raise failures[0]
    return ended


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
    """Return a worker's next message; at its end drop it, and say so if it did not end well."""
    try:
        message: Message = pipe.recv()
    except EOFError:
        worker = workers.pop(pipe)
        worker.join()
        if not worker.exitcode:
            return []
        return GrokscopeError(
            f"a training process (pid {worker.pid}) ended with exit code {worker.exitcode}; "
            "its runs can be resumed"
        )
    return message


def _train(parcel: Parcel, stop: Stop, pipe: Connection) -> list[Ended]:
    return train(parcel.plans, parcel.store, device=parcel.device, stop=stop, notify=pipe.send)


def _work(parcel: Parcel, asked: Event, pipe: Connection) -> None:
    if parcel.gpu:
        os.environ["CUDA_VISIBLE_DEVICES"] = parcel.gpu
    orphaned = orphaned_from(parcel.parent)
    # a parent that was aborted listens no more
    with contextlib.suppress(BrokenPipeError), Stop(lambda: asked.is_set() or orphaned()) as stop:
        # what is typed is for the parent to answer: here it stays held back
        signal.pthread_sigmask(signal.SIG_UNBLOCK, set(SIGNALS) - {signal.SIGINT})
        try:
            pipe.send([] if stop.requested else _train(parcel, stop, pipe))
        except GrokscopeError as error:
            pipe.send(error)
        except KeyboardInterrupt:
            pipe.send(KeyboardInterrupt())
        finally:
            signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
