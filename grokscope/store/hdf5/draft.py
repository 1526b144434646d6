"""HDF5 files whose bulk HDF5 never handles: it lays them out in memory, and we write them.

HDF5 that runs out of disk while it flushes can neither close its file nor give it up, and takes
the process along; a plain write that fails is an error like any other. It also copies and checks
what it stores in four passes. So HDF5 is told where each chunk goes and never sees its bytes.
"""

import contextlib
import math
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from grokscope.store.hdf5.checksum import fletcher32
from grokscope.store.hdf5.seeking import Seekable

LIBVER = ("earliest", "v110")
"""Newest features used: older tools of the field read the file too."""
PAGE = 4096
"""Bytes of layout that are kept, and written, together."""
META_BLOCK = 1 << 16
"""Bytes of layout kept together, so that the bulk lies in long stretches."""
MOST_PIECES = 512
"""Pieces of memory handed over in one call; systems take 1024."""
MOST_BYTES = 8 << 20
"""Bytes handed over in one call."""
TOKEN_BYTES = 16
"""Random bytes that a chunk's stand-in is known by."""
CHECKED = 4
"""Bytes that the checksum adds to a chunk."""

Values = NDArray[Any]
Piece = Any
"""A stretch of memory: a bytearray, an array."""


class Draft(h5py.File):
    """A new file being laid out. What is created in it as usual is kept in memory.

    Chunks put with `put` go straight to the disk once the layout is there. Nothing can be read
    back from it before.
    """

    def __init__(self, pages: "_Pages") -> None:
        super().__init__(pages, "w", libver=LIBVER, meta_block_size=META_BLOCK)
        self._pages = pages
        self.bulk: list[tuple[int, list[Piece]]] = []
        """Chunks that were put, by their addresses."""

    def place(self, dataset: h5py.Dataset, offsets: Iterable[tuple[int, ...]]) -> list[int]:
        """Make room for the chunks at `offsets` of a dataset; return their addresses.

        Parameters
        ----------
        dataset : h5py.Dataset
            Chunked, with no filter but fletcher32.
        """
        size = math.prod(dataset.chunks) * dataset.dtype.itemsize
        size += CHECKED * bool(dataset.fletcher32)
        # told by what it holds, for an HDF5 may copy it before it writes it
        stand_in: NDArray[np.uint8] = np.zeros(size, np.uint8)
        token = os.urandom(min(size, TOKEN_BYTES))
        stand_in[: len(token)] = np.frombuffer(token, np.uint8)
        self._pages.awaited, addresses = (token, size), self._pages.addresses
        for count, offset in enumerate(offsets, 1):
            dataset.id.write_direct_chunk(offset, stand_in)
            if len(addresses) != count:
                raise RuntimeError("this HDF5 does not write chunks as they are given to it")
        self._pages.awaited, self._pages.addresses = None, []
        return addresses

    def put(self, dataset: h5py.Dataset, chunks: Iterable[tuple[tuple[int, ...], Values]]) -> None:
        """Store whole chunks, by their offsets; they must not change until the end.

        Raises
        ------
        ValueError
            If one of them is no whole chunk.
        """
        offsets, values = zip(*chunks, strict=True)
        shape, kind = dataset.chunks, dataset.dtype
        for each in values:
            if each.shape != shape or each.dtype != kind or not each.flags.c_contiguous:
                raise ValueError(f"{dataset.name}: {each.shape} {each.dtype}, not {shape} {kind}")
        sums = [fletcher32(each.reshape(1, -1).view(np.uint8)) for each in values]
        self._keep(dataset, offsets, values, sums)

    def fill(self, dataset: h5py.Dataset, values: Values) -> None:
        """Store all of a dataset whose chunks span every axis but the first.

        `values` must not change until the end.
        """
        values = np.ascontiguousarray(values, dataset.dtype)
        shape = dataset.chunks
        rest = (0,) * (values.ndim - 1)
        offsets = [(start, *rest) for start in range(0, len(values), shape[0])]
        count = len(values) // shape[0]
        whole = values[: count * shape[0]].reshape(count, -1).view(np.uint8)
        parts, sums = list(whole), list(fletcher32(whole))
        if count < len(offsets):
            padded = np.full(shape, dataset.fillvalue, values.dtype)
            padded[: len(values) - count * shape[0]] = values[count * shape[0] :]
            parts.append(padded)
            sums += list(fletcher32(padded.reshape(1, -1).view(np.uint8)))
        self._keep(dataset, offsets, parts, sums)

    def _keep(
        self,
        dataset: h5py.Dataset,
        offsets: Iterable[tuple[int, ...]],
        values: Iterable[Values],
        sums: Iterable[Values],
    ) -> None:
        checked = dataset.fletcher32
        places = self.place(dataset, offsets)
        for address, each, total in zip(places, values, sums, strict=True):
            self.bulk.append((address, [each, total] if checked else [each]))


class _Pages(Seekable):
    """What HDF5 writes, in memory; of chunks only where they go."""

    def __init__(self) -> None:
        super().__init__()
        self.awaited: tuple[bytes, int] | None = None
        """How the stand-in of a chunk begins, and how many bytes it has."""
        self.addresses: list[int] = []
        """Where in the file it was put, each time."""
        self.pages: dict[int, bytearray] = {}
        self.size = 0

    def length(self) -> int:
        """Return how many bytes the file has."""
        return self.size

    def write(self, data: Any) -> int:
        """Keep what HDF5 writes, or the address of a chunk that stands for another."""
        view = memoryview(data).cast("B")
        if self._stands_in(view):
            self.addresses.append(self.at)
        else:
            for page, start, span in _pieces(self.at, len(view)):
                kept = self.pages.setdefault(page, bytearray(PAGE))
                kept[start : start + len(span)] = view[span.start : span.stop]
        self.at += len(view)
        self.size = max(self.size, self.at)
        return len(view)

    def _stands_in(self, view: memoryview) -> bool:
        if self.awaited is None:
            return False
        token, size = self.awaited
        return len(view) == size and view[: len(token)] == token

    def readinto(self, target: Any) -> int:
        """Read what was written."""
        view = memoryview(target).cast("B")
        for page, start, span in _pieces(self.at, len(view)):
            kept = self.pages.get(page, bytes(PAGE))
            view[span.start : span.stop] = kept[start : start + len(span)]
        self.at += len(view)
        return len(view)

    def truncate(self, size: int | None = None) -> int:
        """Give the file a length."""
        self.size = self.at if size is None else size
        return self.size


@contextlib.contextmanager
def new_file(path: Path) -> Iterator[Draft]:
    """Give a file to fill in memory; it is written to disk at the end.

    Raises
    ------
    OSError
        If the disk does not take it.
    """
    pages = _Pages()
    with Draft(pages) as draft:
        yield draft
    with path.open("wb", buffering=0) as target:
        kept = ((page * PAGE, [pages.pages[page]]) for page in sorted(pages.pages))
        write_at(target.fileno(), kept)
        # after the layout, for a chunk shares pages with it
        write_at(target.fileno(), draft.bulk)
        target.truncate(pages.size)


def write_at(place: int, stretches: Iterable[tuple[int, Sequence[Piece]]]) -> None:
    """Write pieces of memory to addresses of an open file, in as few calls as it takes.

    Raises
    ------
    OSError
        If the disk does not take all of it.
    """
    start, end = 0, 0
    waiting: list[memoryview] = []
    for address, pieces in stretches:
        for piece in pieces:
            view = memoryview(piece).cast("B")
            if waiting and (
                address != end or len(waiting) == MOST_PIECES or end - start >= MOST_BYTES
            ):
                _write_all(place, waiting, start)
                waiting = []
            if not waiting:
                start = address
            waiting.append(view)
            address = end = address + len(view)
    _write_all(place, waiting, start)


def _write_all(place: int, views: list[memoryview], at: int) -> None:
    while views:
        # macOS has no call that takes both pieces and a place
        os.lseek(place, at, os.SEEK_SET)
        done = os.writev(place, views)
        at += done
        while views and done >= len(views[0]):
            done -= len(views[0])
            views = views[1:]
        if views and done:
            views = [views[0][done:], *views[1:]]


def _pieces(at: int, length: int) -> Iterator[tuple[int, int, range]]:
    """Yield page, start in it and place in the whole of each part of a stretch."""
    done = 0
    while done < length:
        page, start = divmod(at + done, PAGE)
        size = min(PAGE - start, length - done)
        yield page, start, range(done, done + size)
        done += size
