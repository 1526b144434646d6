"""Where the checkpoints of a run lie by now: compacted, in segments, or both."""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from grokscope.errors import Damaged, MissingData, Unreadable
from grokscope.layout import Layout
from grokscope.store.checkpoints.segments import parse_layout
from grokscope.store.files.verdicts import identity
from grokscope.store.hdf5.groups import read_attrs, read_values
from grokscope.store.inspection import damage, open_checked
from grokscope.store.schema import SEGMENTS, TRAJECTORY_FILE, TRAJECTORY_GROUP, Attribute

ATTEMPTS = 100
"""How often checkpoints are looked for while a writer moves them; only new files are read again."""
THINNED = "thinned"
"""How the attributes that tell of thinning begin."""
GONE = -1
"""Row of a checkpoint that no file holds any more."""


@dataclass(frozen=True)
class _Held:
    """What one file says of its checkpoints, each array (checkpoint,)."""

    layout: Layout
    attrs: dict[str, Attribute]
    step: NDArray[np.int64]
    epoch: NDArray[np.float64]
    digest: NDArray[Any]


@dataclass(frozen=True)
class Places:
    """The checkpoints of a run, in order, and where each is read from; arrays (checkpoint,)."""

    layout: Layout
    attrs: dict[str, Attribute]
    """What the files say of how they were thinned."""
    step: NDArray[np.int64]
    """Strictly increasing."""
    epoch: NDArray[np.float64]
    digest: NDArray[Any]
    """sha256 of each checkpoint's parameters."""
    paths: list[Path]
    source: NDArray[np.int64]
    """Which of `paths` holds it."""
    row: NDArray[np.int64]
    """Its place in that file."""

    def moved_to(self, now: "Places") -> "Places":
        """Return these checkpoints where they lie now; the row of those that went is GONE."""
        if not now.step.size:
            return replace(self, row=np.full_like(self.row, GONE))
        at = np.searchsorted(now.step, self.step).clip(max=now.step.size - 1)
        here = (now.step[at] == self.step) & (now.digest[at] == self.digest)
        here &= now.layout == self.layout
        row = np.where(here, now.row[at], GONE)
        return replace(self, paths=now.paths, source=now.source[at], row=row)


def find_places(run: Path) -> Places:
    """Return where a run's checkpoints lie, though a writer may move them meanwhile.

    Raises
    ------
    MissingData
        If it recorded none.
    Unreadable, NewerSchema
        If a file of it cannot be read.
    FileNotFoundError
        If the files vanish faster than they can be read.
    """
    seen: dict[tuple[Path, bytes], _Held] = {}
    for _ in range(ATTEMPTS - 1):
        try:
            return _find(run, seen)
        except FileNotFoundError:
            # what it held is in another file now, and was before this one went
            continue
    return _find(run, seen)


def _find(run: Path, seen: dict[tuple[Path, bytes], _Held]) -> Places:
    paths = sorted((run / SEGMENTS).glob("ck-*.h5"))
    if (run / TRAJECTORY_FILE).exists():
        paths.insert(0, run / TRAJECTORY_FILE)
    if not paths:
        raise MissingData(f"run {run.name!r} recorded no checkpoints")
    files = []
    for path in paths:
        # another file of that name may be read than was asked after, and is asked after again then
        key = path, identity(os.lstat(path))
        if key not in seen:
            seen[key] = _read(run, path)
        files.append(seen[key])
    if any(file.layout != files[0].layout for file in files):
        raise Unreadable(f"run {run.name!r}: its checkpoints disagree on their layout")
    rows, newest = [], -1
    for file in files:
        rows.append(np.flatnonzero(file.step > newest))
        newest = max(newest, int(file.step[-1])) if file.step.size else newest
    attrs = {name: value for file in files for name, value in file.attrs.items()}
    return Places(
        layout=files[0].layout,
        attrs={name: value for name, value in attrs.items() if name.startswith(THINNED)},
        step=np.concatenate([file.step[new] for file, new in zip(files, rows, strict=True)]),
        epoch=np.concatenate([file.epoch[new] for file, new in zip(files, rows, strict=True)]),
        digest=np.concatenate([file.digest[new] for file, new in zip(files, rows, strict=True)]),
        paths=paths,
        source=np.repeat(np.arange(len(files)), [new.size for new in rows]),
        row=np.concatenate(rows),
    )


def _read(run: Path, path: Path) -> _Held:
    with open_checked(path) as file, damage(path):
        group = file[TRAJECTORY_GROUP]
        return _Held(
            layout=_layout(group, f"{run.name}/{path.name}"),
            attrs=read_attrs(group),
            step=np.asarray(group["checkpoint"][()], np.int64),
            epoch=np.asarray(group["epoch"][()], np.float64),
            digest=read_values(group["digest"]),
        )


def _layout(group: h5py.Group, called: str) -> Layout:
    try:
        layout = parse_layout(str(group.attrs["layout"]))
    except (ValueError, TypeError) as error:
        raise Damaged(f"{called} is damaged: its layout cannot be read") from error
    count = group["checkpoint"].size
    if any(group[p.name].shape != (count, *p.shape) for p in layout.parameters):
        raise Damaged(f"{called} is damaged: its parameters do not fit its layout")
    return layout
