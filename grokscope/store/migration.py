"""Migration: files of an earlier major version of the format, written anew in this one.

`MIGRATIONS` holds, for each earlier major version, the pure functions that lead to the next one.
Each file of a run is read, taken through them, written beside the old one, read back and only
then renamed; the old one stays as `<name>.v<major>`. The summary goes last, so that a run whose
migration was cut short is told as old, and migrating it again goes on where that stopped.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from grokscope.errors import OlderSchema, Unreadable
from grokscope.store.hdf5 import (
    dims_of,
    is_bare,
    new_file,
    read_attrs,
    read_values,
    write_attrs,
    write_group,
)
from grokscope.store.inspection import damage, open_checked
from grokscope.store.inspection.rules import Inspector
from grokscope.store.publish import publish, publish_json, sync
from grokscope.store.schema import (
    ANALYSIS,
    CONVENTIONS,
    PREVIOUS_RESUME_FILE,
    PROBES,
    PROBES_FILE,
    RESUME_FILE,
    RUN_FILE,
    SCHEMA_VERSION,
    SEGMENTS,
    SUMMARY_FILE,
    TRAJECTORY_FILE,
    Attribute,
    Group,
    Variable,
)
from grokscope.store.summary import read_summary_file
from grokscope.store.texts import readable


@dataclass(frozen=True)
class Tree:
    """Everything in one HDF5 file; groups by their paths, what lies at the root under ''."""

    attrs: Mapping[str, Attribute]
    groups: Mapping[str, Group] = field(default_factory=dict)


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


def read_tree(path: Path) -> Tree:
    """Return everything in a file of any version.

    Raises
    ------
    Unreadable
        If it is damaged or hostile.
    """
    called = f"{path.parent.name}/{path.name}"
    with h5py.File(path, "r", locking=False) as file, damage(path):
        Inspector(called, 1 << 62).walk(file)
        groups: dict[str, Group] = {}
        waiting = [("", file["/"])]
        while waiting:
            name, group = waiting.pop()
            inner = {key: thing for key, thing in group.items() if isinstance(thing, h5py.Group)}
            waiting += [(f"{name}/{key}".strip("/"), thing) for key, thing in inner.items()]
            variables = {
                key: _variable(key, data)
                for key, data in group.items()
                if key not in inner and not is_bare(data)
            }
            if variables or (name and not inner):
                groups[name] = Group(variables, read_attrs(group) if name else {})
        return Tree(read_attrs(file), groups)


def write_tree(path: Path, tree: Tree) -> None:
    """Write a tree as a file of this version.

    Raises
    ------
    ValueError
        If something in it cannot be stored.
    OSError
        If the disk does not take it.
    """
    with new_file(path) as file:
        head = {"Conventions": CONVENTIONS} if "Conventions" in tree.attrs else {}
        write_attrs(file, dict(tree.attrs) | head | {"schema_version": SCHEMA_VERSION})
        for name, variable in tree.groups.get("", Group({})).variables.items():
            # what lies at the root has no labels: resume points are arrays of any type
            write_attrs(file.create_dataset(name, data=variable.data), variable.attrs)
        for name, group in tree.groups.items():
            if name:
                write_group(file.create_group(name), group)


def _variable(name: str, data: h5py.Dataset) -> Variable:
    labelled = data.is_scale or any(len(data.dims[axis]) for axis in range(data.ndim))
    dims = dims_of(data) if labelled else tuple(f"{name}__{axis}" for axis in range(data.ndim))
    return Variable(dims, read_values(data), read_attrs(data))


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
        if not _equal(read_tree(temporary), tree):
            raise Unreadable(f"{called}: what was migrated does not read back; the old file stands")
        _keep(path, major)

    publish(path, write)
    return True


def _keep(path: Path, major: int) -> None:
    """Give the old file a second name, under which nothing reads it."""
    kept = path.with_name(f"{path.name}.v{major}")
    if kept.exists():
        return
    try:
        os.link(path, kept)
    except OSError:
        # some file systems know one name for a file alone
        half = kept.with_name(f".{kept.name}.tmp")
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


def _equal(one: Tree, other: Tree) -> bool:
    """Return whether two trees hold the same values under the same names."""
    own = ("Conventions", "schema_version")
    heads = [{k: v for k, v in tree.attrs.items() if k not in own} for tree in (one, other)]
    if heads[0] != heads[1] or one.groups.keys() != other.groups.keys():
        return False
    return all(_equal_groups(group, other.groups[name]) for name, group in one.groups.items())


def _equal_groups(one: Group, other: Group) -> bool:
    if one.variables.keys() != other.variables.keys() or dict(one.attrs) != dict(other.attrs):
        return False
    return all(
        a.data.shape == b.data.shape
        and dict(a.attrs) == dict(b.attrs)
        and (a.data.dtype == object or a.data.dtype == b.data.dtype)
        and np.array_equal(a.data, b.data, equal_nan=a.data.dtype.kind == "f")
        for a, b in ((v, other.variables[name]) for name, v in one.variables.items())
    )
