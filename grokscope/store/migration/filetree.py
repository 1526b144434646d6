"""A file of any version as a tree of labelled arrays, read and written whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import h5py
import numpy as np

from grokscope.store.hdf5.groups import (
    dims_of,
    is_bare,
    new_file,
    read_attrs,
    read_values,
    write_attrs,
    write_group,
)
from grokscope.store.inspection import damage
from grokscope.store.inspection.rules import Inspector
from grokscope.store.schema import CONVENTIONS, SCHEMA_VERSION, Attribute, Group, Variable


@dataclass(frozen=True)
class Tree:
    """Everything in one HDF5 file; groups by their paths, what lies at the root under ''."""

    attrs: Mapping[str, Attribute]
    groups: Mapping[str, Group] = field(default_factory=dict)


def read_tree(path: Path) -> Tree:
    """Return everything in a file of any version.

    Raises
    ------
    Unreadable
        If it is damaged or hostile.
    """
    called = f"{path.parent.name}/{path.name}"
    with h5py.File(path, "r", locking=False) as file, damage(path):
        for _ in Inspector(called, 1 << 62).walk(file):
            pass
        groups: dict[str, Group] = {}
        waiting = [("", file["/"])]
        while waiting:
            name, group = waiting.pop()
            inner = {key: thing for key, thing in group.items() if isinstance(thing, h5py.Group)}
            waiting += [(f"{name}/{key}".strip("/"), thing) for key, thing in inner.items()]
            variables = {
                key: _variable(key, data)
                for key, data in group.items()
                if key not in inner and not is_bare(data.id)
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


def equal(one: Tree, other: Tree) -> bool:
    """Return whether two trees hold the same values under the same names."""
    own = ("Conventions", "schema_version")
    heads = [{k: v for k, v in tree.attrs.items() if k not in own} for tree in (one, other)]
    if heads[0] != heads[1] or one.groups.keys() != other.groups.keys():
        return False
    return all(_equal_groups(group, other.groups[name]) for name, group in one.groups.items())


def _variable(name: str, data: h5py.Dataset) -> Variable:
    labelled = data.is_scale or any(len(data.dims[axis]) for axis in range(data.ndim))
    dims = dims_of(data) if labelled else tuple(f"{name}__{axis}" for axis in range(data.ndim))
    return Variable(dims, read_values(data), read_attrs(data))


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
