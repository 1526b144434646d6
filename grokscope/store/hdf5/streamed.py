"""HDF5 files larger than memory, written so that a disk which refuses ends in an error."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py

from grokscope.store.hdf5.groups import LIBVER
from grokscope.store.hdf5.seeking import Seekable


class Sink(Seekable):
    """A file that HDF5 writes through, and that keeps a refusal of the disk to itself.

    HDF5 that cannot write can neither close its file nor give it up, and takes the process
    along. What comes after the first refusal is held in memory, so that closing works; `error`
    tells whoever fills the file to stop.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.error: OSError | None = None
        self._place = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o644)
        self._held: list[tuple[int, bytes]] = []

    def check(self) -> None:
        """Raise the first refusal, if there was one.

        Raises
        ------
        OSError
            As the disk told it.
        """
        if self.error is not None:
            raise self.error

    def length(self) -> int:
        """Return how many bytes the file has, with what is held in memory."""
        ends = [start + len(data) for start, data in self._held]
        return max([os.fstat(self._place).st_size, *ends])

    def write(self, data: Any) -> int:
        """Write all of `data`, or hold it once the disk has refused."""
        left = memoryview(data).cast("B")
        size = len(left)
        while left and self.error is None:
            try:
                done = os.pwrite(self._place, left, self.at)
            except OSError as error:
                self.error = error
            else:
                left, self.at = left[done:], self.at + done
        if left:
            self._held.append((self.at, bytes(left)))
            self.at += len(left)
        return size

    def readinto(self, target: Any) -> int:
        """Read what was written, what is held in memory included."""
        view = memoryview(target).cast("B")
        found = os.pread(self._place, len(view), self.at)
        view[: len(found)] = found
        view[len(found) :] = bytes(len(view) - len(found))
        for start, data in self._held:
            low, high = max(start, self.at), min(start + len(data), self.at + len(view))
            if low < high:
                view[low - self.at : high - self.at] = data[low - start : high - start]
        self.at += len(view)
        return len(view)

    def truncate(self, size: int | None = None) -> int:
        """Give the file a length."""
        length = self.at if size is None else size
        if self.error is None:
            try:
                os.ftruncate(self._place, length)
            except OSError as error:
                self.error = error
        return length

    def close(self) -> None:
        """Close the file."""
        if not self.closed:
            os.close(self._place)
        super().close()


class Streamed:
    """A file being filled, and whether the disk still takes it."""

    def __init__(self, file: h5py.File, sink: Sink) -> None:
        self.file = file
        self.check = sink.check


@contextlib.contextmanager
def streamed_file(path: Path) -> Iterator[Streamed]:
    """Give a file to fill that goes to disk as it grows; call its `check` between large writes.

    Raises
    ------
    OSError
        If the disk does not take it; `path` then holds no file that can be opened.
    """
    with Sink(path) as sink:
        with h5py.File(sink, "w", libver=LIBVER) as file:
            yield Streamed(file, sink)
        sink.check()
