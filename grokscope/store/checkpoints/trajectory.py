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
from grokscope.store.checkpoints.places import GONE, find_places
from grokscope.store.inspection import damage, open_checked
from grokscope.store.inspection.fault import system_error
from grokscope.store.inspection.opening import name_of
from grokscope.store.schema import TRAJECTORY_GROUP, Attribute

ATTEMPTS = 4
"""How often what a writer moves is looked for again, with nothing read in between."""
MOST_OPEN = 64
"""Files that are kept open at once."""

Which = slice | int | Sequence[int] | NDArray[np.int64]


class _Moved(Exception):
    """A file holds other checkpoints than it did."""


class Trajectory:
    """The parameters of one run over training; nothing is read before it is asked for.

    It keeps to the checkpoints there were when it was opened, wherever they lie by now.
    """

    def __init__(self, run: Path) -> None:
        self.run = run
        self._places = find_places(run)
        self._open: dict[Path, tuple[h5py.File, contextlib.ExitStack]] | None = None

    @property
    def layout(self) -> Layout:
        """Where each parameter lies in a row."""
        return self._places.layout

    @property
    def checkpoints(self) -> NDArray[np.int64]:
        """Steps the checkpoints were taken at, strictly increasing."""
        return self._places.step

    @property
    def epoch(self) -> NDArray[np.float64]:
        """Epoch of each checkpoint."""
        return self._places.epoch

    @property
    def digests(self) -> NDArray[Any]:
        """sha256 of each checkpoint's parameters."""
        return self._places.digest

    @property
    def attrs(self) -> dict[str, Attribute]:
        """What the files say of how they were thinned."""
        return self._places.attrs

    @property
    def paths(self) -> list[Path]:
        """Files that hold them, in order."""
        return self._places.paths

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
        [values] = self._read([name], self._indices(first), rest)
        return values[0] if isinstance(first, int | np.integer) else values

    def rows(self, which: Which = slice(None)) -> NDArray[np.float32]:
        """Return whole checkpoints, float32 (checkpoint, parameter), or (parameter,) for one."""
        indices = self._indices(which)
        rows = np.empty((len(indices), self.layout.size), np.float32)
        views = self.layout.views(rows)
        for view, values in zip(views.values(), self._read(views, indices), strict=True):
            view[...] = values
        return rows[0] if isinstance(which, int | np.integer) else rows

    def indices_in(self, path: Path) -> NDArray[np.int64]:
        """Return which checkpoints are read from one of `paths`."""
        return np.flatnonzero(self._places.source == self.paths.index(path))

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
        self, names: Iterable[str], which: NDArray[np.int64], rest: tuple[Any, ...] = ()
    ) -> list[NDArray[np.float32]]:
        """Return tensors at some checkpoints, each file opened once, wherever those lie by now."""
        left, back = np.unique(which, return_inverse=True)
        sorted_ = np.array_equal(left, which)
        parts: dict[str, list[NDArray[np.float32]]] = {name: [] for name in names}
        failures = 0
        while left.size:
            try:
                done, found = self._first_file(parts, left, rest)
            except (FileNotFoundError, _Moved):
                failures += 1
                if failures > ATTEMPTS:
                    raise Unreadable(self._changed()) from None
                self._find_again(left)
                continue
            failures, left = 0, left[done:]
            for values, part in zip(found, parts.values(), strict=True):
                part.append(values)
        if not which.size:
            shapes = {p.name: p.shape for p in self.layout.parameters}
            nothing = (slice(0, 0), *rest)
            return [np.empty((1, *shapes[name]), np.float32)[nothing] for name in parts]
        whole = [found[0] if len(found) == 1 else np.concatenate(found) for found in parts.values()]
        return whole if sorted_ else [values[back] for values in whole]

    def _first_file(
        self, names: Iterable[str], which: NDArray[np.int64], rest: tuple[Any, ...]
    ) -> tuple[int, list[NDArray[np.float32]]]:
        """Return how many of the checkpoints the first one's file holds, and tensors at them.

        Raises
        ------
        _Moved, FileNotFoundError
            If it holds them no more.
        """
        places = self._places
        source = places.source[which]
        part = which[: np.argmin(np.append(source == source[0], False))]
        rows, path = places.row[part], places.paths[source[0]]
        with self._group(path) as group, damage(path):
            if not _holds(group["checkpoint"], rows, places.step[part]):
                raise _Moved
            steps = places.step[part]
            return part.size, [_values(group[name], rows, steps, path, rest) for name in names]

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

    def _find_again(self, which: NDArray[np.int64]) -> None:
        """Look where the checkpoints lie by now; those at `which` must be among them."""
        try:
            moved = self._places.moved_to(find_places(self.run))
        except MissingData as error:
            raise Unreadable(self._changed()) from error
        if (moved.row[which] == GONE).any():
            raise Unreadable(self._changed())
        self._places = moved

    def _changed(self) -> str:
        return f"run {self.run.name!r}: its checkpoints changed since it was opened; open it again"


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


def _values(
    tensor: h5py.Dataset,
    rows: NDArray[np.int64],
    steps: NDArray[np.int64],
    path: Path,
    rest: tuple[Any, ...],
) -> NDArray[np.float32]:
    """Return one tensor at some rows of one file, taken at `steps`.

    Raises
    ------
    Unreadable
        Naming tensor and step where what is stored is damaged.
    """
    try:
        return np.asarray(tensor[(_selection(rows), *rest)], "f4")
    except OSError as error:
        if system_error(error):
            raise
        for row, step in zip(rows.tolist(), steps.tolist(), strict=True):
            try:
                tensor[(row, *rest)]
            except OSError:
                raise Damaged(
                    f"{name_of(path)} is damaged: parameter {basename(tensor.name)!r:.80} at"
                    f" step {step} is not what was recorded"
                ) from error
        raise


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
