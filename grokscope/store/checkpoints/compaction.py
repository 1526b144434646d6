"""Turning a run's segments into one file in which a parameter's path through time reads fast."""

import errno
import math
import os
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from grokscope.errors import MissingData, Unreadable
from grokscope.layout import Layout, ParameterSpec
from grokscope.store.checkpoints.segments import (
    batch_size,
    by_name,
    create_trajectory,
    piece_digests,
    write_segment,
)
from grokscope.store.checkpoints.trajectory import Trajectory, open_trajectory
from grokscope.store.files.patience import reason
from grokscope.store.files.publish import publish, sync
from grokscope.store.files.verdicts import own
from grokscope.store.hdf5.blocks import BLOCK_CHECKPOINTS, blocks, corners, cut, even
from grokscope.store.hdf5.checksum import fletcher32
from grokscope.store.hdf5.draft import new_file, write_at
from grokscope.store.hdf5.groups import write_attrs
from grokscope.store.inspection import damage, open_checked
from grokscope.store.probes.merging import merge_probes
from grokscope.store.schema import SEGMENTS, TRAJECTORY_FILE, TRAJECTORY_GROUP, Attribute

PART_BYTES = 32 << 20
"""Most bytes that are rearranged at once, where a few rows of a tensor are not more."""


class Part(NamedTuple):
    """Whole blocks of one tensor: where they lie, checkpoints first."""

    parameter: ParameterSpec
    where: tuple[slice, ...]


def compact(run: Path) -> None:
    """Merge all segments into `trajectory.h5`, in blocks, and remove them once that is proved.

    Raises
    ------
    OSError
        If the disk does not take it; the segments stand.
    Unreadable
        If what was written does not read back with the digests it was recorded with.
    """
    if any((run / SEGMENTS).glob("ck-*.h5")):
        trajectory = open_trajectory(run)
        replace_by(run, trajectory, np.arange(len(trajectory)))


def replace_by(
    run: Path,
    trajectory: Trajectory,
    which: NDArray[np.int64],
    attrs: Mapping[str, Attribute] | None = None,
) -> None:
    """Make the checkpoints at the indices `which` all that a run has, compacted.

    Parameters
    ----------
    trajectory : Trajectory
        The run's.
    attrs : dict, optional
        Of the group, beside those that the trajectory has.

    Raises
    ------
    OSError, Unreadable
        As `compact`.
    """
    segments = [path for path in trajectory.paths if path.name != TRAJECTORY_FILE]
    target = run / TRAJECTORY_FILE
    publish(target, lambda temporary: write_compacted(temporary, trajectory, which, attrs))
    for segment in segments:
        segment.unlink(missing_ok=True)
    if segments:
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
        held = trajectory.indices_in(path)
        kept = held[trajectory.checkpoints[held] <= step]
        if kept.size == held.size > 0:
            continue
        if kept.size and path.name == TRAJECTORY_FILE:
            publish(path, partial(write_compacted, trajectory=trajectory, which=kept))
            continue
        written = set()
        most = batch_size(trajectory.layout)
        # the last part first: the first may take the place of the file that all are read from
        for part in reversed(np.split(kept, range(most, kept.size, most)) if kept.size else []):
            written.add(_write_part(trajectory, part))
        if path not in written:
            path.unlink()
            # or a power cut might bring it back among checkpoints taken since
            sync(path.parent)


def _write_part(trajectory: Trajectory, part: NDArray[np.int64]) -> Path:
    steps, epochs = trajectory.checkpoints[part].tolist(), trajectory.epoch[part].tolist()
    directory, rows = trajectory.run / SEGMENTS, trajectory.rows(part)
    return write_segment(directory, trajectory.layout, steps, epochs, rows, trajectory.attrs)


def write_compacted(
    temporary: Path,
    trajectory: Trajectory,
    which: NDArray[np.int64],
    attrs: Mapping[str, Attribute] | None = None,
) -> None:
    """Write the checkpoints at the indices `which` into one file, and prove that they read back.

    Takes memory for a few parts of `PART_BYTES`, however long the trajectory.

    Parameters
    ----------
    attrs : dict, optional
        Of the group, beside those that the trajectory has.

    Raises
    ------
    OSError
        If the disk does not take it.
    Unreadable
        If what was written does not read back with the digests it was recorded with.
    """
    layout = trajectory.layout
    steps, epochs = trajectory.checkpoints[which].tolist(), trajectory.epoch[which].tolist()
    digests = trajectory.digests[which].tolist()
    _require_room(temporary.parent, 4 * layout.size * len(steps))
    chunks = {p.name: blocks(p, len(steps)) for p in layout.parameters}
    parts = [part for part in _parts(layout, len(steps)) if part.parameter.size]
    with new_file(temporary) as file:
        tensors = create_trajectory(file, layout, steps, epochs, digests, chunks)
        write_attrs(file[TRAJECTORY_GROUP], trajectory.attrs | dict(attrs or {}))
        places = []
        for p, where in parts:
            places.append(file.place(tensors[p.name], corners(where, chunks[p.name])))
    with temporary.open("r+b", buffering=0) as target, trajectory.kept_open():
        for (p, (span, *rest)), addresses in zip(parts, places, strict=True):
            values = trajectory.read(p.name, (which[span], *rest))
            pieces = _checked(values, chunks[p.name])
            write_at(target.fileno(), zip(addresses, pieces, strict=True))
    _prove(temporary, trajectory.run.name, layout, digests)


def _parts(layout: Layout, count: int) -> Iterator[Part]:
    """Yield parts of whole blocks that cover all tensors, early checkpoints first.

    Those of one tensor follow each other as its values do.
    """
    deep = even(count, BLOCK_CHECKPOINTS)
    # as many checkpoints at once as there is room for: small parts cost as much as large ones
    spanned = deep * max(PART_BYTES // (4 * deep * max(layout.size, 1)), 1)
    for start in range(0, count, spanned):
        span = slice(start, min(start + spanned, count))
        for p in by_name(layout):
            first, *others = (*p.shape, 1)[: max(len(p.shape), 1)]
            unit = (*blocks(p, count), 1)[1]
            fitting = PART_BYTES // (4 * deep * max(math.prod(others), 1))
            rows = max(fitting // unit, 1) * unit
            rest = tuple(slice(0, length) for length in others)
            for top in range(0, max(first, 1), rows):
                where = (span, slice(top, min(top + rows, first)), *rest)
                yield Part(p, where[: 1 + len(p.shape)])


def _checked(values: NDArray[np.float32], chunk: tuple[int, ...]) -> Iterator[list[Any]]:
    """Yield blocks as they lie in the file, each with its checksum."""
    flat = cut(values, chunk, spare=1)
    flat[:, -1] = fletcher32(flat.view(np.uint8)[:, :-4]).view("<f4")
    for block in flat:
        yield [block]


def _require_room(directory: Path, size: int) -> None:
    room = os.statvfs(directory)
    if room.f_bavail * room.f_frsize < size + size // 8:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(directory))


def _prove(temporary: Path, called: str, layout: Layout, digests: list[str]) -> None:
    own(temporary, temporary.lstat())
    found: list[str] = []
    with open_checked(temporary) as file, damage(temporary):
        group = file[TRAJECTORY_GROUP]
        for span, parts in groupby(_parts(layout, len(digests)), lambda part: part.where[0]):
            pieces = (
                (p, where[1].start if len(where) > 1 else 0, group[p.name][where])
                for p, where in parts
            )
            found += piece_digests(span.stop - span.start, pieces)
    if found != digests:
        raise Unreadable(f"run {called!r}: checkpoints do not read back as recorded")
