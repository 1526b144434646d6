"""Reading probes, wherever they lie: in one file, in batches, or both."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grokscope.errors import Unreadable
from grokscope.store.inspection import damage, open_checked
from grokscope.store.probes.form import Probe, read_form
from grokscope.store.schema import PROBE_GROUP, PROBES, PROBES_FILE

ATTEMPTS = 4
"""How often values are looked for while a writer moves them."""


class _Moved(Exception):
    """A file holds other steps than it did."""


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
        for _ in range(ATTEMPTS):
            try:
                values = self._read(which, rest)
                return values[0] if isinstance(first, int | np.integer) else values
            except (FileNotFoundError, _Moved):
                self._find_again()
        raise Unreadable(self._changed())

    def lies_in(self, paths: Sequence[Path]) -> NDArray[np.bool_]:
        """Return for each step whether one of these files holds it, (step,)."""
        files, source, _ = self._where
        return np.isin(source, [i for i, path in enumerate(files) if path in paths])

    def _read(self, which: NDArray[np.int64], rest: tuple[Any, ...]) -> NDArray[Any]:
        template = np.empty((1, *self.probe.shape), self.probe.dtype)[(slice(None), *rest)]
        values = np.empty((len(which), *template.shape[1:]), self.probe.dtype)
        files, sources, places = self._where
        for source in np.unique(sources[which]):
            mine = np.flatnonzero(sources[which] == source)
            rows, path = places[which[mine]], files[source]
            with open_checked(path) as file, damage(path):
                group = file[f"{PROBE_GROUP}/{self.probe.name}"]
                step = np.asarray(group["step"][()])
                if rows.max() >= step.size or np.any(step[rows] != self.step[which[mine]]):
                    raise _Moved
                low, high = int(rows.min()), int(rows.max()) + 1
                block = np.asarray(group[self.probe.name][(slice(low, high), *rest)])
                values[mine] = block[rows - low]
        return values

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
    for attempt in range(ATTEMPTS):
        try:
            return _find(run, probe_files(run) if files is None else files)
        except FileNotFoundError:
            # batches were joined while we looked
            if attempt == ATTEMPTS - 1:
                raise
    return {}


def probe_files(run: Path) -> list[Path]:
    """Return the files that hold a run's probes, in order of their steps."""
    merged = run / PROBES_FILE
    return [merged] * merged.exists() + batches(run / PROBES)


def batches(directory: Path) -> list[Path]:
    """Return the batches in a run's `probes/`, oldest first."""
    return sorted(directory.glob("pb-*.h5"))


def batch_number(path: Path) -> int:
    """Return which batch a file is, counted from 0."""
    return int(path.stem.removeprefix("pb-"))


def _find(run: Path, files: Sequence[Path]) -> dict[str, StoredProbe]:
    found: dict[str, _Places] = {}
    for path in files:
        with open_checked(path) as file, damage(path):
            for name, group in file.get(PROBE_GROUP, {}).items():
                probe = read_form(group, name)
                places = found.setdefault(name, _Places(probe))
                if not places.probe.agrees(probe):
                    raise Unreadable(f"run {run.name!r}: batches of probe {name!r} disagree")
                step = np.asarray(group["step"][()], np.int64)
                newest = places.steps[-1][-1] if places.steps else -1
                new = np.flatnonzero(step > newest)
                if new.size:
                    places.paths.append(path)
                    places.steps.append(step[new])
                    places.epochs.append(np.asarray(group["epoch"][()], np.float64)[new])
                    places.rows.append(new)
    return {name: StoredProbe(run, places) for name, places in found.items() if places.paths}
