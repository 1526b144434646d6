"""Groups of labelled arrays as HDF5 that xarray opens with either of its netCDF engines."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from grokscope.store.hdf5.draft import LIBVER as LIBVER
from grokscope.store.hdf5.draft import Draft
from grokscope.store.hdf5.draft import new_file as new_file
from grokscope.store.schema import (
    CONVENTIONS,
    SCHEMA_VERSION,
    Attribute,
    Group,
    Variable,
)

CHUNK = 16384
"""Values of a curve stored together."""
STRING = h5py.string_dtype()
TEXT_TYPE = h5py.h5t.py_create(STRING, logical=True)
NUMBER_TYPES = {"i": h5py.h5t.NATIVE_INT64, "f": h5py.h5t.NATIVE_DOUBLE}
SCALAR = h5py.h5s.create(h5py.h5s.SCALAR)
LABELS = b"DIMENSION_LIST"
"""The attribute that names what labels each axis of a variable."""
REFERENCES = h5py.vlen_dtype(h5py.ref_dtype)
SMALL = 1024
"""Bytes below which a chunk would cost more than it holds, and a checksum is left out."""
NAMELESS = "This is a netCDF dimension but not a netCDF variable. {:10d}"
"""What netCDF calls the scale of a dimension without labels, with its length."""
KINDS = ("f4", "f8", "i8", "u1")
"""Types of numbers that every engine reads."""
RESERVED = frozenset({"CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST", "DIMENSION_LABELS"})
"""Attributes that HDF5 ties dimensions to variables with."""


def write_groups(path: Path, attrs: Mapping[str, Attribute], groups: Mapping[str, Group]) -> None:
    """Write a file anew: root attributes and groups by their paths.

    Raises
    ------
    ValueError
        If a variable's type or labels are ones that not every engine reads.
    OSError
        If the disk does not take it.
    """
    with new_file(path) as file:
        head = {"Conventions": CONVENTIONS, "schema_version": SCHEMA_VERSION}
        write_attrs(file, head | dict(attrs))
        for name, group in groups.items():
            write_group(file.create_group(name), group, file)


def write_group(target: h5py.Group, group: Group, draft: Draft | None = None) -> None:
    """Write variables and attributes into an empty HDF5 group, with its own dimensions.

    Parameters
    ----------
    draft : Draft, optional
        The file that the group is in, where it is one; long curves then go to disk as they are.
    """
    write_attrs(target, group.attrs)
    scales = make_scales(target, group.sizes, group.variables, draft)
    for name, variable in group.variables.items():
        if variable.dims == (name,):
            continue
        if name in scales:
            raise ValueError(f"{name} is named like a dimension that it does not label")
        dataset = _create(target, name, variable.data, draft)
        write_attrs(dataset, variable.attrs)
        for axis, dim in enumerate(variable.dims):
            dataset.dims[axis].attach_scale(scales[dim])


def make_scales(
    target: h5py.Group,
    sizes: Mapping[str, int],
    variables: Mapping[str, Variable],
    draft: Draft | None = None,
) -> dict[str, h5py.Dataset]:
    """Create each dimension of a group: a coordinate where a variable labels it, else bare."""
    scales = {}
    for dim, size in sizes.items():
        label = variables.get(dim)
        if label is not None and label.dims == (dim,):
            dataset = _create(target, dim, label.data, draft)
            write_attrs(dataset, label.attrs)
            dataset.make_scale(dim)
        else:
            dataset = target.create_dataset(dim, shape=(size,), dtype="f4")
            dataset.make_scale(NAMELESS.format(size))
        scales[dim] = dataset
    return scales


def write_attrs(target: h5py.HLObject, attrs: Mapping[str, Attribute]) -> None:
    """Write attributes: text, whole and real numbers, lists of one of these.

    Raises
    ------
    ValueError
        If a value is of a type that some engine drops.
    """
    for name, value in attrs.items():
        if isinstance(value, list | tuple | np.ndarray):
            text = all(isinstance(item, str) for item in value)
            values = [_text(item) if text else item for item in value]
            kind = STRING if text else _number_type(name, values)
            target.attrs.create(name, values, dtype=kind)
        elif isinstance(value, str):
            _put(target, name, TEXT_TYPE, np.array(_text(value), STRING))
        else:
            number: NDArray[Any] = np.array(value, _number_type(name, [value]))
            _put(target, name, NUMBER_TYPES[number.dtype.kind], number)


def check_attrs(attrs: Mapping[str, Attribute]) -> None:
    """Make sure that attributes can be written.

    Raises
    ------
    ValueError
        If a value is of a type that some engine drops.
    """
    for name, value in attrs.items():
        values = list(value) if isinstance(value, list | tuple | np.ndarray) else [value]
        if not all(isinstance(item, str) for item in values):
            _number_type(name, values)


def _put(target: h5py.HLObject, name: str, kind: h5py.h5t.TypeID, value: NDArray[Any]) -> None:
    # a third of the time that h5py's own interface takes, and a run has over a hundred
    h5py.h5a.create(target.id, name.encode(), kind, SCALAR).write(value)


def read_group(source: h5py.Group, max_ndim: int | None = None) -> Group:
    """Return a group that `write_group` wrote, in memory; groups inside it are left out.

    Parameters
    ----------
    max_ndim : int, optional
        Variables with more dimensions come without their values: empty along each of them.
    """
    variables, names = {}, names_in(source)
    for name, dataset in source.items():
        if isinstance(dataset, h5py.Dataset) and not is_bare(dataset.id):
            large = max_ndim is not None and dataset.ndim > max_ndim
            values = np.empty((0,) * dataset.ndim) if large else read_values(dataset)
            variables[name] = Variable(dims_of(dataset, names), values, read_attrs(dataset))
    return Group(variables, read_attrs(source))


def read_values(dataset: h5py.Dataset, key: Any = ()) -> NDArray[Any]:
    """Return a variable's values, text as str objects."""
    if h5py.check_string_dtype(dataset.dtype) is not None:
        return np.asarray(dataset.asstr()[key], dtype=object)
    return np.asarray(dataset[key])


def read_attrs(source: h5py.HLObject) -> dict[str, Attribute]:
    """Return attributes as plain Python values, without those that HDF5 needs for itself."""
    return {k: _plain(source.attrs[k]) for k in source.attrs if k not in RESERVED}


def is_bare(dataset: h5py.h5d.DatasetID) -> bool:
    """Return whether a dataset is a dimension without labels, which is no variable."""
    if not h5py.h5a.exists(dataset, b"NAME"):
        return False
    told = h5py.h5a.open(dataset, b"NAME")
    kind = told.get_type()
    if not isinstance(kind, h5py.h5t.TypeStringID) or kind.is_variable_str():
        return False
    size = kind.get_size()
    if not len(NAMELESS[:40]) <= size <= SMALL or told.get_storage_size() != size:
        return False
    name = np.empty((), f"S{size}")
    told.read(name)
    return bytes(name[()]).startswith(NAMELESS[:40].encode())


def names_in(group: h5py.Group) -> dict[int, str]:
    """Return the names of what a group holds, by address in the file."""
    return {place: name for name, place in links_in(group.id) if place is not None}


def links_in(group: h5py.h5g.GroupID) -> list[tuple[str, int | None]]:
    """Return the names in a group, each with the address it leads to; None for soft ones.

    Raises
    ------
    UnicodeDecodeError
        If a name is no text.
    """
    found: list[tuple[bytes, int | None]] = []

    def add(name: bytes, link: h5py.h5l.LinkInfo) -> None:
        found.append((name, link.u if link.type == h5py.h5l.TYPE_HARD else None))

    # opening each to ask for its address takes ten times as long
    group.links.iterate(add, info=True)
    return [(name.decode(), place) for name, place in found]


def dims_of(dataset: h5py.Dataset, names: Mapping[int, str] | None = None) -> tuple[str, ...]:
    """Return the names of a variable's dimensions.

    Parameters
    ----------
    names : dict, optional
        Of dimensions, by address. Without them HDF5 looks through the whole file for each one.
    """
    if dataset.is_scale:
        return (dataset.name.rpartition("/")[2],)
    scales = scales_of(dataset.id)
    return tuple(
        f"dim_{axis}" if scale is None else _name_of(scale, names or {})
        for axis, scale in enumerate(scales)
    )


def scales_of(dataset: h5py.h5d.DatasetID) -> list[h5py.h5d.DatasetID | None]:
    """Return what labels each axis of a variable, None where nothing does."""
    scales: list[h5py.h5d.DatasetID | None] = [None] * dataset.rank
    if h5py.h5a.exists(dataset, LABELS):
        told = h5py.h5a.open(dataset, LABELS)
        listed: NDArray[Any] = np.empty(told.shape, REFERENCES)
        told.read(listed)
        for axis, (references, _) in enumerate(zip(listed, scales, strict=True)):
            if len(references):
                scales[axis] = h5py.h5r.dereference(references[0], dataset)
    return scales


def _name_of(scale: h5py.h5d.DatasetID, names: Mapping[int, str]) -> str:
    told = names.get(address(scale)) or h5py.h5i.get_name(scale).decode()
    return told.rpartition("/")[2]


def address(thing: h5py.h5g.GroupID | h5py.h5d.DatasetID) -> int:
    """Return where in its file an object lies."""
    return int(h5py.h5o.get_info(thing).addr)


def _create(target: h5py.Group, name: str, data: NDArray[Any], draft: Draft | None) -> h5py.Dataset:
    data = np.asarray(data)
    if data.dtype.kind in "OUT":
        text = np.asarray(data, dtype=object)
        return target.create_dataset(name, data=text, dtype=STRING)
    if data.dtype.str[1:] not in KINDS:
        known = "float32, float64, int64, uint8 and text"
        raise ValueError(f"{name} is {data.dtype}, which not every engine reads; {known} are")
    fill = {"fillvalue": np.nan} if data.dtype.kind == "f" else {}
    if data.ndim == 0 or data.nbytes < SMALL:
        return target.create_dataset(name, data=data, **fill)
    chunks = (min(data.shape[0], max(CHUNK // max(data[0].size, 1), 1)), *data.shape[1:])
    checked = {"chunks": chunks, "fletcher32": True} | fill
    if draft is None:
        return target.create_dataset(name, data=data, **checked)
    dataset = target.create_dataset(name, shape=data.shape, dtype=data.dtype, **checked)
    draft.fill(dataset, data)
    return dataset


def _text(value: str) -> str:
    return value.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


def _number_type(name: str, values: list[Any]) -> type:
    if any(isinstance(v, bool | np.bool_) for v in values):
        raise ValueError(f"attribute {name} is a truth value; store 0 or 1")
    if all(isinstance(v, int | np.integer) for v in values):
        if any(not -(1 << 63) <= v < 1 << 63 for v in values):
            raise ValueError(f"attribute {name} is a whole number of more than 64 bits")
        return np.int64
    if all(isinstance(v, int | float | np.integer | np.floating) for v in values):
        return np.float64
    raise ValueError(f"attribute {name} is {values[0]!r:.40}; text and numbers can be stored")


def _plain(value: Any) -> Attribute:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, np.ndarray):
        plain: list[Any] = value.tolist()
        return [_plain(item) for item in plain]
    if isinstance(value, np.generic):
        return value.item()
    return value
