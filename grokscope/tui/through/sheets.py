"""Sheets: what measures stored along checkpoints, read a checkpoint at a time.

It is imported by workers, after the first paint. No array is read whole: a sheet may hold a
matrix for each of hundreds of checkpoints.
"""

import math
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from grokscope.errors import Unreadable
from grokscope.store.files.texts import readable
from grokscope.store.hdf5.groups import dims_of, is_bare, names_in, read_attrs, read_values
from grokscope.store.inspection import damage, open_checked, open_published
from grokscope.store.schema import ANALYSIS, RUN_FILE

CHECKPOINT = "checkpoint"
LONGEST_LABEL = 1 << 17
"""Most values of what labels a sheet."""
LARGEST = 1 << 18
"""Most values at one checkpoint; more could not be seen anyway."""
KEPT = 48 << 20
"""Bytes of values kept for coming back to, for each run."""
PROBES = 6
"""Checkpoints, evenly spread, by which the ranges of axes and shades are chosen."""
NUMERIC = "fiu"
DIGEST = "digest"
"""A label of checkpoints that tells nothing here."""


@dataclass(frozen=True)
class Sheet:
    """A measure that holds an array for each of some checkpoints."""

    key: str
    """As it is stored."""
    measure: str
    """The part of the key that names the measure."""
    title: str
    unit: str
    """Empty for pure numbers."""
    dims: tuple[str, ...]
    """Besides the checkpoint; at least one."""
    shape: tuple[int, ...]
    step: NDArray[np.int64]
    epoch: NDArray[np.float64]
    labels: Mapping[str, NDArray[Any]]
    """What stands beside it: coordinates, and what else the group holds of small size."""
    attrs: Mapping[str, Any]
    place: tuple[Path, str]
    """The file, and the path in it."""

    def place_name(self, place: tuple[int, ...]) -> str:
        """Return which of the values at a checkpoint lies at a place: 'neuron=3 frequency=5'."""
        found = []
        for dim, at in zip(self.dims, place, strict=True):
            labels = self.labels.get(dim)
            fits = labels is not None and labels.ndim == 1 and at < labels.size
            found.append(f"{dim}={labels[at] if labels is not None and fits else at}")
        return " ".join(found)

    def times(self, unit: str) -> NDArray[np.float64]:
        """Return the times of its checkpoints in steps or epochs."""
        return self.step.astype(np.float64) if unit == "step" else self.epoch

    def index(self, time: float, unit: str) -> int:
        """Return the last checkpoint at or before a time; -1 where all come later."""
        return int(np.searchsorted(self.times(unit), time, "right")) - 1

    @property
    def probes(self) -> list[int]:
        """Checkpoints that tell the range of its values: first, last, some between."""
        last = self.step.size - 1
        return sorted({round(last * i / (PROBES - 1)) for i in range(PROBES)})


@dataclass(frozen=True)
class Slab:
    """The values of a sheet at one checkpoint."""

    index: int
    """The checkpoint that they are of: the last one before with any value; -1 for none."""
    values: NDArray[Any]


class Sheets:
    """Reads one run; `update` belongs into workers, `get` looks into memory alone."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.known: dict[str, Sheet] = {}
        self.problem = ""
        """Why nothing can be read."""
        self._stamp: object = None
        self._kept: dict[tuple[str, int], Slab] = {}
        self._held = 0

    def update(self, wanted: Iterable[tuple[str, int]]) -> None:
        """Look for sheets and read values into memory; what went wrong is kept as `problem`."""
        try:
            self.refresh()
            self.read(wanted)
            self.problem = ""
        except Exception as error:
            # files come from strangers: whatever is wrong with one is said in its own panels
            self.problem = " ".join(str(error).split()) or type(error).__name__

    def refresh(self) -> None:
        """Look for sheets, where the run's files changed.

        Raises
        ------
        GrokscopeError, OSError
            If the run cannot be read.
        """
        stamp = self._stamp_now()
        if stamp != self._stamp:
            self.known, self._kept, self._held = _listed(self.path), {}, 0
            self._stamp = stamp

    def get(self, key: str, index: int) -> Slab | None:
        """Return the values of a sheet at a checkpoint, None where they are not read yet."""
        return self._kept.get((key, index))

    def read(self, wanted: Iterable[tuple[str, int]]) -> None:
        """Read values into memory, those that are not there yet.

        Raises
        ------
        GrokscopeError, OSError
            If they cannot be read.
        """
        places = dict.fromkeys(wanted)
        missing: dict[Path, list[tuple[str, int]]] = {}
        for key, index in places:
            if key in self.known and (key, index) not in self._kept:
                missing.setdefault(self.known[key].place[0], []).append((key, index))
        for path, entries in missing.items():
            with _open(self.path, path) as file, damage(path):
                for key, index in entries:
                    slab = self._slab(file, self.known[key], index)
                    self._kept[key, index] = slab
                    self._held += slab.values.nbytes
        self._forget(places)

    def _slab(self, file: h5py.File, sheet: Sheet, index: int) -> Slab:
        dataset = file[sheet.place[1]]
        for at in range(index, -1, -1):
            if known := self._kept.get((sheet.key, at)):
                return known
            values = np.asarray(dataset[at])
            if values.dtype.kind != "f" or np.isfinite(values).any():
                return Slab(at, values)
        return Slab(-1, np.full(sheet.shape, np.nan))

    def _forget(self, wanted: Mapping[tuple[str, int], object]) -> None:
        """Let go of what was read longest ago and is not wanted now."""
        for place in [place for place in self._kept if place not in wanted]:
            if self._held <= KEPT:
                break
            self._held -= self._kept.pop(place).values.nbytes

    def _stamp_now(self) -> object:
        found = []
        for path in (self.path / RUN_FILE, *sorted((self.path / ANALYSIS).glob("*.h5"))):
            with suppress(FileNotFoundError):
                status = path.stat()
                found.append((path.name, status.st_ino, status.st_mtime_ns, status.st_size))
        return found


def _open(run: Path, path: Path) -> AbstractContextManager[h5py.File]:
    return open_published(run) if path == run / RUN_FILE else open_checked(path)


def _listed(run: Path) -> dict[str, Sheet]:
    """Return the sheets of a run by key; files beside `run.h5` are newer than what is in it."""
    found: dict[str, Sheet] = {}
    with open_published(run) as file, damage(run / RUN_FILE):
        for key, group in file.get(ANALYSIS, {}).items():
            found |= _sheets(run / RUN_FILE, key, group)
    for path in sorted((run / ANALYSIS).glob("*.h5")):
        with (
            suppress(FileNotFoundError, Unreadable, KeyError),
            open_checked(path) as file,
            damage(path),
        ):
            found |= _sheets(path, path.stem, file[f"{ANALYSIS}/{path.stem}"])
    return found


def _sheets(path: Path, key: str, group: h5py.Group) -> dict[str, Sheet]:
    """Return the variables of a group that hold an array for each checkpoint."""
    datasets = {n: d for n, d in group.items() if isinstance(d, h5py.Dataset) and not is_bare(d.id)}
    # most groups are curves, which need no second look
    if CHECKPOINT not in datasets or not any(d.ndim > 1 for d in datasets.values()):
        return {}
    names = names_in(group)
    dims = {name: dims_of(dataset, names) for name, dataset in datasets.items()}
    attrs = {name: read_attrs(dataset) for name, dataset in datasets.items()}
    beside = {word for told in attrs.values() for word in str(told.get("coordinates", "")).split()}
    beside |= {name for name in dims if dims[name] == (name,)}
    labels = {
        name: read_values(datasets[name])
        for name in beside & set(dims)
        if datasets[name].size <= LONGEST_LABEL and name != DIGEST
    }
    mains = [name for name in dims if name not in beside]
    found = {}
    for name in mains:
        values, along = datasets[name], dims[name]
        if len(along) < 2 or along[0] != CHECKPOINT or values.dtype.kind not in NUMERIC:
            continue
        if all(values.shape) and math.prod(values.shape[1:]) <= LARGEST:
            entry = readable(key if len(mains) == 1 else f"{key}/{name}")
            told = read_attrs(group) | attrs[name]
            place = (path, f"{ANALYSIS}/{key}/{name}")
            found[entry] = _sheet(entry, along[1:], values.shape[1:], labels, told, place)
    return found


def _sheet(
    key: str,
    dims: tuple[str, ...],
    shape: tuple[int, ...],
    labels: Mapping[str, NDArray[Any]],
    attrs: Mapping[str, Any],
    place: tuple[Path, str],
) -> Sheet:
    step = np.asarray(labels[CHECKPOINT], np.int64)
    unit = str(attrs.get("unit_label", "")) or str(attrs.get("units", "1"))
    return Sheet(
        key,
        measure=key.partition(".")[0],
        title=readable(str(attrs.get("long_name", key))),
        unit="" if unit == "1" else readable(unit),
        dims=tuple(map(readable, dims)),
        shape=shape,
        step=step,
        epoch=np.asarray(labels.get("epoch", step), np.float64),
        labels=labels,
        attrs=attrs,
        place=place,
    )
