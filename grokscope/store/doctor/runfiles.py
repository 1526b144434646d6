"""What one run's directory holds: each file read when a check first asks, and only once."""

import contextlib
import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np

from grokscope.errors import Damaged, GrokscopeError, UnreadableNow
from grokscope.store.checkpoints.segments import parse_layout
from grokscope.store.curves.published import read_published
from grokscope.store.curves.scanning import LogScan, scan
from grokscope.store.doctor.rebuilding import state_of
from grokscope.store.files.patience import reason
from grokscope.store.hdf5.groups import read_attrs, read_values
from grokscope.store.inspection import damage, open_checked, open_published
from grokscope.store.inspection.opening import name_of
from grokscope.store.listing.summary import RunSummary, read_summary, read_summary_file
from grokscope.store.lock import Holder, Life, read_lock
from grokscope.store.schema import (
    ANALYSIS,
    LOCK_FILE,
    LOG_FILE,
    METRICS_GROUP,
    PREVIOUS_RESUME_FILE,
    PROBES,
    RESUME_FILE,
    RUN_FILE,
    SEGMENTS,
    SUMMARY_FILE,
    TRAJECTORY_FILE,
    TRAJECTORY_GROUP,
    Attribute,
)

T = TypeVar("T")


@dataclass(frozen=True)
class Reading(Generic[T]):
    """What a file held, or why it cannot be read; neither where there is no file."""

    value: T | None = None
    error: GrokscopeError | None = None


@dataclass(frozen=True)
class Labels:
    """What one file of checkpoints says it holds."""

    layout: str
    steps: list[int]
    digests: list[str]


@dataclass(frozen=True)
class Point:
    """What a check needs of a resume point."""

    step: int
    digest: str | None
    """Of the configuration it was saved under; None where it does not say."""


@dataclass(frozen=True)
class Head:
    """What a check needs of the published file."""

    attrs: dict[str, Attribute]
    rows: int
    last: int
    """Step of the newest row; -1 where there is none."""


class RunFiles:
    """The files of one run.

    Parameters
    ----------
    run : Path
        Its directory.
    deep : bool
        Read every value, not only what tells whether a file opens.
    held : bool
        Whether this process holds the run's lock.
    now : float, in seconds
        Unix time.
    """

    def __init__(self, run: Path, deep: bool = False, held: bool = False, now: float = 0.0) -> None:
        self.run = run
        self.id = run.name
        self.deep = deep
        self.held = held
        self.now = now

    @cached_property
    def entries(self) -> dict[str, os.DirEntry[str]]:
        """What lies in the directory, by name."""
        with os.scandir(self.run) as entries:
            return {entry.name: entry for entry in entries}

    @cached_property
    def folders(self) -> dict[str, list[str]]:
        """The names in each folder of the run, the directory itself under '', sorted."""
        found = {"": sorted(self.entries)}
        for folder in FOLDERS:
            if folder in self.entries:
                with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                    found[folder] = sorted(os.listdir(self.run / folder))  # noqa: PTH208
        return found

    def inside(self, folder: str) -> list[Path]:
        """Return the whole HDF5 files of one folder, by name; hidden ones are left out."""
        names = self.folders.get(folder, [])
        return [self.run / folder / n for n in names if n.endswith(".h5") and n[0] != "."]

    def named(self, pattern: re.Pattern[str], only: Path | None = None) -> list[Path]:
        """Return the files in the run and its folders, or one alone, whose names fit a pattern."""
        folders = (
            self.folders.items() if only is None else [(str(only), self.folders.get(str(only), []))]
        )
        pairs = ((folder, name) for folder, names in folders for name in names)
        return [self.run / folder / name for folder, name in pairs if pattern.fullmatch(name)]

    @cached_property
    def segments(self) -> list[Path]:
        """Checkpoints not compacted yet."""
        return [path for path in self.inside(SEGMENTS) if path.name.startswith("ck-")]

    @cached_property
    def loose(self) -> list[Path]:
        """Results of measures not merged yet."""
        return self.inside(ANALYSIS)

    @cached_property
    def holder(self) -> Holder | None:
        """Who holds the run, this process apart."""
        return None if self.held or LOCK_FILE not in self.entries else read_lock(self.run)

    @cached_property
    def life(self) -> Life:
        """Whether the holder lives; "dead" where there is none."""
        return "dead" if self.holder is None else self.holder.life()

    @property
    def live(self) -> bool:
        """Whether some process may be writing the run right now."""
        return self.life != "dead"

    @cached_property
    def told(self) -> Reading[dict[str, Any]]:
        """The summary file as it stands."""
        return _reading(lambda: read_summary_file(self.run))

    @cached_property
    def summary(self) -> Reading[RunSummary]:
        """The summary as listings have it."""
        return _reading(lambda: read_summary(self.run)) if SUMMARY_FILE in self.entries else READING

    @cached_property
    def head(self) -> Reading[Head]:
        """The published file's attributes and how far its rows go."""
        return _reading(self._head) if RUN_FILE in self.entries else READING

    @cached_property
    def log(self) -> LogScan:
        """The log, torn or not."""
        return scan(self.run / LOG_FILE)

    @cached_property
    def labels(self) -> dict[Path, Reading[Labels]]:
        """What each file of checkpoints says it holds, the compacted one first."""
        paths = [self.run / TRAJECTORY_FILE] if TRAJECTORY_FILE in self.entries else []
        return {path: _reading(partial(_labels, path)) for path in [*paths, *self.segments]}

    @cached_property
    def points(self) -> dict[str, Reading[Point]]:
        """The resume points, the newest first."""
        if self.ended and not self.deep:
            # a run that ended needs them no more
            return {}
        names = [n for n in (RESUME_FILE, PREVIOUS_RESUME_FILE) if n in self.entries]
        return {name: _reading(partial(_point, self.run / name, self.deep)) for name in names}

    @property
    def checkpoints(self) -> int:
        """How many checkpoints can be read."""
        known = (labels.value for labels in self.labels.values() if labels.value is not None)
        return len({step for labels in known for step in labels.steps})

    @property
    def state(self) -> str:
        """What the writer last said of the run."""
        known = self.told.value or {}
        attrs = {} if self.head.value is None else self.head.value.attrs
        return state_of(attrs.get("status"), known.get("state"))

    @property
    def ended(self) -> bool:
        """Whether the run came to its own end."""
        return self.state in ("finished", "failed")

    def _head(self) -> Head:
        if self.deep:
            read_published(self.run, whole=True)
        with open_published(self.run) as file, damage(self.run / RUN_FILE):
            attrs = read_attrs(file)
            group = file.get(METRICS_GROUP)
            if group is None or "step" not in group:
                return Head(attrs, 0, -1)
            steps = np.asarray(group["step"][()], np.int64)
            if steps.size and not (steps[0] >= 0 and np.all(np.diff(steps) > 0)):
                raise Damaged(f"{self.id}/{RUN_FILE} is damaged: its steps do not increase")
            return Head(attrs, steps.size, int(steps[-1]) if steps.size else -1)


READING: Reading[Any] = Reading()
FOLDERS = (SEGMENTS, PROBES, ANALYSIS, Path(LOG_FILE).parent.name)


def _reading(read: Callable[[], T]) -> Reading[T]:
    try:
        return Reading(read())
    except FileNotFoundError:
        return READING
    except GrokscopeError as error:
        return Reading(error=error)
    except OSError as error:
        return Reading(error=UnreadableNow(reason(error)))


def _labels(path: Path) -> Labels:
    with open_checked(path) as file, damage(path):
        group = file[TRAJECTORY_GROUP]
        layout = str(group.attrs["layout"])
        steps = np.asarray(group["checkpoint"][()], np.int64).tolist()
        digests = [str(text) for text in read_values(group["digest"])]
    try:
        parse_layout(layout)
    except (ValueError, TypeError) as error:
        raise Damaged(f"{name_of(path)} is damaged: its layout cannot be read") from error
    return Labels(layout, steps, digests)


def _point(path: Path, deep: bool) -> Point:
    with open_checked(path) as file, damage(path):
        text, digest = file.attrs.get("counters"), file.attrs.get("config_digest")
        if deep:
            for data in file.values():
                np.asarray(data[()])
    try:
        return Point(int(json.loads(str(text))["step"]), digest)
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
        raise Damaged(f"{name_of(path)} is damaged: its counters cannot be read") from error
