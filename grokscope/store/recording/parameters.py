"""A model's parameters by name, be it a module, a state dict or a nest of arrays."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grokscope.errors import BadArgument, listed
from grokscope.layout import Layout, ParameterSpec
from grokscope.store.recording.arrays import is_array, to_numpy, type_name
from grokscope.store.schema import PARAMETER_NAMES, PARAMETER_TYPES, Attribute, canonical

WRAPPERS = ("_orig_mod.", "_fsdp_wrapped_module.", "_checkpoint_wrapped_module.")
"""What compiling and sharding put into names."""
PARALLEL = "module."
"""What training on several devices puts before every name."""
DEEPEST = 100
"""Levels of a nest of arrays."""
SHOWN = 5
"""Most arrays that a warning names."""


@dataclass(frozen=True)
class Parameters:
    """Floating-point arrays by name."""

    tensors: Mapping[str, NDArray[Any]]
    types: Mapping[str, str]
    """Types of those that are not float32, such as "bfloat16"."""
    tied: Mapping[str, str]
    """Names of arrays that are one with another, and that other's name; they are kept once."""
    given: Mapping[str, str] = field(default_factory=dict)
    """By the name that is kept the one given, where it had a '/' in it."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Types of the arrays, single counters apart, that are not floating point."""

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Shape of each."""
        return {name: values.shape for name, values in self.tensors.items()}

    @property
    def attrs(self) -> dict[str, Attribute]:
        """What a run tells of them: types, ties and names as JSON, where there are any."""
        told = {
            PARAMETER_TYPES: self.types,
            "tied_parameters": self.tied,
            PARAMETER_NAMES: self.given,
        }
        return {name: canonical(each) for name, each in told.items() if each}

    @property
    def warning(self) -> str:
        """What to tell of the arrays that are left out, in one line."""
        names = [f"{name!r:.80} ({kind})" for name, kind in self.left_out.items()]
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        return (
            f"checkpoints leave out {listed(names[:SHOWN])}{more}: floating-point arrays are kept;"
            " probe() keeps others"
        )


def parameters(model: Any) -> Parameters:
    """Return a model's floating-point arrays; what else it holds is left out.

    Parameters
    ----------
    model
        Anything with a `state_dict()`; a mapping, sequence, named tuple or dataclass of arrays,
        nested as may be. Names along a path are joined with '.', and '/' becomes '.' too. What
        compiling and sharding put into names is taken out.

    Raises
    ------
    ValueError
        If two would have one name, one is complex, it holds itself, or there are none.
    """
    tensors: dict[str, NDArray[Any]] = {}
    types: dict[str, str] = {}
    tied: dict[str, str] = {}
    seen: dict[Any, str] = {}
    given: dict[str, str] = {}
    left_out: dict[str, str] = {}
    for name, (path, value) in _named(model).items():
        array = to_numpy(value)
        if array.dtype.kind == "c":
            raise ValueError(f"parameter {name!r} is {array.dtype}; keep its two parts as two")
        if array.dtype.kind != "f":
            if array.ndim:
                left_out[name] = type_name(value)
            continue
        if "/" in path:
            given[name] = path
        same = seen.setdefault(_identity(value), name) if array.size else name
        if same != name:
            tied[name] = same
            continue
        tensors[name] = array
        if (kind := type_name(value)) != "float32":
            types[name] = kind
    if not sum(values.size for values in tensors.values()):
        what = f"{type(model).__module__}.{type(model).__name__}"
        raise ValueError(f"nothing to checkpoint: no floating-point parameters in {what}")
    return Parameters(tensors, types, tied, given, left_out)


def layout_of(found: Parameters) -> Layout:
    """Return where tensors lie in a row, in their order; axes are `<tensor>__0`, `__1`, ..."""
    return Layout(
        tuple(
            ParameterSpec(name, tuple(f"{name}__{axis}" for axis in range(len(shape))), shape)
            for name, shape in found.shapes.items()
        )
    )


def row_of(found: Parameters, layout: Layout) -> NDArray[np.float32]:
    """Return a copy of all values as one row, float32 (parameter,).

    Raises
    ------
    ValueError
        If they are not those that the layout was made of.
    """
    wanted = {p.name: p.shape for p in layout.parameters}
    if found.shapes != wanted:
        name = next(
            name for name in (*wanted, *found.shapes) if found.shapes.get(name) != wanted.get(name)
        )
        told, first = (
            f"of shape {shapes[name]}" if name in shapes else "missing"
            for shapes in (found.shapes, wanted)
        )
        raise ValueError(f"parameter {name!r} is {told}; at the first checkpoint it was {first}")
    row = np.empty(layout.size, np.float32)
    for name, view in layout.views(row).items():
        view[...] = found.tensors[name]
    return row


def _named(model: Any) -> dict[str, tuple[str, Any]]:
    """Return arrays by the name that is kept, each with the name that was given."""
    leaves = list(_leaves(model, "", ()))
    parallel = bool(leaves) and all(name.startswith(PARALLEL) for name, _ in leaves)
    found: dict[str, tuple[str, Any]] = {}
    for name, value in leaves:
        kept = name.removeprefix(PARALLEL) if parallel else name
        for wrapper in WRAPPERS:
            kept = kept.replace(wrapper, "")
        kept = kept.replace("/", ".")
        if kept in found:
            raise ValueError(f"two parameters would be stored as {kept!r}")
        found[kept] = name, value
    return found


def _leaves(tree: Any, path: str, above: tuple[int, ...]) -> Iterator[tuple[str, Any]]:
    if callable(getattr(tree, "state_dict", None)):
        tree = tree.state_dict()
    if is_array(tree):
        yield path or "values", tree
        return
    if id(tree) in above or len(above) > DEEPEST:
        place = repr(path[:80])
        raise BadArgument(
            f"the model at {place} holds itself, or more than {DEEPEST} levels; a nest of arrays"
            " can be kept"
        )
    for key, inner in _branches(tree):
        name = f"{path}.{key}" if path else str(key)
        yield from _leaves(inner, name, (*above, id(tree)))


def _branches(tree: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(tree, Mapping):
        yield from tree.items()
    elif isinstance(tree, tuple) and hasattr(tree, "_fields"):
        yield from zip(tree._fields, tree, strict=True)
    elif isinstance(tree, list | tuple):
        yield from enumerate(tree)
    elif dataclasses.is_dataclass(tree) and not isinstance(tree, type):
        yield from ((field.name, getattr(tree, field.name)) for field in dataclasses.fields(tree))


def _identity(value: Any) -> Any:
    """Return what two names of the same memory have in common."""
    if hasattr(value, "data_ptr"):
        return value.data_ptr(), tuple(value.shape), value.stride(), str(value.device)
    if isinstance(value, np.ndarray):
        return value.__array_interface__["data"][0], value.shape, value.strides
    return id(value)
