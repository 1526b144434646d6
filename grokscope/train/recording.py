"""Recording: an ensemble's writes, on a thread of their own so that training need not wait."""

import atexit
import contextlib
import math
import os
import queue
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from types import TracebackType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from grokscope.errors import GrokscopeError, RunGone, RunHeld, StoreFailed
from grokscope.store.files.patience import PATIENCE
from grokscope.store.hdf5.entry import available
from grokscope.store.schema import Attribute
from grokscope.store.writing.writer import RunWriter
from grokscope.train.ensemble import State
from grokscope.train.points import pack
from grokscope.train.stop import Stop

QUEUE_BYTES = 256 * 2**20
"""Parameters that may wait to be written; training pauses beyond."""
PAUSE_NOTICE = 2.0
"""Seconds of waiting for the store after which the user is told."""
SLOW = "the store is slow: training waits for it"
STUCK = 10.0
"""Seconds after which one write counts as stuck, and training waits for it."""
REST = 10.0
"""Times as long as a slow sign of life took for which there is none."""
TICK = 0.5
"""Seconds between looks at whether heartbeats and publishes are due."""
RESUME_INTERVAL = (2.0, 30.0)
"""Fewest and most seconds between resume points."""
RESUME_SHARE = 0.02
"""Share of the time that resume points may take."""
CROWDED = 0.1
"""Share of it that those of very many runs may take, which then come more seldom."""
SLICE = 0.1
"""Seconds after which rows come before further signs of life, for `YIELD` times as long."""
YIELD = 1.0

INTERRUPTED = 130
"""Exit code of a process that was aborted."""

Ending = Literal["finished", "interrupted", "failed"]


class Recording:
    """Queues what an ensemble produces and writes it, in order, run by run.

    An error of the writing thread is raised in the training thread at its next call, unless it is
    about one run alone, which is then lost while the others go on. As a context it writes all
    that is queued, or where training failed, no more than is under way.
    """

    def __init__(
        self,
        writers: Sequence[RunWriter],
        notify: Callable[[str], None],
        stop: Stop | None = None,
    ) -> None:
        self.writers = writers
        self.stop = stop or Stop()
        for writer in writers:
            writer.patience.asked = self._asked
        self.notify = notify
        row_bytes = max((w.row_bytes for w in writers), default=1)
        self.jobs: queue.Queue[Callable[[], None] | None] = queue.Queue(
            max(QUEUE_BYTES // max(row_bytes, 1), 2 * len(writers))
        )
        self.error: BaseException | None = None
        self.lost: dict[int, GrokscopeError] = {}
        """Runs whose directory is gone or that another process took over, and what tells so."""
        self.cancelled = False
        self.detached = False
        """Whether the writing thread hangs in a write, and lets go of the runs by itself."""
        self._leaving = threading.Lock()
        self._left = self._told = False
        self._since = math.inf
        self._waits, self._waited = 0, 0.0
        """How often training waited for the store, and for how many seconds."""
        self._hung = self._measuring = 0.0
        self.tick_due = time.monotonic() + TICK
        self._quiet = list(reversed(range(len(writers))))
        """Runs that are still to show life in this round, the next one last."""
        self.resume_due = time.monotonic() + RESUME_INTERVAL[0]
        self.thread = threading.Thread(target=self._work, name="grokscope-writer", daemon=True)
        self.thread.start()
        self._code = 1
        atexit.register(self._leave)

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
        self._code = INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1
        self.thread.join(PAUSE_NOTICE)
        with self._leaving:
            self.detached = self.thread.is_alive() and not self._left

    def log(self, run: int, step: int, epoch: float, values: dict[str, float]) -> None:
        """Append one run's metrics."""
        self._put(partial(self._write, run, partial(self.writers[run].log, step, epoch, values)))

    def checkpoint(self, run: int, step: int, epoch: float, row: NDArray[np.float32]) -> None:
        """Keep one run's parameters; `row` must not change afterwards."""
        job = partial(self.writers[run].checkpoint, step, epoch, row)
        self._put(partial(self._write, run, job))

    def tell(self, run: int, attrs: dict[str, Attribute]) -> None:
        """Add attributes to one run."""
        self._put(partial(self._write, run, partial(self.writers[run].set_attrs, attrs)))

    def measured(self, run: int, write: Callable[[], None]) -> None:
        """Write what was measured of one run so far; its time counts as the next resume point's."""
        self._put(partial(self._write, run, partial(self._measured, write)))

    def save(self, run: int, state: State) -> None:
        """Make `state` the point from which one run would resume."""
        self.resume_due = math.inf
        self._put(partial(self._save, run, state))

    def end(self, run: int, ending: Ending, reason: str = "") -> None:
        """Publish one run for the last time and let go of it, however long that takes."""
        job = partial(self.writers[run].finish, ending, reason)
        self._put(partial(self._write, run, job, timed=False))

    @property
    def wants_resume_point(self) -> bool:
        """Whether the last resume point is old enough for a new one."""
        return time.monotonic() >= self.resume_due

    @property
    def told(self) -> dict[str, Attribute]:
        """How often and how long training waited for the store, where it did, as attributes."""
        if not self._waits:
            return {}
        return {"waits_for_store": self._waits, "waited_for_store_seconds": self._waited}

    def close(self) -> None:
        """Write everything that is queued, and raise what went wrong on the way."""
        if self.thread.is_alive():
            self._put(None)
            while self.thread.is_alive():
                self.thread.join(PAUSE_NOTICE)
                if self.stuck:
                    self._say_slow()
                self._give_up_in_time()
        atexit.unregister(self._leave)
        self._raise()

    @property
    def stuck(self) -> float:
        """Seconds that writes took beyond `STUCK`, since the last time none was waiting."""
        return self._hung + max(time.monotonic() - self._since - STUCK, 0.0)

    def _measured(self, write: Callable[[], None]) -> None:
        start = time.monotonic()
        try:
            write()
        except StoreFailed as error:
            # the next time all of it is written anew
            self.notify(str(error))
        self._measuring += time.monotonic() - start

    def _leave(self) -> None:
        """End the process at once where nobody will ever let HDF5 go.

        Python, tidying up, would wait for its lock for ever.
        """
        if self.thread.is_alive() or not available():
            os._exit(self._code)

    def _save(self, run: int, state: State) -> None:
        start, self._measuring = time.monotonic() - self._measuring, 0.0
        # a run that is lost must not keep the others from their next points
        self._write(run, lambda: self.writers[run].save_resume(*pack(state)))
        now = time.monotonic()
        least, most = RESUME_INTERVAL
        cost = (now - start) * len(self.writers)
        self.resume_due = now + min(max(cost / RESUME_SHARE, least), max(most, cost / CROWDED))

    def _put(self, job: Callable[[], None] | None) -> None:
        self._raise()
        if time.monotonic() - self._since < STUCK:
            with contextlib.suppress(queue.Full):
                self.jobs.put_nowait(job)
                return
        start = time.monotonic()
        self._wait(job)
        self._waits += 1
        self._waited += time.monotonic() - start

    def _wait(self, job: Callable[[], None] | None) -> None:
        """Queue a job once there is room."""
        while True:
            if time.monotonic() - self._since < STUCK:
                try:
                    self.jobs.put(job, timeout=PAUSE_NOTICE)
                    return
                except queue.Full:
                    pass
            else:
                time.sleep(TICK)
            self._say_slow()
            self._raise()
            self._give_up_in_time()

    def _asked(self) -> bool:
        """Return whether all that is recorded is to stop, and need not wait for room."""
        return self.stop.requested or all(w.control.asked() for w in self.writers)

    def _say_slow(self) -> None:
        """Tell once that training waits, until the store has caught up."""
        if not self._told:
            self._told = True
            self.notify(SLOW)

    def _give_up_in_time(self) -> None:
        if self.stuck > PATIENCE:
            raise StoreFailed(
                f"the store took no more writes for {STUCK + self.stuck:.0f} s; all that was"
                " acknowledged is kept, and the runs can be resumed once it does"
            )

    def _raise(self) -> None:
        if self.error is not None:
            raise self.error

    def _write(self, run: int, job: Callable[[], None], timed: bool = True) -> None:
        """Do a job of one run; an error that is about this run alone ends it and no other."""
        if run in self.lost:
            return
        self._since = time.monotonic() if timed else math.inf
        try:
            job()
        except (RunGone, RunHeld) as error:
            self.lost[run] = error
            self.writers[run].abandon()
        finally:
            took = max(time.monotonic() - self._since, 0.0)
            self._since = math.inf
            self._hung += max(took - STUCK, 0.0)
            if self.jobs.empty():
                self._hung, self._told = 0.0, False
            if took > TICK:
                # what the store can still take is for rows
                self.tick_due = max(self.tick_due, time.monotonic() + REST * took)

    def _work(self) -> None:
        try:
            while (job := self._next()) is not None:
                job()
        except BaseException as error:
            self.error = error
        with self._leaving:
            self._left = True
        if self.detached:
            for writer in self.writers:
                writer.abandon()

    def _next(self) -> Callable[[], None] | None:
        """Return the next job; while there is none, and in between, show that runs are alive."""
        while not self.cancelled:
            if time.monotonic() >= self.tick_due:
                self._tick()
            try:
                return self.jobs.get(timeout=TICK)
            except queue.Empty:
                continue
        return None

    def _tick(self) -> None:
        """Let runs show that they are alive, one after another, for a while."""
        start = time.monotonic()
        while self._quiet and time.monotonic() < start + SLICE:
            run = self._quiet.pop()
            self._write(run, self.writers[run].tick)
        now = time.monotonic()
        rest = YIELD * (now - start)
        if not self._quiet:
            self._quiet = list(reversed(range(len(self.writers))))
            rest = max(rest, TICK)
        self.tick_due = max(self.tick_due, now + rest)
