"""Checkpoints on their way to disk: batched, and published as files that never change."""

import hashlib
import math
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from grokscope.layout import Layout, ParameterSpec
from grokscope.store.files.publish import publish
from grokscope.store.files.texts import parse_json
from grokscope.store.hdf5.blocks import even
from grokscope.store.hdf5.draft import Draft, new_file
from grokscope.store.hdf5.groups import make_scales, write_attrs
from grokscope.store.listing.room import MOST_BATCHED
from grokscope.store.schema import (
    CONVENTIONS,
    SCHEMA_VERSION,
    SEGMENTS,
    TRAJECTORY_GROUP,
    Attribute,
    Variable,
    canonical,
)

MOST_BYTES = 32 << 20
"""Bytes of parameters from which a segment is full: what waits in memory."""
MOST_SECONDS = 5.0
"""Age at which a checkpoint is written though the segment is small."""
MOST_TENSORS = 3000
"""Most tensors of one file: HDF5 keeps what is labelled by `checkpoint` in one attribute, 64 kB."""
CHUNK_BYTES = 4 << 20
"""Most bytes stored together: what reading one value of a live run costs."""
ALONE_BYTES = 1 << 16
"""Size from which a tensor is stored checkpoint by checkpoint, as it lies in memory."""
Rows = Sequence[NDArray[np.float32]] | NDArray[np.float32]


class Segments:
    """The checkpoints of a live run; those not yet on disk wait in memory."""

    def __init__(self, run: Path, layout: Layout | None, count: int = 0, last: int = -1) -> None:
        self.directory = run / SEGMENTS
        self._layout = layout if layout is None else checked_layout(layout)
        self.count = count
        """Checkpoints taken, on disk and waiting."""
        self.last = last
        """Step of the newest one; -1 where there is none."""
        self.settled = -1
        """Step of the resume point, up to which none may wait; -1 where there is none."""
        self._waiting: list[tuple[int, float, NDArray[np.float32]]] = []
        self._since, self.patience = 0.0, MOST_SECONDS

    @property
    def layout(self) -> Layout | None:
        """Where each parameter lies in a row; None until it is known."""
        return self._layout

    @layout.setter
    def layout(self, layout: Layout | None) -> None:
        self._layout = layout if layout is None else checked_layout(layout)

    @property
    def due(self) -> bool:
        """Whether waiting checkpoints should be written now."""
        if not self._waiting:
            return False
        # a loop that goes on behind the resume point never takes it again
        old = self._waiting[0][0] <= self.settled or time.monotonic() - self._since >= self.patience
        return old or self.layout is None or len(self._waiting) >= batch_size(self.layout)

    def add(self, step: int, epoch: float, row: NDArray[np.float32]) -> None:
        """Take a checkpoint, whose row must not change afterwards.

        Raises
        ------
        ValueError
            If the row does not fit, its step is not above the last, or its epoch is not finite.
        """
        if not math.isfinite(epoch):
            raise ValueError(f"checkpoint at epoch {epoch}; an epoch is a finite number")
        if self.layout is None or row.shape != (self.layout.size,):
            size = "no layout" if self.layout is None else f"{self.layout.size} parameters"
            raise ValueError(f"a checkpoint of shape {row.shape} for {size}")
        if step <= self.last:
            raise ValueError(f"checkpoint at step {step} after one at step {self.last}")
        if not self._waiting:
            self._since = time.monotonic()
        self._waiting.append((step, epoch, np.asarray(row, np.float32)))
        self.count, self.last = self.count + 1, step

    def flush(self) -> None:
        """Write what waits as one segment.

        Raises
        ------
        OSError
            If the disk does not take it; all of it waits on.
        """
        if not self._waiting or self.layout is None:
            return
        steps, epochs, rows = zip(*self._waiting, strict=True)
        write_segment(self.directory, self.layout, steps, epochs, rows)
        self._waiting = []


def batch_size(layout: Layout) -> int:
    """Return how many checkpoints make a full segment."""
    return max(min(MOST_BATCHED, -(-MOST_BYTES // max(4 * layout.size, 1))), 1)


def checked_layout(layout: Layout) -> Layout:
    """Return a layout whose names can stand side by side in one netCDF group.

    Raises
    ------
    ValueError
        If a name cannot, or stands for two things.
    """
    if len(layout.parameters) > MOST_TENSORS:
        raise ValueError(f"{len(layout.parameters)} tensors; a file takes {MOST_TENSORS}")
    sizes, variables = {"checkpoint": 0}, {"checkpoint", "epoch", "digest"}
    for p in layout.parameters:
        for name in (p.name, *p.dims):
            if name in ("", ".", "..") or "/" in name or not name.isprintable():
                raise ValueError(f"{name!r:.80} cannot name a parameter or an axis in a file")
        if p.name in variables:
            raise ValueError(f"parameter {p.name!r}: that name stands for something else as well")
        variables.add(p.name)
        for dim, size in zip(p.dims, p.shape, strict=True):
            if sizes.setdefault(dim, size) != size or p.dims.count(dim) > 1:
                raise ValueError(f"parameter {p.name!r}: axis {dim!r} stands for another as well")
    clash = sorted(variables & sizes.keys() - {"checkpoint"})
    if clash:
        raise ValueError(f"{clash[0]!r} names an axis and something else as well; rename one")
    return layout


def write_segment(
    directory: Path,
    layout: Layout,
    steps: Sequence[int],
    epochs: Sequence[float],
    rows: Rows,
    attrs: Mapping[str, Attribute] | None = None,
    name: str = "",
) -> Path:
    """Publish checkpoints, float32 (checkpoint, parameter), as one file; return its path.

    Parameters
    ----------
    attrs : dict, optional
        Of the group, beside those it has anyway.
    name : str, optional
        Of the file, where readers are not to find it.
    """
    rows = [np.ascontiguousarray(row, "<f4") for row in rows]
    names = row_digests(layout, rows)

    def write(temporary: Path) -> None:
        with new_file(temporary) as file:
            chunks = {p.name: _chunk(p, len(rows)) for p in layout.parameters}
            tensors = create_trajectory(file, layout, steps, epochs, names, chunks)
            write_attrs(file[TRAJECTORY_GROUP], attrs or {})
            for p in layout.parameters:
                _put(file, tensors[p.name], p, [_part(layout, row, p) for row in rows])

    path = directory / (name or f"ck-{steps[0]:012d}.h5")
    publish(path, write)
    return path


def _chunk(p: ParameterSpec, count: int) -> tuple[int, ...]:
    if 4 * p.size < ALONE_BYTES:
        return (even(count, ALONE_BYTES // max(4 * p.size, 1)), *p.shape)
    first, *rest = p.shape
    return (1, even(first, CHUNK_BYTES // (4 * p.size // first)), *rest)


def _put(
    file: Draft, target: h5py.Dataset, p: ParameterSpec, parts: Sequence[NDArray[np.float32]]
) -> None:
    if not p.size:
        return
    if 4 * p.size < ALONE_BYTES:
        file.fill(target, np.stack(parts))
        return
    file.put(target, _chunks(parts, target.chunks[1]))


def _chunks(
    parts: Sequence[NDArray[np.float32]], deep: int
) -> Iterator[tuple[tuple[int, ...], NDArray[np.float32]]]:
    """Yield the tensor of each checkpoint in pieces of `deep` along its first axis."""
    for number, part in enumerate(parts):
        others = (0,) * (part.ndim - 1)
        for start in range(0, len(part), deep):
            piece = part[start : start + deep]
            if len(piece) < deep:
                short = ((0, deep - len(piece)), *((0, 0) for _ in others))
                piece = np.pad(piece, short, constant_values=np.nan)
            yield (number, start, *others), piece[None]


def create_trajectory(
    file: h5py.File,
    layout: Layout,
    steps: Sequence[int],
    epochs: Sequence[float],
    digests: Sequence[str],
    chunks: dict[str, tuple[int, ...]],
) -> dict[str, h5py.Dataset]:
    """Create `/trajectory` in an empty file; the tensors come back unwritten, by name."""
    write_attrs(file, {"Conventions": CONVENTIONS, "schema_version": SCHEMA_VERSION})
    group = file.create_group(TRAJECTORY_GROUP)
    write_attrs(group, {"layout": layout_json(layout)})
    time_label = {"units": "1", "unit_label": "step", "long_name": "optimizer step of a checkpoint"}
    checkpoint = Variable(("checkpoint",), np.asarray(steps, np.int64), time_label)
    each = (pair for p in layout.parameters for pair in zip(p.dims, p.shape, strict=True))
    sizes = {"checkpoint": len(steps)} | dict(each)
    scales = make_scales(group, sizes, {"checkpoint": checkpoint})
    tensors = {}
    for p in layout.parameters:
        shape = (len(steps), *p.shape)
        checked: dict[str, Any] = {"chunks": chunks[p.name], "fletcher32": True} if p.size else {}
        tensors[p.name] = group.create_dataset(
            p.name, shape=shape, dtype="f4", fillvalue=np.nan, **checked
        )
        attrs = {"long_name": p.name, "units": "1", "coordinates": "epoch digest"}
        write_attrs(tensors[p.name], attrs)
        for axis, dim in enumerate(("checkpoint", *p.dims)):
            tensors[p.name].dims[axis].attach_scale(scales[dim])
    epoch = group.create_dataset("epoch", data=np.asarray(epochs, np.float64), fillvalue=np.nan)
    write_attrs(epoch, {"long_name": "epoch", "units": "1", "unit_label": "epoch"})
    text = np.array(digests, object)
    digest = group.create_dataset("digest", data=text, dtype=h5py.string_dtype())
    write_attrs(digest, {"long_name": "sha256 of the parameters", "units": "1"})
    for labels in (epoch, digest):
        labels.dims[0].attach_scale(scales["checkpoint"])
    return tensors


def row_digests(layout: Layout, rows: Rows) -> list[str]:
    """Return the sha256 of each checkpoint: names, types, shapes and bytes, in order of name."""
    whole = ((p, 0, [_part(layout, row, p) for row in rows]) for p in by_name(layout))
    return piece_digests(len(rows), whole)


def piece_digests(
    count: int, pieces: Iterable[tuple[ParameterSpec, int, Sequence[NDArray[np.float32]]]]
) -> list[str]:
    """Return `row_digests` of tensors that come piece by piece, in order of name.

    Parameters
    ----------
    count : int
        Number of checkpoints.
    pieces : iterable of (ParameterSpec, int, sequence of ndarray)
        Where a piece begins along the tensor's first axis, and its values at each checkpoint.
    """
    hashes = [hashlib.sha256() for _ in range(count)]
    for p, start, values in pieces:
        head = f"{p.name} <f4 {p.shape}\n".encode() if not start else b""
        for each, piece in zip(hashes, values, strict=True):
            each.update(head)
            each.update(np.ascontiguousarray(piece, "<f4").data)
    return [each.hexdigest() for each in hashes]


def _part(layout: Layout, row: NDArray[np.float32], p: ParameterSpec) -> NDArray[np.float32]:
    start = layout.offsets[p.name]
    return row[start : start + p.size].reshape(p.shape)


def by_name(layout: Layout) -> list[ParameterSpec]:
    """Return a layout's tensors in order of name."""
    return sorted(layout.parameters, key=lambda p: p.name)


def layout_json(layout: Layout) -> str:
    """Return a layout as canonical JSON: a list of [name, dims, shape]."""
    return canonical([[p.name, list(p.dims), list(p.shape)] for p in layout.parameters])


def parse_layout(text: str) -> Layout:
    """Return the layout that `layout_json` wrote.

    Raises
    ------
    ValueError, TypeError
        If the text is no layout, or one that `checked_layout` refuses.
    """
    told = parse_json(text)
    specs = [ParameterSpec(str(n), tuple(map(str, d)), tuple(map(int, s))) for n, d, s in told]
    return checked_layout(Layout(tuple(specs)))
