"""What a probe is: its name, its axes and their labels, and how it lies in HDF5."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from grokscope.errors import BadArgument, told
from grokscope.store.hdf5.groups import (
    SMALL,
    dims_of,
    is_bare,
    make_scales,
    read_attrs,
    read_values,
    write_attrs,
)
from grokscope.store.schema import PROBE_GROUP, Attribute, Variable

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+-]{0,199}")
TIMES = ("step", "epoch")
"""What each value of a probe is labelled with along its first dimension."""
CHUNK_BYTES = 1 << 18
"""Most bytes stored together: what reading one value costs."""
STEP = {"long_name": "optimizer step", "units": "1", "unit_label": "step"}
EPOCH = {"long_name": "epoch", "units": "1", "unit_label": "epoch"}


@dataclass(frozen=True)
class Probe:
    """One probe, without its values.

    `dims` and `shape` are those at one step; `dtype` is float32, float64, int64 or uint8.
    """

    name: str
    dims: tuple[str, ...]
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    labels: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    """Of axes that have any: one number or text for each place."""
    attrs: Mapping[str, Attribute] = field(default_factory=dict)

    def agrees(self, other: "Probe") -> bool:
        """Return whether values of both belong into one array."""
        same = (self.dims, self.shape, self.dtype) == (other.dims, other.shape, other.dtype)
        return (
            same
            and self.labels.keys() == other.labels.keys()
            and all(
                np.array_equal(labels, other.labels[dim]) for dim, labels in self.labels.items()
            )
        )


def probe_name(name: str) -> str:
    """Return the name under which a probe is stored: "block/0" is kept as "block.0".

    Raises
    ------
    ValueError
        If no group can have it.
    """
    if not isinstance(name, str):
        raise BadArgument(f"name is {told(name)}; a text names a probe")
    kept = name.replace("/", ".")
    if not NAME.fullmatch(kept) or kept in TIMES:
        raise ValueError(
            f"{name!r:.80} cannot name a probe; 1 to 200 letters, digits, '.', '_', '+', '-' can"
            " that begin with a letter or a digit"
        )
    return kept


def probe_of(
    name: str,
    values: NDArray[Any],
    dims: Sequence[str] | None = None,
    coords: Mapping[str, Any] | None = None,
    attrs: Mapping[str, Attribute] | None = None,
) -> Probe:
    """Return the probe that values at one step belong to.

    Parameters
    ----------
    name : str
    values : ndarray, (*dims)
        Numbers or truth values.
    dims : sequence of str, optional
        Names of the axes; `<name>__0`, `<name>__1`, ... where they have none.
    coords : dict, optional
        Labels of axes: a sequence of numbers or texts by the axis's name.
    attrs : dict, optional
        `long_name`, by default the name; `units`, by default "1"; and others.

    Raises
    ------
    ValueError
        If a name, a type or a label cannot be stored.
    """
    kept = probe_name(name)
    _check_given(kept, dims, coords, attrs or {})
    named = (dims,) if isinstance(dims, str) else dims
    given = tuple(named) if named is not None else _numbered(kept, values.ndim)
    if len(given) != values.ndim or len(set(given)) != len(given):
        raise ValueError(f"probe {kept!r}: {given} cannot name the axes of shape {values.shape}")
    for dim in given:
        if dim in (kept, *TIMES) or not NAME.fullmatch(dim):
            raise ValueError(f"probe {kept!r}: {dim!r:.80} cannot name an axis")
    labels = {dim: _labels(kept, dim, of) for dim, of in (coords or {}).items()}
    sizes = dict(zip(given, values.shape, strict=True))
    for dim, of in labels.items():
        if of.shape != (sizes.get(dim),):
            known = f"axes {sizes}"
            raise ValueError(f"probe {kept!r}: labels of shape {of.shape} for {dim!r}; {known}")
    words: dict[str, Attribute] = {"long_name": kept, "units": "1"} | dict(attrs or {})
    return Probe(kept, given, values.shape, stored_type(kept, values.dtype), labels, words)


def stored_type(name: str, dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return the type that values are stored in, which every reader knows.

    Raises
    ------
    ValueError
        If they are no numbers.
    """
    if dtype.kind == "f":
        return np.dtype("f8" if dtype.itemsize > 4 else "f4")
    if dtype.kind == "b" or dtype == np.uint8:
        return np.dtype("u1")
    if dtype.kind in "iu":
        return np.dtype("i8")
    known = "real numbers, whole numbers and truth values can be stored"
    raise ValueError(f"probe {name!r} is {dtype}; {known}")


def create_probe(
    file: h5py.File,
    probe: Probe,
    steps: Sequence[int],
    epochs: Sequence[float],
    blocks: Iterable[NDArray[Any]],
) -> None:
    """Write one probe into a new file: values come as blocks (step, *dims), in order."""
    group = file.create_group(f"{PROBE_GROUP}/{probe.name}")
    sizes = {"step": len(steps)} | dict(zip(probe.dims, probe.shape, strict=True))
    labels = {
        dim: Variable((dim,), of, {"long_name": dim, "units": "1"})
        for dim, of in probe.labels.items()
    }
    labels["step"] = Variable(("step",), np.asarray(steps, np.int64), STEP)
    scales = make_scales(group, sizes, labels)
    epoch = group.create_dataset("epoch", data=np.asarray(epochs, np.float64), fillvalue=np.nan)
    write_attrs(epoch, EPOCH)
    epoch.dims[0].attach_scale(scales["step"])
    shape = tuple(sizes.values())
    values = group.create_dataset(
        probe.name, shape=shape, dtype=probe.dtype, **_storage(probe, len(steps))
    )
    write_attrs(values, dict(probe.attrs) | {"coordinates": "epoch"})
    for axis, dim in enumerate(sizes):
        values.dims[axis].attach_scale(scales[dim])
    start = 0
    for block in blocks:
        if values.size:
            values[start : start + len(block)] = block
        start += len(block)


def read_form(group: h5py.Group, name: str) -> Probe:
    """Return the probe that `create_probe` wrote.

    Raises
    ------
    KeyError, ValueError
        If the group holds none.
    """
    values = group[name]
    dims = dims_of(values)
    if dims[:1] != ("step",) or values.shape[0] != group["step"].size:
        raise ValueError(f"probe {name!r} does not lie along steps")
    labels = {
        dim: read_values(group[dim])
        for dim in dims[1:]
        if dim in group and not is_bare(group[dim].id)
    }
    attrs = {key: value for key, value in read_attrs(values).items() if key != "coordinates"}
    return Probe(name, dims[1:], values.shape[1:], values.dtype, labels, attrs)


def _check_given(name: str, dims: Any, coords: Any, attrs: Mapping[str, Any]) -> None:
    known = "a list of names of axes can be given"
    if dims is not None:
        for dim in dims if isinstance(dims, Iterable) else (dims,):
            if not isinstance(dims, Iterable) or not isinstance(dim, str):
                raise BadArgument(f"probe {name!r}: dims is {told(dims)}; {known}")
    if coords is not None and not isinstance(coords, Mapping):
        raise BadArgument(f"probe {name!r}: coords is {told(coords)}; a table of labels can be")
    for key in ("long_name", "units"):
        if not isinstance(attrs.get(key, ""), str):
            raise BadArgument(f"probe {name!r}: {key} is {told(attrs[key])}; a text can be given")


def _numbered(name: str, count: int) -> tuple[str, ...]:
    return tuple(f"{name}__{axis}" for axis in range(count))


def _labels(name: str, dim: str, values: Any) -> NDArray[Any]:
    labels = np.asarray(values)
    if labels.dtype.kind == "U" or all(isinstance(label, str) for label in labels.flat):
        return labels.astype(object)
    return labels.astype(stored_type(f"{name}, labels of {dim}", labels.dtype))


def _storage(probe: Probe, count: int) -> dict[str, Any]:
    fill = {"fillvalue": np.nan} if probe.dtype.kind == "f" else {}
    row = int(np.prod(probe.shape)) * probe.dtype.itemsize
    if row * count < SMALL:
        return fill
    chunk = (min(max(CHUNK_BYTES // row, 1), count), *probe.shape)
    return fill | {"chunks": chunk, "fletcher32": True}
