"""Numbers and arrays of any library, PyTorch and JAX among them, as numpy has them."""

import sys
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray


def numbers(metrics: Mapping[str, Any]) -> dict[str, float]:
    """Return what was logged as plain numbers.

    Parameters
    ----------
    metrics : dict
        Numbers, or arrays and tensors that hold one, on any device. Those of an accelerator are
        fetched together.

    Raises
    ------
    ValueError
        If a value is not one real number.
    """
    plain: dict[str, float] = {}
    away: dict[str, Any] = {}
    for name, value in metrics.items():
        if type(value) is float:
            plain[name] = value
        elif getattr(value, "is_cuda", False) is True:
            plain[name] = away[name] = value
        else:
            plain[name] = _number(name, value)
    return plain | _fetched(away) if away else plain


def is_array(value: Any) -> bool:
    """Return whether a value is an array of some library."""
    if isinstance(value, type):
        return False
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return True
    return hasattr(value, "__array__") or hasattr(value, "__dlpack__")


def to_numpy(value: Any) -> NDArray[Any]:
    """Return an array as numpy has it; real numbers of less than 32 bits become float32.

    It may share memory with `value`.

    Raises
    ------
    ValueError
        If it cannot be had as a plain array.
    """
    try:
        return _plain(value)
    except (TypeError, RuntimeError, BufferError) as error:
        told = f"{error}".partition("\n")[0][:120]
        raise ValueError(
            f"{type(value).__name__} is no array that can be stored: {told}"
        ) from error


def type_name(value: Any) -> str:
    """Return what an array's library calls its type, such as "bfloat16"."""
    dtype = getattr(value, "dtype", None)
    if dtype is None:
        dtype = np.asarray(value).dtype if hasattr(value, "__array__") else ""
    return getattr(dtype, "name", str(dtype).removeprefix("torch."))


def _plain(value: Any) -> NDArray[Any]:
    if hasattr(value, "detach"):
        tensor = value.detach().cpu()
        small = tensor.is_floating_point() and tensor.element_size() < 4
        array: NDArray[Any] = (tensor.float() if small else tensor).numpy()
        return array
    if hasattr(value, "__dlpack__") and not hasattr(value, "__array__"):
        return np.from_dlpack(value)
    array = np.asarray(value)
    real = array.dtype.kind == "f" or array.dtype.name.startswith(("bfloat", "float"))
    return array.astype(np.float32) if real and array.dtype.itemsize < 4 else array


def _number(name: str, value: Any) -> float:
    try:
        single = value.item() if hasattr(value, "item") else value
        if type(single) is float:
            return single
        if isinstance(single, str | bytes):
            raise TypeError
        return float(single)
    except OverflowError as error:
        raise ValueError(f"{name} is larger than any float") from error
    except (TypeError, ValueError, RuntimeError) as error:
        shape = f" of shape {tuple(value.shape)}" if hasattr(value, "shape") else ""
        what = f"{type(value).__name__}{shape}"
        raise ValueError(f"{name} is a {what}; a metric is one real number") from error


def _fetched(away: Mapping[str, Any]) -> dict[str, float]:
    """Return numbers that lie on an accelerator; waiting for it once is enough."""
    torch = sys.modules["torch"]
    single = all(value.numel() == 1 and not value.is_complex() for value in away.values())
    if not single or len({value.device for value in away.values()}) > 1:
        return {name: _number(name, value) for name, value in away.items()}
    row = torch.stack([value.detach().reshape(()).double() for value in away.values()])
    return dict(zip(away, row.tolist(), strict=True))
