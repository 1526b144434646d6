"""The state of a loop (models, optimisers, generators, counters) as arrays and one JSON text.

Nothing is pickled: what reads back is arrays, numbers, texts, lists, tuples and dicts.
"""

import json
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grokscope.store.recording.arrays import is_array, to_numpy, type_name

STRUCTURE = "structure"
"""Name of the array that holds the JSON text, as bytes."""
Arrays = dict[str, NDArray[Any]]


def pack_state(state: Mapping[str, Any]) -> Arrays:
    """Return a state as arrays by name.

    Parameters
    ----------
    state : dict
        Of objects with a `state_dict()`, arrays and tensors, numbers, texts, None, and dicts,
        lists and tuples of these. A named tuple is kept as a tuple.

    Raises
    ------
    ValueError
        If something in it is none of these.
    """
    arrays: Arrays = {}
    text = json.dumps(_packed(dict(state), "state", arrays))
    return arrays | {STRUCTURE: np.frombuffer(text.encode(), np.uint8)}


def unpack_state(arrays: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    """Return the state that `pack_state` packed; tensors as tensors where torch is imported.

    Raises
    ------
    ValueError, KeyError, TypeError
        If the arrays hold none.
    """
    state = _unpacked(json.loads(arrays[STRUCTURE].tobytes()), arrays)
    if not isinstance(state, dict):
        raise ValueError("a state is a dict")
    return state


def _packed(value: Any, path: str, arrays: Arrays) -> list[Any]:
    if callable(getattr(value, "state_dict", None)):
        value = value.state_dict()
    if value is None or isinstance(value, bool | int | float | str):
        return ["value", value]
    if isinstance(value, Mapping):
        if not all(key is None or isinstance(key, bool | int | float | str) for key in value):
            raise ValueError(f"{path} has keys that are no texts and no numbers")
        items = [[key, _packed(one, f"{path}[{key!r}]", arrays)] for key, one in value.items()]
        return ["dict", items]
    if isinstance(value, list | tuple):
        kind = "list" if isinstance(value, list) else "tuple"
        return [kind, [_packed(one, f"{path}[{i}]", arrays) for i, one in enumerate(value)]]
    if is_array(value):
        array = np.array(to_numpy(value))
        if array.dtype.kind not in "biufc":
            raise ValueError(f"{path} is an array of {array.dtype}; numbers can be saved")
        name = str(len(arrays))
        arrays[name] = array
        library = "tensor" if hasattr(value, "detach") else "array"
        return [library, name, type_name(value)]
    known = "arrays, numbers, texts, dicts, lists and objects with a state_dict() can be"
    raise ValueError(f"{path} is a {type(value).__name__}, which is not saved; {known}")


def _unpacked(node: list[Any], arrays: Mapping[str, NDArray[Any]]) -> Any:
    kind, content = node[0], node[1]
    if kind == "value":
        return content
    if kind == "dict":
        return {key: _unpacked(one, arrays) for key, one in content}
    if kind in ("list", "tuple"):
        items = [_unpacked(one, arrays) for one in content]
        return items if kind == "list" else tuple(items)
    array, dtype = arrays[content], node[2]
    torch = sys.modules.get("torch")
    if kind == "tensor" and torch is not None:
        return torch.from_numpy(np.array(array)).to(getattr(torch, dtype))
    try:
        return array.astype(dtype)
    except TypeError:
        # a type that numpy learns of another library, which is not imported now
        return array
