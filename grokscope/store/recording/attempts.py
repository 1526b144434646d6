"""Which run a recorder writes, and in which process: a new one, or one that is to go on."""

import math
import os
import sys
import threading
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grokscope.errors import RunHeld, Unreadable
from grokscope.events import Yardstick
from grokscope.store.checkpoints.resume import ResumePoint
from grokscope.store.identifiers import free_id, newest_attempt
from grokscope.store.listing.room import RoomWatch, foreseen
from grokscope.store.listing.summary import read_summary
from grokscope.store.recording.states import unpack_state
from grokscope.store.schema import PREVIOUS_RESUME_FILE, RESUME_FILE
from grokscope.store.writing.writer import RunWriter


def begin(
    store: Path, wanted: str, config: Mapping[str, Any], yardstick: Yardstick, **options: Any
) -> RunWriter:
    """Begin a run under an id, or under the first free one like it; `options` as for a writer."""
    chosen = free_id(store, wanted)
    told: dict[str, Any] = {"notify": warn} | options
    return RunWriter.create(store, chosen, config=config, yardstick=yardstick, **told)


def go_on(store: Path, wanted: str, **options: Any) -> tuple[RunWriter, ResumePoint | None] | None:
    """Take up the newest run of an id, suffixes -2, -3, ... included, where it was saved.

    None where there is no such run, or one that ended before it was ever saved.

    Raises
    ------
    RunHeld
        If another process writes it.
    Unreadable, NewerSchema
        If its files cannot be read.
    """
    run = newest_attempt(store, wanted)
    if run is None:
        return None
    saved = any((run / name).exists() for name in (RESUME_FILE, PREVIOUS_RESUME_FILE))
    if not saved and not read_summary(run).live:
        return None
    return RunWriter.reopen(run, **{"notify": warn, **options})


def warn(line: str) -> None:
    """Tell whoever records that the disk refuses, or soon will; what is recorded goes on."""
    try:
        warnings.warn(line, RuntimeWarning, stacklevel=2)
    except RuntimeWarning:
        # where warnings are errors, this one would end the loop that it is to help
        print(line, file=sys.stderr)


def watched(run: Path) -> RoomWatch:
    """Return what warns, once, before the disk is full; to be asked often."""
    return RoomWatch(run.parent, lambda: foreseen(run), warn)


def saved_state(point: ResumePoint, run: str) -> tuple[dict[str, Any], int, float]:
    """Return the state of a loop that a resume point holds, and its step and epoch.

    Raises
    ------
    Unreadable
        If it holds none.
    """
    try:
        step, epoch = point.step, float(point.counters.get("epoch", point.step))
        if not 0 <= step < 1 << 63 or not math.isfinite(epoch):
            raise ValueError(f"step {step!r:.40}, epoch {epoch}")
        return unpack_state(point.arrays), step, epoch
    except (LookupError, TypeError, ValueError, ArithmeticError, RuntimeError) as error:
        # of any kind are the errors that torch has for arrays which do not fit
        raise Unreadable(f"run {run!r}: its resume point holds no state of a loop") from error


class Guard:
    """Lets the threads of one process in, one at a time, and no process forked from it."""

    def __init__(self, run: str) -> None:
        self.run = run
        self._process = os.getpid()
        self._lock = threading.RLock()

    @property
    def foreign(self) -> bool:
        """Whether this is another process than that which made it."""
        return os.getpid() != self._process

    def __enter__(self) -> None:
        """Wait for the other threads.

        Raises
        ------
        RunHeld
            In another process.
        """
        if self.foreign:
            raise RunHeld(
                f"run {self.run!r} is recorded by process {self._process}, and this is a process"
                f" forked from it, {os.getpid()}; record in the first one"
            )
        self._lock.acquire()

    def __exit__(self, *error: object) -> None:
        self._lock.release()
