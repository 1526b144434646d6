"""Reading what readers read, where a crash, a hang or a bomb hits nobody else."""

import itertools
import math
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from grokscope.errors import OlderSchema, Unreadable
from grokscope.store.inspection.rules import Found, Inspector
from grokscope.store.versions import check_version

EAGER = 64 << 20
"""Bytes of uncompressed numbers that are read whole; of what goes beyond, chunks are looked at."""
SLAB = 16 << 20
"""Bytes read at once."""
ROWS = 4096
"""Texts read at once."""
MAX_TEXT = 64 << 20
"""Most characters that all variables of text may hold."""


def rehearse(file: h5py.File, called: str, size: int, length: int) -> None:
    """Refuse a file that no run has, then read it as its readers will.

    Attributes, text, compressed data and the first `EAGER` bytes of other data are read whole. Of
    larger uncompressed data every chunk is located, and the first and last are read: the rest
    is numbers that are copied as they lie.

    Parameters
    ----------
    size, length : int, in bytes
        What the file takes on disk, and where it ends.

    Raises
    ------
    Unreadable, NewerSchema, OlderSchema
        Naming what is wrong.
    Exception
        Whatever h5py raises on damaged data.
    """
    older = _check_version(file, called)
    if "schema_version" not in file.attrs:
        raise Unreadable(f"{called} carries no schema_version; not a grokscope file")
    reading = _Reading(called, length)
    for found in Inspector(called, size).walk(file):
        reading.read(found)
    if older is not None:
        raise older


def _check_version(file: h5py.File, called: str) -> OlderSchema | None:
    """Refuse a later major version, whose files may be of another kind; return an earlier one.

    A file of an earlier one is read all the same, for whoever migrates it.
    """
    version = file.attrs.get("schema_version")
    if version is None:
        return None
    if not isinstance(version, str):
        raise Unreadable(f"{called} carries no schema_version; not a grokscope file")
    try:
        check_version(version, called)
    except OlderSchema as error:
        return error
    return None


class _Reading:
    """The values of one file, within its budget."""

    def __init__(self, called: str, length: int) -> None:
        self.called = called
        self.length = length
        self.eager = EAGER
        self.text = 0

    def read(self, found: Found) -> None:
        """Read a variable, or what of it could do harm."""
        width, text = found.dtype.itemsize, h5py.check_string_dtype(found.dtype) is not None
        if found.chunks:
            self._locate(found)
        count, *rest = found.shape or (1,)
        row = max(math.prod(rest), 1)
        slab = max(ROWS // row if text else SLAB // (row * width), 1)
        if text or self._fits(found):
            for start in range(0, count, slab):
                self._read(found, start, min(start + slab, count))
        elif math.prod(found.chunks) * width <= EAGER:
            self._read(found, 0, 1)
            self._read(found, count - 1, count)

    def _fits(self, found: Found) -> bool:
        if found.packed:
            return True
        self.eager -= math.prod(found.shape) * found.dtype.itemsize
        return self.eager >= 0

    def _locate(self, found: Found) -> None:
        """Refuse chunks that lie outside the file, or are larger than chunks can be."""
        counts = (math.ceil(n / c) for n, c in zip(found.shape, found.chunks, strict=True))
        most, numbers = math.prod(counts), itertools.count(1)
        nominal = math.prod(found.chunks) * found.dtype.itemsize
        largest = nominal + 4 + (nominal // 100 + 1024 if found.packed else 0)

        def check(chunk: Any) -> None:
            outside = chunk.byte_offset + chunk.size > self.length
            if outside or chunk.size > largest or next(numbers) > most:
                what = f"{self.called}: {found.path!r:.80}"
                raise Unreadable(f"{what} has chunks that no file can hold")

        found.data.chunk_iter(check)

    def _read(self, found: Found, start: int, stop: int) -> None:
        """Read rows of a variable; all of it where it has no axis."""
        shape = found.shape and (stop - start, *found.shape[1:])
        values: NDArray[Any] = np.empty(shape, found.dtype)
        here = there = h5py.h5s.ALL
        if shape != found.shape:
            here, there = h5py.h5s.create_simple(shape), found.data.get_space()
            there.select_hyperslab((start,) + (0,) * (len(shape) - 1), shape)
        found.data.read(here, there, values)
        if told := h5py.check_string_dtype(found.dtype):
            self.text += sum(len(value.decode(told.encoding)) for value in values.flat)
            if self.text > MAX_TEXT:
                raise Unreadable(f"{self.called} holds more than {MAX_TEXT} characters")
