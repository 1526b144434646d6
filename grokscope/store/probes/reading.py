"""Reading probes, wherever they lie: in one file, in batches, or both."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grokscope.errors import Unreadable
from grokscope.store.files.verdicts import identity
from grokscope.store.inspection import damage, open_checked
from grokscope.store.probes.form import Probe, read_form
from grokscope.store.schema import PROBE_GROUP, PROBES, PROBES_FILE

ATTEMPTS = 100
"""How often probes are looked for while a writer moves them; only new files are read again."""
FAILURES = 4
"""How often what a writer moves is looked for again, with nothing read in between."""


class _Moved(Exception):
    """A file holds other steps than it did."""


@dataclass(frozen=True)
class _Held:
    """What one file says of a probe; arrays (step,)."""

    probe: Probe
    step: NDArray[np.int64]
    epoch: NDArray[np.float64]


Seen = dict[tuple[Path, bytes], dict[str, _Held]]


@dataclass
class _Places:
    """What one probe has in each file."""

    probe: Probe
    paths: list[Path] = field(default_factory=list)
    steps: list[NDArray[np.int64]] = field(default_factory=list)
    epochs: list[NDArray[np.float64]] = field(default_factory=list)
    rows: list[NDArray[np.int64]] = field(default_factory=list)
    """Places in the file of the steps that no file before it has."""


class StoredProbe:
    """One probe of a run; its values are read when they are asked for.

    It keeps to the steps there were when it was opened, wherever they lie by now.
    """

    probe: Probe
    step: NDArray[np.int64]
    """Strictly increasing."""
    epoch: NDArray[np.float64]
    _where: tuple[list[Path], NDArray[np.int64], NDArray[np.int64]]
    """Files, and for each step which file and which row; replaced at once, for threads read it."""

    def __init__(self, run: Path, places: _Places) -> None:
        self.run = run
        self._take(places)

    def __len__(self) -> int:
        return len(self.step)

    @property
    def shape(self) -> tuple[int, ...]:
        """(step, *dims)."""
        return (len(self), *self.probe.shape)

    @property
    def sizes(self) -> dict[str, int]:
        """Length of each dimension."""
        return dict(zip(("step", *self.probe.dims), self.shape, strict=True))

    def read(self, key: tuple[Any, ...] = ()) -> NDArray[Any]:
        """Return values, (step, *dims), indexed by `key`.

        Parameters
        ----------
        key : tuple of slice, int or indices
            Into the steps, then into the axes; indices, which only steps take, may be an array.

        Raises
        ------
        Unreadable
            If a file of it cannot be read, or the run has one of the steps no more.
        """
        first, rest = (key[0], key[1:]) if key else (slice(None), ())
        which = np.atleast_1d(np.arange(len(self))[first])
        values = self._read(which, rest)
        return values[0] if isinstance(first, int | np.integer) else values

    def lies_in(self, paths: Sequence[Path]) -> NDArray[np.bool_]:
        """Return for each step whether one of these files holds it, (step,)."""
        files, source, _ = self._where
        return np.isin(source, [i for i, path in enumerate(files) if path in paths])

    def _read(self, which: NDArray[np.int64], rest: tuple[Any, ...]) -> NDArray[Any]:
        template = np.empty((1, *self.probe.shape), self.probe.dtype)[(slice(None), *rest)]
        values = np.empty((len(which), *template.shape[1:]), self.probe.dtype)
        left, failures = np.arange(len(which)), 0
        while left.size:
            try:
                mine, block = self._first_file(which[left], rest)
            except (FileNotFoundError, _Moved):
                failures += 1
                if failures > FAILURES:
                    raise Unreadable(self._changed()) from None
                self._find_again()
                continue
            values[left[mine]] = block
            failures, left = 0, left[~mine]
        return values

    def _first_file(
        self, which: NDArray[np.int64], rest: tuple[Any, ...]
    ) -> tuple[NDArray[np.bool_], NDArray[Any]]:
        """Return which of the steps the first one's file holds, and the values at them.

        Raises
        ------
        _Moved, FileNotFoundError
            If it holds them no more.
        """
        files, sources, places = self._where
        mine = sources[which] == sources[which[0]]
        rows, path = places[which[mine]], files[sources[which[0]]]
        with open_checked(path) as file, damage(path):
            group = file[f"{PROBE_GROUP}/{self.probe.name}"]
            step = np.asarray(group["step"][()])
            if rows.max() >= step.size or np.any(step[rows] != self.step[which[mine]]):
                raise _Moved
            low, high = int(rows.min()), int(rows.max()) + 1
            return mine, np.asarray(group[self.probe.name][(slice(low, high), *rest)])[rows - low]

    def _take(self, places: _Places) -> None:
        self.probe = places.probe
        self.step, self.epoch = np.concatenate(places.steps), np.concatenate(places.epochs)
        counts = [rows.size for rows in places.rows]
        source = np.repeat(np.arange(len(counts)), counts)
        self._where = places.paths, source, np.concatenate(places.rows)

    def _find_again(self) -> None:
        """Look where the steps lie by now; all of them must be there."""
        now = open_probes(self.run).get(self.probe.name)
        if now is None or not now.probe.agrees(self.probe):
            raise Unreadable(self._changed())
        at = np.searchsorted(now.step, self.step).clip(max=len(now) - 1)
        if not np.array_equal(now.step[at], self.step):
            raise Unreadable(self._changed())
        files, source, row = now._where
        self._where = files, source[at], row[at]

    def _changed(self) -> str:
        name = self.probe.name
        return f"run {self.run.name!r}: probe {name!r} changed since it was opened; open it again"


def open_probes(run: Path, files: Sequence[Path] | None = None) -> dict[str, StoredProbe]:
    """Return the probes of a run by name, live or not; none where it recorded none.

    Parameters
    ----------
    files : sequence of path, optional
        Where only what these hold is wanted.

    Raises
    ------
    Unreadable, NewerSchema
        If a file of them cannot be read.
    """
    seen: Seen = {}
    for _ in range(ATTEMPTS - 1):
        try:
            return _find(run, probe_files(run) if files is None else files, seen)
        except FileNotFoundError:
            # batches were joined while we looked
            continue
    return _find(run, probe_files(run) if files is None else files, seen)


def probe_files(run: Path) -> list[Path]:
    """Return the files that hold a run's probes, in order of their steps."""
    # batches first: they go once the merged file has what they held
    loose, merged = batches(run / PROBES), run / PROBES_FILE
    return [merged] * merged.exists() + loose


def batches(directory: Path) -> list[Path]:
    """Return the batches in a run's `probes/`, oldest first."""
    return sorted(directory.glob("pb-*.h5"))


def batch_number(path: Path) -> int:
    """Return which batch a file is, counted from 0."""
    return int(path.stem.removeprefix("pb-"))


def _find(run: Path, files: Sequence[Path], seen: Seen) -> dict[str, StoredProbe]:
    found: dict[str, _Places] = {}
    for path in files:
        key = path, identity(os.lstat(path))
        if key not in seen:
            seen[key] = _held(path)
        for name, held in seen[key].items():
            places = found.setdefault(name, _Places(held.probe))
            if not places.probe.agrees(held.probe):
                raise Unreadable(f"run {run.name!r}: batches of probe {name!r} disagree")
            newest = places.steps[-1][-1] if places.steps else -1
            new = np.flatnonzero(held.step > newest)
            if new.size:
                places.paths.append(path)
                places.steps.append(held.step[new])
                places.epochs.append(held.epoch[new])
                places.rows.append(new)
    return {name: StoredProbe(run, places) for name, places in found.items() if places.paths}


def _held(path: Path) -> dict[str, _Held]:
    with open_checked(path) as file, damage(path):
        return {
            name: _Held(
                read_form(group, name),
                np.asarray(group["step"][()], np.int64),
                np.asarray(group["epoch"][()], np.float64),
            )
            for name, group in file.get(PROBE_GROUP, {}).items()
        }
