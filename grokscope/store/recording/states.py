"""The state of a loop (models, optimisers, generators, counters) as arrays and one JSON text.

Nothing is pickled: what reads back is arrays, numbers, texts, lists, tuples and dicts.
"""

import json
import math
import re
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grokscope.store.files.texts import parse_json
from grokscope.store.recording.arrays import is_array, to_numpy, type_name

STRUCTURE = "structure"
"""Name of the array that holds the JSON text, as bytes."""
TYPE = re.compile(r"bool|bfloat16|complex(32|64|128)|u?int\d{1,2}|float\d{1,2}(_[a-z0-9]+)?")
"""Names of the types that arrays are given back as."""
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
    try:
        text = json.dumps(_packed(dict(state), "state", arrays), allow_nan=False)
    except RecursionError:
        raise ValueError("the state holds itself, or is nested too deeply") from None
    return arrays | {STRUCTURE: np.frombuffer(text.encode(), np.uint8)}


def unpack_state(arrays: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    """Return the state that `pack_state` packed; tensors as tensors where torch is imported.

    Raises
    ------
    ValueError, KeyError, TypeError
        If the arrays hold none.
    """
    state = _unpacked(parse_json(arrays[STRUCTURE].tobytes()), arrays)
    if not isinstance(state, dict):
        raise ValueError("a state is a dict")
    return state


def _packed(value: Any, path: str, arrays: Arrays) -> list[Any]:
    if callable(getattr(value, "state_dict", None)):
        value = value.state_dict()
    if isinstance(value, float) and not math.isfinite(value):
        return ["float", str(float(value))]
    if value is None or isinstance(value, bool | int | float | str):
        return ["value", value]
    if isinstance(value, Mapping):
        if not all(map(_is_key, value)):
            raise ValueError(f"{path} has keys that are no texts and no numbers")
        items = [[key, _packed(one, f"{path}[{key!r}]", arrays)] for key, one in value.items()]
        return ["dict", items]
    if isinstance(value, list | tuple):
        kind = "list" if isinstance(value, list) else "tuple"
        return [kind, [_packed(one, f"{path}[{i}]", arrays) for i, one in enumerate(value)]]
    if is_array(value):
        array = np.array(to_numpy(value), order="C")
        if array.dtype.kind not in "biufc" or np.dtype(array.real.dtype).itemsize > 8:
            known = "numbers of at most 64 bits, and complex ones of two such"
            raise ValueError(f"{path} is an array of {array.dtype}; {known}, can be saved")
        if array.dtype.kind == "c":
            # files hold pairs of real numbers
            array = np.stack([array.real, array.imag], axis=-1)
        name = str(len(arrays))
        arrays[name] = array
        library = "tensor" if hasattr(value, "detach") else "array"
        return [library, name, type_name(value)]
    known = "arrays, numbers, texts, dicts, lists and objects with a state_dict() can be"
    raise ValueError(f"{path} is a {type(value).__name__}, which is not saved; {known}")


def _is_key(key: Any) -> bool:
    if isinstance(key, float):
        return math.isfinite(key)
    return key is None or isinstance(key, bool | int | str)


def _unpacked(node: list[Any], arrays: Mapping[str, NDArray[Any]]) -> Any:
    kind, content = node[0], node[1]
    if kind == "value":
        return content
    if kind == "dict":
        return {key: _unpacked(one, arrays) for key, one in content}
    if kind in ("list", "tuple"):
        items = [_unpacked(one, arrays) for one in content]
        return items if kind == "list" else tuple(items)
    if kind == "float" and content in ("nan", "inf", "-inf"):
        return float(content)
    if kind not in ("array", "tensor") or not TYPE.fullmatch(node[2]):
        raise ValueError(f"{str(node[2:])[:80]} is no type of an array")
    return _array(np.asarray(arrays[content]), node[2], kind == "tensor")


def _array(array: NDArray[Any], dtype: str, tensor: bool) -> Any:
    """Return an array as what it was; a type of a library that is not imported stays numpy's."""
    if dtype.startswith("complex") and array.dtype.kind == "f":
        array = array[..., 0] + 1j * array[..., 1]
    torch = sys.modules.get("torch")
    if (
        tensor
        and torch is not None
        and isinstance(kind := getattr(torch, dtype, None), torch.dtype)
    ):
        return torch.from_numpy(np.array(array)).to(kind)
    try:
        return array.astype(dtype)
    except TypeError:
        return array
