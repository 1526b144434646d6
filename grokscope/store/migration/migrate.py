"""Migration: files of an earlier major version of the format, written anew in this one.

`MIGRATIONS` holds, for each earlier major version, the pure functions that lead to the next one.
Each file of a run is read, taken through them, written beside the old one, read back and only
then renamed; the old one stays as `<name>.v<major>`. The summary goes last, so that a run whose
migration was cut short is told as old, and migrating it again goes on where that stopped.
"""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from grokscope.errors import OlderSchema, Unreadable
from grokscope.store.checkpoints.compaction import write_compacted
from grokscope.store.checkpoints.segments import parse_layout, row_digests
from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.files.publish import publish, publish_json, sync
from grokscope.store.files.texts import readable
from grokscope.store.hdf5.groups import read_values
from grokscope.store.inspection import damage, open_checked
from grokscope.store.listing.summary import read_summary_file
from grokscope.store.migration.filetree import Tree, equal, read_tree, write_tree
from grokscope.store.schema import (
    ANALYSIS,
    LOG_FILE,
    PREVIOUS_RESUME_FILE,
    PROBES,
    PROBES_FILE,
    RESUME_FILE,
    RUN_FILE,
    SCHEMA_VERSION,
    SEGMENTS,
    SUMMARY_FILE,
    TRAJECTORY_FILE,
    TRAJECTORY_GROUP,
)
from grokscope.store.wal import MAGIC, MARK


def same(tree: Any) -> Any:
    """Return what it is given: a kind of file that a version did not change."""
    return tree


@dataclass(frozen=True)
class Migration:
    """From one major version to the next: a pure function for each kind of file."""

    run: Callable[[Tree], Tree] = same
    """Of `run.h5`, and of the results of measures that are not in it yet."""
    trajectory: Callable[[Tree], Tree] = same
    """Of `trajectory.h5` and of every segment."""
    probes: Callable[[Tree], Tree] = same
    resume: Callable[[Tree], Tree] = same
    log: Callable[[bytes], bytes] = same
    """Of the log's frames, without the mark before them."""
    summary: Callable[[dict[str, Any]], dict[str, Any]] = same


MIGRATIONS: dict[int, Migration] = {}
"""By the major version that they lead on from; empty, since 1 is the first."""

MAJOR = int(SCHEMA_VERSION.partition(".")[0])


def migrate(run: Path) -> str:
    """Write every file of a run that an earlier major version wrote anew in this one.

    The caller holds the lock.

    Returns
    -------
    str
        What was done, in a line.

    Raises
    ------
    OlderSchema
        If no way leads here from such a version.
    Unreadable
        If a file cannot be read, or does not read back as it was written; the old ones stand.
    OSError
        If the disk does not take it; the old files stand.
    """
    done = [path.name for path in files_of(run) if _migrate_file(path, kind_of(run, path))]
    if TRAJECTORY_FILE in done:
        # written as it came; in blocks, a parameter's path through time reads fast
        found = open_trajectory(run)
        every = np.arange(len(found))
        publish(run / TRAJECTORY_FILE, lambda path: write_compacted(path, found, every))
    done += _migrate_log(run / LOG_FILE)
    data = read_summary_file(run) if (run / SUMMARY_FILE).exists() else {}
    major = _major(data.get("schema_version", SCHEMA_VERSION), SUMMARY_FILE)
    if major < MAJOR:
        steps = _steps(major, f"{run.name}/{SUMMARY_FILE}")
        for step in steps:
            data = step.summary(data)
        _keep(run / SUMMARY_FILE, major)
        publish_json(run / SUMMARY_FILE, data | {"schema_version": SCHEMA_VERSION}, durable=True)
        done.append(SUMMARY_FILE)
    return f"{len(done)} files migrated to version {SCHEMA_VERSION}; the old ones are kept beside"


def files_of(run: Path) -> list[Path]:
    """Return the HDF5 files of a run, whatever their versions."""
    names = (RUN_FILE, TRAJECTORY_FILE, PROBES_FILE, RESUME_FILE, PREVIOUS_RESUME_FILE)
    single = [run / name for name in names if (run / name).is_file()]
    folders = (SEGMENTS, ANALYSIS, PROBES)
    return single + [path for name in folders for path in sorted((run / name).glob("[!.]*.h5"))]


def kind_of(run: Path, path: Path) -> str:
    """Return which function of a `Migration` a file goes through."""
    name = path.name if path.parent == run else path.parent.name
    return {
        RUN_FILE: "run",
        ANALYSIS: "run",
        TRAJECTORY_FILE: "trajectory",
        SEGMENTS: "trajectory",
        PROBES_FILE: "probes",
        PROBES: "probes",
    }.get(name, "resume")


def version_of(path: Path) -> str:
    """Return the schema version that a file of an earlier one says it has, else this one.

    Raises
    ------
    Unreadable, NewerSchema
        If the file cannot be read.
    """
    try:
        with open_checked(path):
            return SCHEMA_VERSION
    except OlderSchema:
        with h5py.File(path, "r", locking=False) as file:
            return str(file.attrs["schema_version"])


def _migrate_file(path: Path, kind: str) -> bool:
    """Migrate one file where it is of an earlier major version; return whether it was."""
    called = f"{path.parent.name}/{path.name}"
    major = _major(version_of(path), called)
    if major >= MAJOR:
        return False
    steps = _steps(major, called)
    tree = read_tree(path)
    for step in steps:
        tree = getattr(step, kind)(tree)

    def write(temporary: Path) -> None:
        write_tree(temporary, tree)
        if not equal(read_tree(temporary), tree):
            raise Unreadable(f"{called}: what was migrated does not read back; the old file stands")
        if kind == "trajectory":
            _prove(temporary, called)
        _keep(path, major)

    publish(path, write)
    return True


def _migrate_log(path: Path) -> list[str]:
    data = path.read_bytes() if path.is_file() else b""
    mark = MARK.match(data)
    if mark is None or int(mark[1]) >= MAJOR:
        return []
    frames = data[mark.end() :]
    for step in _steps(int(mark[1]), LOG_FILE):
        frames = step.log(frames)

    def write(temporary: Path) -> None:
        temporary.write_bytes(MAGIC + frames)
        _keep(path, int(mark[1]))

    publish(path, write)
    return [path.name]


def _prove(path: Path, called: str) -> None:
    """Make sure that checkpoints are those they were recorded as, whatever they are called now."""
    with open_checked(path) as file, damage(path):
        group = file[TRAJECTORY_GROUP]
        layout = parse_layout(str(group.attrs["layout"]))
        for i, digest in enumerate(read_values(group["digest"])):
            row = layout.pack({p.name: group[p.name][i] for p in layout.parameters})
            if row_digests(layout, [row]) != [digest]:
                raise Unreadable(
                    f"{called}: checkpoints are not what they were; the old file stands"
                )


def _keep(path: Path, major: int) -> None:
    """Give the old file a second name, under which nothing reads it."""
    kept = path.with_name(f"{path.name}.v{major}")
    if kept.exists():
        return
    try:
        os.link(path, kept)
    except OSError:
        # some file systems know one name for a file alone
        half = kept.with_name(f".{kept.name}.{secrets.token_hex(4)}.tmp")
        half.write_bytes(path.read_bytes())
        half.replace(kept)
    sync(kept.parent)


def _steps(major: int, called: str) -> list[Migration]:
    missing = [number for number in range(major, MAJOR) if number not in MIGRATIONS]
    if missing:
        raise OlderSchema(
            f"{called} has schema version {major}.x, from which no way leads to {MAJOR}.x;"
            " an earlier grokscope may know one"
        )
    return [MIGRATIONS[number] for number in range(major, MAJOR)]


def _major(version: Any, called: str) -> int:
    text = str(version).partition(".")[0]
    if not (text.isascii() and text.isdigit()):
        raise Unreadable(f"{called} has schema version {readable(str(version), 20)!r}")
    return int(text)
