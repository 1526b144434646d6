"""Rescuing checkpoints from a damaged file: those that still are what they were recorded as."""

import contextlib
import json
import os
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from grokscope.errors import GrokscopeError
from grokscope.layout import Layout
from grokscope.store.checkpoints.segments import (
    batch_size,
    parse_layout,
    row_digests,
    write_segment,
)
from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.doctor.findings import Mended
from grokscope.store.doctor.wreck import UNREAD, Lost, limit, member, opened, salvaged_by
from grokscope.store.files.aside import keep_aside
from grokscope.store.files.publish import sync
from grokscope.store.hdf5.groups import read_attrs, read_values
from grokscope.store.inspection import damage, open_checked
from grokscope.store.schema import SEGMENTS, TRAJECTORY_FILE, TRAJECTORY_GROUP

AT_ONCE = 64
"""Checkpoints read at a time, several blocks of a compacted file."""


def rescue(run: Path, path: Path) -> Mended:
    """Keep a damaged file of checkpoints aside, and write the sound ones of it anew as segments.

    Checkpoints that another file of the run holds are left to that one. The damaged file keeps
    its name until all that was saved has one.

    Returns
    -------
    Mended
        What was done, and which checkpoints are lost.

    Raises
    ------
    OSError
        If the store does not take it; the damaged file is where it was.
    """
    segments, tag = run / SEGMENTS, secrets.token_hex(4)
    segments.mkdir(exist_ok=True)
    steps: list[int] | None = None
    half: list[Path] = []
    try:
        with contextlib.suppress(Lost):
            given = {"tag": tag, "elsewhere": sorted(_elsewhere(run, path))}
            told = salvaged_by(__name__, path, segments, given=given)
            steps, half = told["steps"], [segments / name for name in told["files"]]
        name = keep_aside(path)
        _publish(half, path)
        sync(segments)
        sync(path.parent)
    finally:
        for left in segments.glob(f".*.{tag}.tmp*"):
            with contextlib.suppress(OSError):
                left.unlink()
    saved, lost = _counted(run, path.name, steps)
    return Mended(f"{saved}; the damaged file is kept as {name}", lost)


def _publish(half: list[Path], path: Path) -> None:
    """Give what was saved its names, none of which another file has, and the damaged one's last."""
    freed = False
    for each in half:
        # named .<segment>.<tag>.tmp
        target = each.with_name(each.name[1:].rpartition(".h5.")[0] + ".h5")
        if target == path:
            continue
        stem, count = target.stem, 1
        while os.path.lexists(target):
            count += 1
            # readers go by names: one that is taken comes before this one
            target = target.with_name(f"{stem}_{count}.h5")
        each.rename(target)
    for each in half:
        if each.exists():
            each.replace(path)
            freed = True
    if not freed:
        path.unlink()


def _elsewhere(run: Path, damaged: Path) -> set[int]:
    """Return the steps of the checkpoints in the run's other files that open."""
    found: set[int] = set()
    for path in [run / TRAJECTORY_FILE, *sorted((run / SEGMENTS).glob("ck-*.h5"))]:
        if path == damaged:
            continue
        missing = contextlib.suppress(GrokscopeError, FileNotFoundError)
        with missing, open_checked(path) as file, damage(path):
            found.update(np.asarray(file[TRAJECTORY_GROUP]["checkpoint"][()]).tolist())
    return found


def main(path: str, directory: str) -> None:
    """Write the sound checkpoints of one file as segments without names; print what became of it.

    Standard input tells what ends their temporary names, and which steps are left out.
    """
    limit()
    given = json.load(sys.stdin)
    elsewhere = set(given["elsewhere"])
    files: list[str] = []
    with opened(Path(path)) as (file, _):
        group = member(file, TRAJECTORY_GROUP)
        attrs = read_attrs(group)
        layout = parse_layout(str(attrs.pop("layout")))
        for name in ("checkpoint", "epoch", "digest", *(p.name for p in layout.parameters)):
            member(file, f"{TRAJECTORY_GROUP}/{name}")
        steps = [int(step) for step in group["checkpoint"][()]]
        epochs = [float(epoch) for epoch in group["epoch"][()]]
        for batch in _batches(group, layout, [step in elsewhere for step in steps]):
            at = [steps[i] for i, _ in batch]
            passed, rows = [epochs[i] for i, _ in batch], [row for _, row in batch]
            name = f".ck-{at[0]:012d}.h5.{given['tag']}.tmp"
            write_segment(Path(directory), layout, at, passed, rows, attrs, name)
            files.append(name)
    print(json.dumps({"files": files, "steps": steps}))


def _batches(
    group: h5py.Group, layout: Layout, elsewhere: list[bool]
) -> Iterator[list[tuple[int, NDArray[np.float32]]]]:
    """Yield sound checkpoints that go into one segment each, which spans none that is elsewhere."""
    most = batch_size(layout)
    batch: list[tuple[int, NDArray[np.float32]]] = []
    for i, row in _sound(group, layout):
        spans = batch and any(elsewhere[batch[-1][0] : i + 1])
        if batch and (spans or len(batch) >= most):
            yield batch
            batch = []
        if not elsewhere[i]:
            batch.append((i, row))
    if batch:
        yield batch


def _sound(group: h5py.Group, layout: Layout) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Yield the checkpoints that read back with their digests, with their places in the file."""
    digests = read_values(group["digest"])
    for start in range(0, len(digests), AT_ONCE):
        span = slice(start, min(start + AT_ONCE, len(digests)))
        try:
            rows = _rows(group, layout, span)
        except UNREAD:
            # one by one, since what is stored for each alone may be read without the others
            for i in range(span.start, span.stop):
                try:
                    row = _rows(group, layout, slice(i, i + 1))[0]
                except UNREAD:
                    continue
                if row_digests(layout, [row]) == [digests[i]]:
                    yield i, row
            continue
        for i, digest in enumerate(row_digests(layout, list(rows)), start):
            if digest == digests[i]:
                yield i, rows[i - start]


def _rows(group: h5py.Group, layout: Layout, span: slice) -> NDArray[np.float32]:
    tensors: dict[str, NDArray[Any]] = {p.name: group[p.name][span] for p in layout.parameters}
    return layout.pack(tensors, (span.stop - span.start,)).astype(np.float32)


def _counted(run: Path, name: str, steps: list[int] | None) -> tuple[str, str]:
    """Return what readers find of the steps that a damaged file held, and what they do not."""
    try:
        found = set(open_trajectory(run).checkpoints.tolist())
    except GrokscopeError:
        # another file of the run is damaged too
        found = _elsewhere(run, run)
    if steps is None:
        kept = f"the run still has {len(found) or 'none'}"
        held = f"the checkpoints in {name}"
        return f"none of {held} could be saved", f"{held}; {kept}"
    lost = sorted(set(steps) - found)
    if not lost:
        return f"all {len(steps)} checkpoints of it saved", ""
    between = f"between steps {lost[0]} and {lost[-1]}"
    gone = f"{len(lost)} checkpoints {between}" if lost[1:] else f"the checkpoint at step {lost[0]}"
    return f"{len(steps) - len(lost)} of {len(steps)} checkpoints saved", gone
