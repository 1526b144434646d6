"""Groups of `run.h5` that this version does not know, kept wherever the file is written anew.

A later minor version may have added them, or whoever owns the run. They are read as plain labelled
arrays, from a file that was looked at; what cannot be written again as such is left out.
"""

import io
from collections.abc import Iterator

import h5py

from grokscope.store.hdf5.groups import read_group, write_group
from grokscope.store.schema import ANALYSIS, EVENTS_GROUP, METRICS_GROUP, Group, Variable

KNOWN = frozenset({METRICS_GROUP, EVENTS_GROUP, ANALYSIS})
MOST_BYTES = 64 << 20
"""Bytes of numbers that are kept; a first look bounds text, attributes, depth and count."""


def unknown_groups(file: h5py.File) -> dict[str, Group]:
    """Return the groups of an open file that are none of ours, by path, outer ones first.

    A group at the root comes with all that is in it, or not at all: where it holds what no file
    of ours can, or where `MOST_BYTES` are passed.
    """
    found: dict[str, Group] = {}
    left = MOST_BYTES
    for name in unknown_names(file):
        groups, size = unknown_group(file, name, left)
        found |= groups
        left -= size
    return found


def unknown_names(file: h5py.File) -> list[str]:
    """Return what stands at a file's root and is none of ours, unread."""
    return [name for name in file if name not in KNOWN]


def unknown_group(file: h5py.File, name: str, most: int) -> tuple[dict[str, Group], int]:
    """Return a group at the root and all within it by path, and the size of its numbers in bytes.

    Nothing, and 0, where it is larger than `most`, holds what no file of ours can, or is no group.
    """
    group = file[name]
    if not isinstance(group, h5py.Group):
        return {}, 0
    inside = dict(_inside(name, group))
    things = (thing for inner in inside.values() for thing in inner.values())
    size = sum(thing.nbytes for thing in things if isinstance(thing, h5py.Dataset))
    if size > most:
        return {}, 0
    whole = {path: _labelled(read_group(inner)) for path, inner in inside.items()}
    return (whole, size) if _can_be_written(whole) else ({}, 0)


def _inside(path: str, group: h5py.Group) -> Iterator[tuple[str, h5py.Group]]:
    """Yield a group and all within it, by path."""
    yield path, group
    for name, thing in group.items():
        if isinstance(thing, h5py.Group):
            yield from _inside(f"{path}/{name}", thing)


def _labelled(group: Group) -> Group:
    """Name axes without labels after their variable, which may be no longer than another one."""
    variables = {
        name: Variable(
            tuple(f"{name}__{i}" if dim == f"dim_{i}" else dim for i, dim in enumerate(v.dims)),
            v.data,
            v.attrs,
        )
        for name, v in group.variables.items()
    }
    return Group(variables, group.attrs)


def _can_be_written(groups: dict[str, Group]) -> bool:
    """Try, in memory: what is refused there would end the writing of all the rest."""
    try:
        with h5py.File(io.BytesIO(), "w") as trial:
            for path, group in groups.items():
                write_group(trial.create_group(path), group)
    except (ValueError, TypeError, KeyError, RuntimeError, OSError):
        return False
    return True
