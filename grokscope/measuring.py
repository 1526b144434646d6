"""Measuring: what is read of runs, while several processes take the measures that it asks for."""

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from grokscope.errors import GrokscopeError
from grokscope.study import Evidence, Found, Trained

T = TypeVar("T")
THREADS = "OMP_NUM_THREADS"
"""How many threads a process computes with: there is one process for each core."""


class Wanted(Exception):
    """A measure was asked of a run that does not know it yet."""

    def __init__(self, run: "Awaiting", text: str) -> None:
        self.run, self.text = run, text


class Awaiting(Trained):
    """A run whose measures come from elsewhere."""

    def take(self, text: str) -> Found:
        """Raise what says that they are wanted."""
        raise Wanted(self, text)


def gathered(
    readers: Sequence[Callable[[Evidence], T]], evidence: Evidence, processes: int
) -> Iterator[tuple[int, T]]:
    """Yield what each of several functions reads of runs, with its place, as soon as it is known.

    With several processes, a function that asks for a measure not known yet is left, and called
    again once the measure has been taken. What it asks of one run it will ask of the other seeds.

    Raises
    ------
    GrokscopeError
        What a function raises, or if a process ends before it should.
    """
    if processes == 1:
        yield from ((place, read(evidence)) for place, read in enumerate(readers))
        return
    own = {run.path: Awaiting(run.path, run.device) for runs in evidence.values() for run in runs}
    groups = {name: [own[run.path] for run in runs] for name, runs in evidence.items()}
    with Measurers(processes) as measurers:
        ready, waiting = list(range(len(readers))), dict[int, Awaiting]()
        while ready or waiting:
            for place in ready:
                try:
                    yield place, readers[place](groups)
                except Wanted as wanted:
                    waiting[place] = wanted.run
                    for runs in groups.values():
                        if wanted.run in runs:
                            unknown = [run for run in runs if not run.knows(wanted.text)]
                            measurers.ask(unknown, wanted.text)
            measured = measurers.wait() if waiting else None
            ready = [place for place, run in waiting.items() if run is measured]
            for place in ready:
                del waiting[place]


class Measurers:
    """Processes that take measures; each run is worked on by one of them at a time."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._asked: list[tuple[Awaiting, str]] = []
        """In order; what is being taken included."""
        self._workers: dict[Connection, BaseProcess] = {}
        self._busy: dict[Connection, tuple[Awaiting, str]] = {}
        self._last: dict[Path, Connection] = {}
        """Who worked on a run last: only that process knows all that the run holds."""

    def __enter__(self) -> "Measurers":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # what they publish is in place whole or not at all
        for worker in self._workers.values():
            worker.terminate()
        for pipe, worker in self._workers.items():
            worker.join()
            pipe.close()

    def ask(self, runs: Sequence[Awaiting], text: str) -> None:
        """Have a measure taken of runs, unless it has been asked for."""
        self._asked += [(run, text) for run in runs if (run, text) not in self._asked]

    def wait(self) -> Awaiting:
        """Return a run that has come to know more."""
        self._deal()
        [*answered] = wait(list(self._busy))
        pipe: Connection = answered[0]  # type: ignore[assignment]
        run, text = job = self._busy.pop(pipe)
        self._asked.remove(job)
        try:
            run.learn(text, pipe.recv())
        except (EOFError, ConnectionResetError):
            worker = self._workers.pop(pipe)
            pipe.close()
            worker.join()
            raise GrokscopeError(
                f"a measuring process (pid {worker.pid}) ended with exit code {worker.exitcode}; "
                "what was measured is kept, and the same command goes on"
            ) from None
        return run

    def _deal(self) -> None:
        """Give every process that is idle something to do, and start those that there may be."""
        for run, text in list(self._asked):
            if any(run is other for other, _ in self._busy.values()):
                continue
            idle = [pipe for pipe in self._workers if pipe not in self._busy]
            last = self._last.get(run.path)
            if not idle and len(self._workers) == self.most:
                return
            pipe = last if last in idle else idle[0] if idle else self._start()
            # one that died is noticed when its answer is waited for
            with contextlib.suppress(BrokenPipeError):
                pipe.send((run.path, run.device, text, last is not pipe))
            self._busy[pipe], self._last[run.path] = (run, text), pipe

    def _start(self) -> Connection:
        # a forked torch may deadlock in its thread pools
        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe()
        worker = context.Process(target=_work, args=(there,), daemon=True)
        # an interrupt is for this process to answer: there it stays blocked; what starts along
        # with the first of them would let it through
        resource_tracker.ensure_running()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        threads = os.environ.get(THREADS)
        os.environ[THREADS] = "1"
        try:
            worker.start()
            self._workers[here] = worker
        finally:
            os.environ.pop(THREADS)
            if threads is not None:
                os.environ[THREADS] = threads
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        there.close()
        return here


def _work(pipe: Connection) -> None:
    """Take measures as they are asked for, until nobody listens any more."""
    runs: dict[Path, Trained] = {}
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            path, device, text, anew = pipe.recv()
            if anew:
                runs[path] = Trained(path, device)
            found: Found | Exception
            try:
                found = runs[path].take(text)
            except Exception as error:
                found = error
            pipe.send(found)
