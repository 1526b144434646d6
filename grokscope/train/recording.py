"""Recording: an ensemble's writes, on a thread of their own so that training need not wait."""

import math
import queue
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from types import TracebackType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from grokscope.store.writer import RunWriter
from grokscope.train.ensemble import State

QUEUE_BYTES = 256 * 2**20
"""Parameters that may wait to be written; training pauses beyond."""
PAUSE_NOTICE = 2.0
"""Seconds of waiting for the store after which the user is told."""
TICK = 0.5
"""Seconds between looks at whether heartbeats and publishes are due."""
RESUME_INTERVAL = (2.0, 30.0)
"""Fewest and most seconds between resume points."""
RESUME_SHARE = 0.02
"""Share of the time that resume points may take."""

Ending = Literal["finished", "interrupted", "failed"]


class Recording:
    """Queues what an ensemble produces and writes it, in order, run by run.

    An error of the writing thread is raised in the training thread at its next call. As a
    context it writes all that is queued, or where training failed, no more than is under way.
    """

    def __init__(self, writers: Sequence[RunWriter], notify: Callable[[str], None]) -> None:
        self.writers = writers
        self.notify = notify
        row_bytes = max((w.row_bytes for w in writers), default=1)
        self.jobs: queue.Queue[Callable[[], None] | None] = queue.Queue(
            max(QUEUE_BYTES // max(row_bytes, 1), 2 * len(writers))
        )
        self.error: BaseException | None = None
        self.cancelled = False
        self.tick_due = time.monotonic() + TICK
        self.resume_due = time.monotonic() + RESUME_INTERVAL[0]
        self.thread = threading.Thread(target=self._work, name="grokscope-writer", daemon=True)
        self.thread.start()

    def __enter__(self) -> "Recording":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self.close()
            return
        self.cancelled = True
        self.thread.join(PAUSE_NOTICE)

    def log(self, run: int, step: int, epoch: float, values: dict[str, float]) -> None:
        """Append one run's metrics."""
        self._put(partial(self.writers[run].log, step, epoch, values))

    def checkpoint(self, run: int, step: int, epoch: float, row: NDArray[np.float32]) -> None:
        """Keep one run's parameters; `row` must not change afterwards."""
        self._put(partial(self.writers[run].checkpoint, step, epoch, row))

    def save(self, run: int, state: State) -> None:
        """Make `state` the point from which one run would resume."""
        self.resume_due = math.inf
        self._put(partial(self._save, run, state))

    def end(self, run: int, ending: Ending, reason: str = "") -> None:
        """Publish one run for the last time and let go of it."""
        self._put(partial(self.writers[run].finish, ending, reason))

    @property
    def wants_resume_point(self) -> bool:
        """Whether the last resume point is old enough for a new one."""
        return time.monotonic() >= self.resume_due

    def close(self) -> None:
        """Write everything that is queued, and raise what went wrong on the way."""
        if self.thread.is_alive():
            self._put(None)
            self.thread.join()
        self._raise()

    def _save(self, run: int, state: State) -> None:
        start = time.monotonic()
        arrays = {"theta": state.theta, **state.slots}
        self.writers[run].save_resume(arrays, {"epoch": state.epoch, "step": state.step})
        now = time.monotonic()
        least, most = RESUME_INTERVAL
        cost = (now - start) * len(self.writers)
        self.resume_due = now + min(max(cost / RESUME_SHARE, least), most)

    def _put(self, job: Callable[[], None] | None) -> None:
        self._raise()
        try:
            self.jobs.put(job, timeout=PAUSE_NOTICE)
            return
        except queue.Full:
            self.notify("the store is slow: training waits for it")
        while self.error is None:
            try:
                self.jobs.put(job, timeout=PAUSE_NOTICE)
                return
            except queue.Full:
                continue
        self._raise()

    def _raise(self) -> None:
        if self.error is not None:
            raise self.error

    def _work(self) -> None:
        try:
            while (job := self._next()) is not None:
                job()
        except BaseException as error:
            self.error = error

    def _next(self) -> Callable[[], None] | None:
        """Return the next job; while there is none, and in between, show that runs are alive."""
        while not self.cancelled:
            if time.monotonic() >= self.tick_due:
                self.tick_due = time.monotonic() + TICK
                for writer in self.writers:
                    writer.tick()
            try:
                return self.jobs.get(timeout=TICK)
            except queue.Empty:
                continue
        return None
