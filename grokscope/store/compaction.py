"""Turning a run's segments into one file in which a parameter's path through time reads fast."""

import errno
import os
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from grokscope.errors import MissingData, Unreadable
from grokscope.layout import Layout, ParameterSpec
from grokscope.store.hdf5 import LIBVER, new_file
from grokscope.store.inspection import damage, open_checked
from grokscope.store.patience import reason
from grokscope.store.probes.merging import merge_probes
from grokscope.store.publish import publish, sync
from grokscope.store.schema import SEGMENTS, TRAJECTORY_FILE, TRAJECTORY_GROUP
from grokscope.store.segments import (
    by_name,
    create_trajectory,
    tensor_digests,
    write_segment,
)
from grokscope.store.trajectory import Trajectory, open_trajectory
from grokscope.store.verdicts import own

MEMORY_BYTES = 1 << 29
"""Largest trajectory that is put together in memory before it is written."""
BLOCK = 64
"""Checkpoints stored together; rewriting fewer at a time costs tenfold."""
BLOCK_VALUES = 1024
"""Values of one checkpoint stored together: 256 kB a block."""
BLOCK_ROWS = 16


def compact(run: Path) -> None:
    """Merge all segments into `trajectory.h5`, in blocks, and remove them once that is proved.

    Raises
    ------
    OSError
        If the disk does not take it; the segments stand.
    Unreadable
        If what was written does not read back with the digests it was recorded with.
    """
    segments = sorted((run / SEGMENTS).glob("ck-*.h5"))
    if not segments:
        return
    trajectory = open_trajectory(run)
    every = np.arange(len(trajectory))
    publish(run / TRAJECTORY_FILE, lambda temporary: write_compacted(temporary, trajectory, every))
    for segment in segments:
        segment.unlink(missing_ok=True)
    sync(run / SEGMENTS)


def try_to_compact(run: Path) -> str:
    """Compact where the disk and the files allow it, probes too; return why not, '' if they did."""
    try:
        compact(run)
        merge_probes(run)
    except Unreadable as error:
        return str(error)
    except OSError as error:
        return reason(error)
    return ""


def drop_after(run: Path, step: int) -> None:
    """Remove every checkpoint taken past `step`."""
    try:
        trajectory = open_trajectory(run)
    except MissingData:
        return
    if trajectory.checkpoints[-1] <= step:
        return
    for path in reversed(trajectory.paths):
        own = trajectory.indices_in(path)
        kept = own[trajectory.checkpoints[own] <= step]
        if kept.size == own.size > 0:
            continue
        written = set()
        # the last part first: the first may take the place of the file that all are read from
        for part in reversed(np.split(kept, range(BLOCK, kept.size, BLOCK)) if kept.size else []):
            steps, epochs = trajectory.checkpoints[part].tolist(), trajectory.epoch[part].tolist()
            rows = trajectory.rows(part)
            segment = write_segment(run / SEGMENTS, trajectory.layout, steps, epochs, rows)
            written.add(segment)
        if path not in written:
            path.unlink()
            # or a power cut might bring it back among checkpoints taken since
            sync(path.parent)


def write_compacted(temporary: Path, trajectory: Trajectory, which: NDArray[np.int64]) -> None:
    """Write the checkpoints at the indices `which` into one file, and prove that they read back.

    Raises
    ------
    Unreadable
        If what was written does not read back with the digests it was recorded with.
    """
    layout = trajectory.layout
    steps, epochs = trajectory.checkpoints[which].tolist(), trajectory.epoch[which].tolist()
    digests = trajectory.digests[which].tolist()
    count = len(steps)
    chunks = {p.name: blocks(p, count) for p in layout.parameters}
    size = 4 * layout.size * count
    _require_room(temporary.parent, size)
    in_memory = size <= MEMORY_BYTES
    with (
        new_file(temporary, size) if in_memory else h5py.File(temporary, "w", libver=LIBVER) as file
    ):
        tensors = create_trajectory(file, layout, steps, epochs, digests, chunks)
        for start in range(0, count, BLOCK):
            span = slice(start, min(start + BLOCK, count))
            for p in layout.parameters:
                if p.size:
                    tensors[p.name][span] = trajectory.read(p.name, (which[span],))
    own(temporary, temporary.lstat())
    _prove(temporary, trajectory.run.name, layout, digests)


def _require_room(directory: Path, size: int) -> None:
    room = os.statvfs(directory)
    if room.f_bavail * room.f_frsize < size + size // 8:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(directory))


def _prove(temporary: Path, called: str, layout: Layout, digests: list[str]) -> None:
    with open_checked(temporary) as file, damage(temporary):
        group = file[TRAJECTORY_GROUP]
        for start in range(0, len(digests), BLOCK):
            span = slice(start, start + BLOCK)
            found = tensor_digests(layout, ((p, group[p.name][span]) for p in by_name(layout)))
            if found != digests[span]:
                raise Unreadable(f"run {called!r}: checkpoints do not read back as recorded")


def blocks(p: ParameterSpec, count: int) -> tuple[int, ...]:
    """Return the shape of the blocks in which a tensor's `count` checkpoints are kept."""
    shape = [1] * len(p.shape)
    room = BLOCK_VALUES
    for axis in reversed(range(len(shape))):
        most = BLOCK_VALUES // BLOCK_ROWS if len(shape) > 1 and axis == len(shape) - 1 else room
        shape[axis] = _even(p.shape[axis], min(most, room))
        room = max(room // shape[axis], 1)
    return (_even(count, BLOCK), *shape)


def _even(length: int, most: int) -> int:
    """Return the size of parts of at most `most` that leave the last one nearly full."""
    parts = -(-length // max(most, 1))
    return -(-length // parts) if parts else 1
