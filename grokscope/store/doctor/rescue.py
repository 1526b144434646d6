"""Rescuing checkpoints from a damaged file: those that still are what they were recorded as."""

import json
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from grokscope.layout import Layout
from grokscope.store.checkpoints.segments import (
    batch_size,
    parse_layout,
    row_digests,
    write_segment,
)
from grokscope.store.doctor.wreck import UNREAD, Lost, limit, member, opened, salvaged_by
from grokscope.store.files.aside import move_aside
from grokscope.store.files.publish import sync
from grokscope.store.hdf5.groups import read_attrs, read_values
from grokscope.store.schema import SEGMENTS, TRAJECTORY_GROUP

BLOCK = 64
"""Checkpoints stored together in a compacted file."""


def rescue(run: Path, path: Path) -> str:
    """Keep a damaged file of checkpoints aside, and write the sound ones of it anew as segments.

    Returns
    -------
    str
        What was done, in a line.

    Raises
    ------
    OSError
        If the store does not take it; the damaged file is where it was.
    """
    half = run / f".{path.name}.{secrets.token_hex(4)}.tmp"
    half.mkdir()
    try:
        steps, lost = [], None
        try:
            told = salvaged_by(__name__, path, half)
            steps, lost = told["saved"], told["lost"]
        except Lost:
            shutil.rmtree(half)
            half.mkdir()
        name = move_aside(path)
        (run / SEGMENTS).mkdir(exist_ok=True)
        for segment in sorted(half.glob("ck-*.h5")):
            segment.replace(run / SEGMENTS / segment.name)
        sync(run / SEGMENTS)
    finally:
        shutil.rmtree(half, ignore_errors=True)
    return f"{_counted(steps, lost)}; the damaged file is kept as {name}"


def main(path: str, directory: str) -> None:
    """Write the sound checkpoints of a file as segments; print the steps of both kinds."""
    limit()
    saved: list[int] = []
    with opened(Path(path)) as (file, _):
        group = member(file, TRAJECTORY_GROUP)
        attrs = read_attrs(group)
        layout = parse_layout(str(attrs.pop("layout")))
        for name in ("checkpoint", "epoch", "digest", *(p.name for p in layout.parameters)):
            member(file, f"{TRAJECTORY_GROUP}/{name}")
        steps = [int(step) for step in group["checkpoint"][()]]
        epochs = [float(epoch) for epoch in group["epoch"][()]]
        most = batch_size(layout)
        batch: list[tuple[int, float, NDArray[np.float32]]] = []

        def write() -> None:
            if batch:
                at, passed, rows = zip(*batch, strict=True)
                write_segment(Path(directory), layout, at, passed, rows, attrs)
                batch.clear()

        for i, row in _sound(group, layout):
            batch.append((steps[i], epochs[i], row))
            saved.append(steps[i])
            if len(batch) >= most:
                write()
        write()
    print(json.dumps({"saved": saved, "lost": sorted(set(steps) - set(saved))}))


def _sound(group: h5py.Group, layout: Layout) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Yield the checkpoints that read back with their digests, with their places in the file."""
    digests = read_values(group["digest"])
    for start in range(0, len(digests), BLOCK):
        span = slice(start, min(start + BLOCK, len(digests)))
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


def _counted(saved: list[int], lost: list[int] | None) -> str:
    if lost is None:
        return "none of its checkpoints could be saved"
    if not lost:
        return f"all {len(saved)} checkpoints of it saved"
    between = f"at step {lost[0]}" if len(lost) == 1 else f"between steps {lost[0]} and {lost[-1]}"
    return (
        f"{len(saved)} of {len(saved) + len(lost)} checkpoints saved; lost: {len(lost)} {between}"
    )
