"""Merging the segments of a run that goes on, so that it opens fast however long it takes."""

import contextlib
import time
from functools import partial
from pathlib import Path

import numpy as np

from grokscope.store.checkpoints.compaction import write_compacted
from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.files.publish import publish, sync
from grokscope.store.schema import SEGMENTS

FAN = 16
"""Segments of a like size that become one."""
LEVELS = (1 << 20, 16 << 20, 256 << 20)
"""Sizes below which segments are alike, in bytes; what is larger than all stays as it is."""
MOST_BYTES = 512 << 20
"""Most bytes that are merged at once: writing them takes seconds, in which no heartbeat comes."""
PAUSE = 50
"""Merging rests so many times as long as it took: 2 % of the time at most."""
LOOK = 2.0
"""Seconds between two looks at the segments: a loop may ask thousands of times a second."""


class Merging:
    """Merges segments from time to time; what fails is left for later, or for compaction."""

    def __init__(self, run: Path) -> None:
        self.run = run
        self._not_before = 0.0

    def step(self) -> None:
        """Merge what has gathered, unless the last time was just now."""
        start = time.monotonic()
        if start < self._not_before:
            return
        self._not_before = start + LOOK
        with contextlib.suppress(OSError):
            if group := due(self.run):
                try:
                    merge(self.run, group)
                finally:
                    now = time.monotonic()
                    self._not_before = now + PAUSE * (now - start)


def due(run: Path) -> list[Path]:
    """Return the newest segments, in order, where so many are alike that they should be one."""
    segments = sorted((run / SEGMENTS).glob("ck-*.h5"))
    sizes = [path.stat().st_size for path in segments]
    for level in LEVELS:
        count = total = 0
        for size in reversed(sizes):
            if size >= level or total + size > MOST_BYTES:
                break
            count, total = count + 1, total + size
        if count >= FAN:
            return segments[-count:]
    return []


def merge(run: Path, segments: list[Path]) -> None:
    """Put the checkpoints of adjacent segments into the first one, in blocks; remove the others.

    Readers find each checkpoint at any instant: in the first, in one that is not removed yet, or
    in both.

    Raises
    ------
    OSError
        If the disk does not take it; all segments stand.
    Unreadable
        If what was written does not read back as recorded; all segments stand.
    """
    trajectory = open_trajectory(run)
    own = {path: trajectory.indices_in(path) for path in segments}
    # one whose checkpoints an earlier file has too is left of a merge that died
    target = next((path for path, indices in own.items() if indices.size), None)
    if target is not None:
        which = np.concatenate(list(own.values()))
        publish(target, partial(write_compacted, trajectory=trajectory, which=which))
    for path in segments:
        if path != target:
            path.unlink(missing_ok=True)
    sync(run / SEGMENTS)
