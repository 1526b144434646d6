"""Reading what readers read, where a crash, a hang or a bomb hits nobody else."""

import itertools
import math
from typing import Any

import h5py

from grokscope.errors import OlderSchema, Unreadable
from grokscope.store.hdf5.groups import dims_of, is_bare, read_attrs, read_values
from grokscope.store.inspection.rules import DEFLATE, Inspector
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
    inspector = Inspector(called, size)
    inspector.walk(file)
    if "schema_version" not in file.attrs:
        raise Unreadable(f"{called} carries no schema_version; not a grokscope file")
    for path in inspector.groups:
        read_attrs(file[path])
    reading = _Reading(called, length)
    for path in inspector.datasets:
        dataset = file[path]
        read_attrs(dataset)
        dataset.attrs.get("DIMENSION_LIST")
        if not is_bare(dataset):
            dims_of(dataset, inspector.names)
            reading.read(dataset)
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

    def read(self, dataset: h5py.Dataset) -> None:
        """Read a variable, or what of it could do harm."""
        if dataset.ndim == 0:
            self._count(read_values(dataset))
            return
        if dataset.chunks:
            self._locate(dataset)
        text = h5py.check_string_dtype(dataset.dtype) is not None
        if text or self._fits(dataset):
            row = max(math.prod(dataset.shape[1:]), 1)
            slab = max(ROWS // row if text else SLAB // (row * dataset.dtype.itemsize), 1)
            for start in range(0, dataset.shape[0], slab):
                self._count(read_values(dataset, slice(start, start + slab)))
        elif not dataset.chunks or math.prod(dataset.chunks) * dataset.dtype.itemsize <= EAGER:
            dataset[:1], dataset[-1:]

    def _fits(self, dataset: h5py.Dataset) -> bool:
        if dataset.compression is not None:
            return True
        self.eager -= dataset.size * dataset.dtype.itemsize
        return self.eager >= 0

    def _locate(self, dataset: h5py.Dataset) -> None:
        """Refuse chunks that lie outside the file, or are larger than chunks can be."""
        counts = (math.ceil(n / c) for n, c in zip(dataset.shape, dataset.chunks, strict=True))
        most, numbers = math.prod(counts), itertools.count(1)
        nominal = math.prod(dataset.chunks) * dataset.dtype.itemsize
        plist = dataset.id.get_create_plist()
        packed = any(plist.get_filter(i)[0] == DEFLATE for i in range(plist.get_nfilters()))
        largest = nominal + 4 + (nominal // 100 + 1024 if packed else 0)
        what = f"{self.called}: {dataset.name!r:.80}"

        def check(chunk: Any) -> None:
            outside = chunk.byte_offset + chunk.size > self.length
            if outside or chunk.size > largest or next(numbers) > most:
                raise Unreadable(f"{what} has chunks that no file can hold")

        dataset.id.chunk_iter(check)

    def _count(self, values: Any) -> None:
        if values.dtype == object:
            self.text += sum(map(len, values.flat))
            if self.text > MAX_TEXT:
                raise Unreadable(f"{self.called} holds more than {MAX_TEXT} characters")
