"""Reading a run's checkpoints, wherever they lie: compacted, in segments, or both."""

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from posixpath import basename
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from grokscope.errors import Damaged, MissingData, Unreadable
from grokscope.layout import Layout
from grokscope.store.checkpoints.segments import parse_layout
from grokscope.store.hdf5.groups import read_attrs, read_values
from grokscope.store.inspection import damage, open_checked
from grokscope.store.inspection.fault import system_error
from grokscope.store.inspection.opening import name_of
from grokscope.store.schema import SEGMENTS, TRAJECTORY_FILE, TRAJECTORY_GROUP, Attribute

ATTEMPTS = 4
"""How often checkpoints are looked for while a writer moves them."""
MOST_OPEN = 64
"""Files that are kept open at once."""
THINNED = "thinned"
"""How the attributes that tell of thinning begin."""
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
    attrs: dict[str, Attribute]
    """What the files say of how they were thinned."""
    paths: list[Path]
    """Files that hold them, in order."""
    _source: NDArray[np.int64]
    _local: NDArray[np.int64]

    def __init__(self, run: Path) -> None:
        self.run = run
        self._open: dict[Path, tuple[h5py.File, contextlib.ExitStack]] | None = None
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
        [values] = self._insist([name], self._indices(first), rest)
        return values[0] if isinstance(first, int | np.integer) else values

    def rows(self, which: Which = slice(None)) -> NDArray[np.float32]:
        """Return whole checkpoints, float32 (checkpoint, parameter), or (parameter,) for one."""
        indices = self._indices(which)
        rows = np.empty((len(indices), self.layout.size), np.float32)
        views = self.layout.views(rows)
        for view, values in zip(views.values(), self._insist(views, indices), strict=True):
            view[...] = values
        return rows[0] if isinstance(which, int | np.integer) else rows

    def indices_in(self, path: Path) -> NDArray[np.int64]:
        """Return which checkpoints are read from one of `paths`."""
        return np.flatnonzero(self._source == self.paths.index(path))

    def _insist(
        self, names: Iterable[str], which: NDArray[np.int64], rest: tuple[Any, ...] = ()
    ) -> list[NDArray[np.float32]]:
        """Return tensors at some checkpoints, wherever those lie by now."""
        for _ in range(ATTEMPTS):
            try:
                return self._read(names, which, rest)
            except (FileNotFoundError, _Moved):
                self._find_again(which)
        raise Unreadable(_changed(self.run))

    def _indices(self, which: Which) -> NDArray[np.int64]:
        every = np.arange(len(self.checkpoints))
        if isinstance(which, slice):
            return every[which]
        return every[np.atleast_1d(np.asarray(which, np.int64))]

    @contextlib.contextmanager
    def kept_open(self) -> Iterator[None]:
        """Keep files open between reads inside, a few at a time."""
        self._open = {}
        try:
            yield
        finally:
            for _, closing in self._open.values():
                closing.close()
            self._open = None

    def _read(
        self, names: Iterable[str], which: NDArray[np.int64], rest: tuple[Any, ...]
    ) -> list[NDArray[np.float32]]:
        """Return tensors at some checkpoints, each file opened once."""
        sorted_, back = np.unique(which, return_inverse=True)
        cuts = np.flatnonzero(np.diff(self._source[sorted_])) + 1
        parts: dict[str, list[NDArray[np.float32]]] = {name: [] for name in names}
        for part in np.split(sorted_, cuts) if sorted_.size else ():
            path = self.paths[self._source[part[0]]]
            with self._group(path) as group, damage(path):
                rows = self._local[part]
                if not _holds(group["checkpoint"], rows, self.checkpoints[part]):
                    raise _Moved
                for name, found in parts.items():
                    found.append(self._values(group[name], part, rest))
        if not sorted_.size:
            shapes = {p.name: p.shape for p in self.layout.parameters}
            nothing = (slice(0, 0), *rest)
            return [np.empty((1, *shapes[name]), np.float32)[nothing] for name in parts]
        whole = [found[0] if len(found) == 1 else np.concatenate(found) for found in parts.values()]
        return whole if np.array_equal(sorted_, which) else [values[back] for values in whole]

    def _values(
        self, tensor: h5py.Dataset, which: NDArray[np.int64], rest: tuple[Any, ...]
    ) -> NDArray[np.float32]:
        """Return one tensor at checkpoints of one file.

        Raises
        ------
        Unreadable
            Naming tensor and step where what is stored is damaged.
        """
        rows = self._local[which]
        try:
            return np.asarray(tensor[(_selection(rows), *rest)], "f4")
        except OSError as error:
            if system_error(error):
                raise
            for row, step in zip(rows.tolist(), self.checkpoints[which].tolist(), strict=True):
                try:
                    tensor[(row, *rest)]
                except OSError:
                    path = self.paths[self._source[which[0]]]
                    raise Damaged(
                        f"{name_of(path)} is damaged: parameter {basename(tensor.name)!r:.80} at"
                        f" step {step} is not what was recorded"
                    ) from error
            raise

    @contextlib.contextmanager
    def _group(self, path: Path) -> Iterator[h5py.Group]:
        if self._open is None:
            with open_checked(path) as file:
                yield file[TRAJECTORY_GROUP]
            return
        if path not in self._open:
            while len(self._open) >= MOST_OPEN:
                self._open.pop(next(iter(self._open)))[1].close()
            closing = contextlib.ExitStack()
            self._open[path] = closing.enter_context(open_checked(path)), closing
        yield self._open[path][0][TRAJECTORY_GROUP]

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
        attrs: dict[str, Attribute] = {}
        for number, path in enumerate(paths):
            with open_checked(path) as file, damage(path):
                group = file[TRAJECTORY_GROUP]
                layouts.add(_layout(group, f"{self.run.name}/{path.name}"))
                attrs |= read_attrs(group)
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
        self.attrs = {name: value for name, value in attrs.items() if name.startswith(THINNED)}
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
        raise Damaged(f"{called} is damaged: its layout cannot be read") from error
    count = group["checkpoint"].size
    if any(group[p.name].shape != (count, *p.shape) for p in layout.parameters):
        raise Damaged(f"{called} is damaged: its parameters do not fit its layout")
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
