"""What a run takes up on disk, as a whole and by what it is for."""

import contextlib
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from grokscope.store.schema import (
    ANALYSIS,
    LOG_FILE,
    PREVIOUS_RESUME_FILE,
    PROBES,
    PROBES_FILE,
    RESUME_FILE,
    RUN_FILE,
    SEGMENTS,
    TRAJECTORY_FILE,
)

COUNTED_BYTES = 512
"""Bytes that file systems count room in, whatever the size of their own blocks."""
OTHER = "other"
PURPOSES = {
    RUN_FILE: "curves",
    LOG_FILE.partition("/")[0]: "curves",
    TRAJECTORY_FILE: "checkpoints",
    SEGMENTS: "checkpoints",
    RESUME_FILE: "resume",
    PREVIOUS_RESUME_FILE: "resume",
    ANALYSIS: "analysis",
    PROBES_FILE: "probes",
    PROBES: "probes",
}
"""What files and directories of a run are for; results merged into `run.h5` lie with the curves."""


def disk_bytes(run: Path) -> int:
    """Return the room that all files of a run take; holes in them take none.

    Files that go while one looks are left out, and what has two names counts once.
    """
    return sum(size for _, size in _sizes(run))


def disk_use(run: Path) -> dict[str, int]:
    """Return the bytes of a run by purpose, the largest first; their sum is `disk_bytes`."""
    use: Counter[str] = Counter()
    for name, size in _sizes(run):
        use[PURPOSES.get(name, OTHER)] += size
    return dict(use.most_common())


def _sizes(run: Path) -> Iterator[tuple[str, int]]:
    """Yield the size of each file, with the name of what holds it in the run's directory."""
    waiting, seen = [(os.fspath(run), "")], set()
    while waiting:
        place, top = waiting.pop()
        with os.scandir(place) as entries:
            for entry in entries:
                name = top or entry.name
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((entry.path, name))
                    continue
                with contextlib.suppress(FileNotFoundError):
                    status = entry.stat(follow_symlinks=False)
                    if (status.st_dev, status.st_ino) not in seen:
                        seen.add((status.st_dev, status.st_ino))
                        yield name, _room(status)


def _room(status: os.stat_result) -> int:
    # some systems count the blocks of a new file only later, and some never
    held = COUNTED_BYTES * getattr(status, "st_blocks", 0)
    return min(status.st_size, held) if held else status.st_size
