"""Reading a run's checkpoints, wherever they lie: compacted, in segments, or both."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from grokscope.errors import MissingData, Unreadable
from grokscope.layout import Layout
from grokscope.store.hdf5 import read_values
from grokscope.store.inspection import damage, open_checked
from grokscope.store.schema import SEGMENTS, TRAJECTORY_FILE, TRAJECTORY_GROUP
from grokscope.store.segments import parse_layout

ATTEMPTS = 4
"""How often checkpoints are looked for while a writer moves them."""
GONE = -1
"""Row of a checkpoint that no file holds any more."""

Which = slice | int | Sequence[int] | NDArray[np.int64]


class _Moved(Exception):
    """A file holds other checkpoints than it did."""


class Trajectory:
    """The parameters of one run over training; nothing is read before it is asked for.

    It keeps to the checkpoints there were when it was opened, wherever they lie by now.
    """

    layout: Layout
    checkpoints: NDArray[np.int64]
    """Steps the checkpoints were taken at, strictly increasing."""
    epoch: NDArray[np.float64]
    digests: NDArray[Any]
    """sha256 of each checkpoint's parameters."""
    paths: list[Path]
    """Files that hold them, in order."""
    _source: NDArray[np.int64]
    _local: NDArray[np.int64]

    def __init__(self, run: Path) -> None:
        self.run = run
        self._find()

    def __len__(self) -> int:
        return len(self.checkpoints)

    def read(self, name: str, key: tuple[Any, ...] = ()) -> NDArray[np.float32]:
        """Return one tensor at some checkpoints, (checkpoint, *shape), indexed by `key`.

        Parameters
        ----------
        key : tuple of slice, int or increasing indices
            Into the checkpoints, then into the tensor's axes.

        Raises
        ------
        Unreadable
            If a file of it cannot be read, or the run has one of the checkpoints no more.
        """
        first, rest = (key[0], key[1:]) if key else (slice(None), ())
        which = self._indices(first)
        for _ in range(ATTEMPTS):
            try:
                values = self._read(name, which, rest)
                break
            except (FileNotFoundError, _Moved):
                self._find_again(which)
        else:
            raise Unreadable(_changed(self.run))
        return values[0] if isinstance(first, int | np.integer) else values

    def rows(self, which: Which = slice(None)) -> NDArray[np.float32]:
        """Return whole checkpoints, float32 (checkpoint, parameter), or (parameter,) for one."""
        indices = self._indices(which)
        rows = np.empty((len(indices), self.layout.size), np.float32)
        for name, view in self.layout.views(rows).items():
            view[...] = self.read(name, (indices,))
        return rows[0] if isinstance(which, int | np.integer) else rows

    def indices_in(self, path: Path) -> NDArray[np.int64]:
        """Return which checkpoints are read from one of `paths`."""
        return np.flatnonzero(self._source == self.paths.index(path))

    def _indices(self, which: Which) -> NDArray[np.int64]:
        every = np.arange(len(self.checkpoints))
        if isinstance(which, slice):
            return every[which]
        return every[np.atleast_1d(np.asarray(which, np.int64))]

    def _read(
        self, name: str, which: NDArray[np.int64], rest: tuple[Any, ...]
    ) -> NDArray[np.float32]:
        parts = []
        sorted_, back = np.unique(which, return_inverse=True)
        cuts = np.flatnonzero(np.diff(self._source[sorted_])) + 1
        for part in np.split(sorted_, cuts):
            if part.size:
                path = self.paths[self._source[part[0]]]
                with open_checked(path) as file, damage(path):
                    group, rows = file[TRAJECTORY_GROUP], self._local[part]
                    if not _holds(group["checkpoint"], rows, self.checkpoints[part]):
                        raise _Moved
                    data = group[name]
                    parts.append(np.asarray(data[(_selection(rows), *rest)], "f4"))
        if parts:
            values = np.concatenate(parts)
            return values if np.array_equal(sorted_, which) else values[back]
        shape = next(p.shape for p in self.layout.parameters if p.name == name)
        template = np.empty((1, *shape), np.float32)
        return template[(slice(0, 0), *rest)]

    def _find(self) -> None:
        for attempt in range(ATTEMPTS):
            try:
                return self._load()
            except FileNotFoundError:
                # compaction moved a segment while we looked
                if attempt == ATTEMPTS - 1:
                    raise
        return None

    def _find_again(self, which: NDArray[np.int64]) -> None:
        """Look where the checkpoints lie by now; those at `which` must be among them."""
        try:
            now = Trajectory(self.run)
        except MissingData as error:
            raise Unreadable(_changed(self.run)) from error
        at = np.searchsorted(now.checkpoints, self.checkpoints).clip(max=len(now) - 1)
        here = now.checkpoints[at] == self.checkpoints
        here &= now.digests[at] == self.digests
        if now.layout != self.layout or not here[which].all():
            raise Unreadable(_changed(self.run))
        self.paths = now.paths
        self._source, self._local = now._source[at], np.where(here, now._local[at], GONE)

    def _load(self) -> None:
        paths = sorted((self.run / SEGMENTS).glob("ck-*.h5"))
        if (self.run / TRAJECTORY_FILE).exists():
            paths.insert(0, self.run / TRAJECTORY_FILE)
        if not paths:
            raise MissingData(f"run {self.run.name!r} recorded no checkpoints")
        steps, epochs, digests, sources, locals_ = [], [], [], [], []
        newest = -1
        layouts = set()
        for number, path in enumerate(paths):
            with open_checked(path) as file, damage(path):
                group = file[TRAJECTORY_GROUP]
                layouts.add(_layout(group, f"{self.run.name}/{path.name}"))
                step = np.asarray(group["checkpoint"][()], np.int64)
                new = np.flatnonzero(step > newest)
                steps.append(step[new])
                epochs.append(np.asarray(group["epoch"][()], np.float64)[new])
                digests.append(read_values(group["digest"])[new])
            sources.append(np.full(new.size, number))
            locals_.append(new)
            newest = max(newest, int(step[-1])) if step.size else newest
        if len(layouts) != 1:
            raise Unreadable(f"run {self.run.name!r}: its checkpoints disagree on their layout")
        self.layout = layouts.pop()
        self.checkpoints, self.epoch = np.concatenate(steps), np.concatenate(epochs)
        self.digests = np.concatenate(digests)
        self.paths = paths
        self._source, self._local = np.concatenate(sources), np.concatenate(locals_)


def open_trajectory(run: Path) -> Trajectory:
    """Return the checkpoints of a run, live or not.

    Raises
    ------
    MissingData
        If it recorded none.
    Unreadable, NewerSchema
        If a file of it cannot be read.
    """
    return Trajectory(run)


def _layout(group: h5py.Group, called: str) -> Layout:
    try:
        layout = parse_layout(str(group.attrs["layout"]))
    except (ValueError, TypeError) as error:
        raise Unreadable(f"{called} is damaged: its layout cannot be read") from error
    count = group["checkpoint"].size
    if any(group[p.name].shape != (count, *p.shape) for p in layout.parameters):
        raise Unreadable(f"{called} is damaged: its parameters do not fit its layout")
    return layout


def _changed(run: Path) -> str:
    return f"run {run.name!r}: its checkpoints changed since it was opened; open it again"


def _holds(steps: h5py.Dataset, rows: NDArray[np.int64], wanted: NDArray[np.int64]) -> bool:
    """Return whether a file's checkpoints at some rows are those of the steps `wanted`."""
    if rows.max() >= steps.size or rows.min() < 0:
        return False
    return np.array_equal(steps[_selection(rows)], wanted)


def _selection(local: NDArray[np.int64]) -> slice | list[int]:
    step = int(local[1] - local[0]) if local.size > 1 else 1
    if step > 0 and bool(np.all(np.diff(local) == step)):
        return slice(int(local[0]), int(local[-1]) + 1, step)
    return [int(i) for i in local]
