"""Room on the store's disk: how much there is, what a run will take, and a word in good time."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from grokscope.errors import GrokscopeError

LEAST_BYTES = 1e9
LEAST_SHARE = 0.02
"""A disk counts as nearly full below both: 1 GB, and this share of it."""
SPARE = 0.05
"""Share of the disk that a run should leave free."""
NOTABLE = 0.01
"""Share of the free room below which a run is not what fills the disk."""
LOOK = 10.0
"""Fewest seconds between two looks at the disk."""
OVERHEAD = 16_384
"""Bytes that an HDF5 file of a run takes before it holds anything: 12 kB for one tensor, 4 kB for
each further one, of which most networks have few."""
LABELS_BYTES = 100
"""Step, epoch and digest of a checkpoint."""
VALUE_BYTES = 8
"""One metric at one evaluation."""
TIMES = 3
"""Step, epoch and wall time of an evaluation, which lie there as metrics do."""
MOST_BATCHED = 64
"""Checkpoints in one segment: the file they lie in before they are compacted."""


@dataclass(frozen=True)
class Room:
    """What a disk has left for this user."""

    free: int
    total: int
    read_only: bool = False


def room_of(path: Path) -> Room:
    """Return the room on the disk that holds `path`, or would where it does not exist yet.

    Raises
    ------
    OSError
        If that cannot be told.
    """
    place = path
    while not place.exists() and place != place.parent:
        place = place.parent
    status = os.statvfs(place)
    unit = status.f_frsize
    read_only = bool(status.f_flag & os.ST_RDONLY)
    return Room(status.f_bavail * unit, status.f_blocks * unit, read_only)


@dataclass(frozen=True)
class Demand:
    """What one run will write.

    Parameters
    ----------
    parameters : int
    checkpoints, evaluations : int
        How many of each.
    curves : int
        Metrics of an evaluation, its times not counted.
    slots : int
        Arrays of optimiser state, each as long as the parameters.
    """

    parameters: int
    checkpoints: int
    evaluations: int
    curves: int = 5
    slots: int = 2

    @property
    def trajectory(self) -> int:
        """Bytes of all checkpoints."""
        files = 1 + self.checkpoints // MOST_BATCHED
        return self.checkpoints * (4 * self.parameters + LABELS_BYTES) + files * OVERHEAD

    @property
    def kept(self) -> int:
        """Bytes that the run will take up in the end."""
        rows = self.evaluations * (self.curves + TIMES) * VALUE_BYTES
        state = 4 * self.parameters * (1 + self.slots) + OVERHEAD
        return self.trajectory + rows + 2 * OVERHEAD + 2 * state

    @property
    def passing(self) -> int:
        """Bytes that it takes up beside those for a while.

        While its segments are compacted, a second trajectory; before, a file that takes the
        place of another.
        """
        rows = self.evaluations * (self.curves + TIMES) * VALUE_BYTES
        return max(self.trajectory, rows + 4 * self.parameters * (1 + self.slots)) + OVERHEAD


def shortage(needed: int, room: Room, store: Path) -> str:
    """Return, in one line, that a disk will be too full for what is to be written; '' if not."""
    if needed > room.free:
        return (
            f"the disk will be full: about {human(needed)} are needed, {human(room.free)} are"
            f" free at {store}; a full disk stops runs, which can then be resumed"
        )
    if room.free - needed < SPARE * room.total and needed > NOTABLE * room.free:
        return (
            f"the disk will be nearly full: about {human(needed)} are needed, {human(room.free)}"
            f" are free at {store}"
        )
    return ""


def foreseen(run: Path) -> int:
    """Return the bytes that a run has yet to write if it goes on as it did so far.

    0 where nobody said how far it is to go, or it has come less than a tenth of the way, since
    many runs keep more checkpoints at their beginning.
    """
    # numpy, which a summary needs, would cost the help page a tenth of a second
    from grokscope.store.listing.summary import read_summary_file

    try:
        data = read_summary_file(run)
        share = data["epoch"] / data["total_epochs"]
        return int(data["disk_bytes"] * (1 / share - 1)) if 0.1 <= share < 1 else 0
    except (GrokscopeError, OSError, KeyError, TypeError, ZeroDivisionError):
        return 0


class RoomWatch:
    """Warns once, before the disk of a store is full.

    Parameters
    ----------
    needed : callable
        Returns the bytes still to be written; asked at most every `LOOK` seconds.
    notify : callable
        Told in one line.
    warned : bool
        Whether its user was told before it began: only a disk that is nearly full is news then.
    """

    def __init__(
        self,
        store: Path,
        needed: Callable[[], int],
        notify: Callable[[str], None],
        warned: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.store = store
        self.done = False
        """Whether it has warned."""
        self._needed = (lambda: 0) if warned else needed
        self._notify = notify
        self._clock = clock
        self._due = clock() + LOOK

    def look(self) -> None:
        """Warn where it is time to; costs nothing in between, and nothing once it has warned."""
        if self.done or self._clock() < self._due:
            return
        self._due = self._clock() + LOOK
        try:
            room, needed = room_of(self.store), self._needed()
        except OSError:
            return
        if needed <= room.free >= min(LEAST_BYTES, LEAST_SHARE * room.total):
            return
        self.done = True
        told = f", about {human(needed)} are still needed" if needed > 0 else ""
        self._notify(
            f"the disk is nearly full: {human(room.free)} are free at {self.store}{told};"
            " a full disk stops the run, which can then be resumed"
        )


def human(size: float) -> str:
    """Return a number of bytes as people say it: '3.2 GB'."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "bytes" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
