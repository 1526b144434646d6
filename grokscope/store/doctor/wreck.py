"""What is left of a damaged file, opened in a process of its own.

HDF5 may crash on damaged data, hang, or ask for any amount of memory; that process is limited.
A file that was cut off is read as if zeros came after it; what lies there counts as lost.
"""

import contextlib
import io
import json
import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py

from grokscope.errors import UnreadableNow
from grokscope.store.hdf5.seeking import Seekable
from grokscope.store.inspection.isolation import command, environment
from grokscope.store.inspection.opening import name_of

MEMORY = 4 << 30
"""Bytes that salvaging may take."""
SECONDS = 600
"""Time after which salvaging counts as hung."""
UNREAD = (KeyError, RuntimeError, ValueError, OSError, TypeError, AttributeError)
"""What h5py raises on damaged data."""
ENDS = {0: 40, 1: 44, 2: 28, 3: 28}
"""Where a file says how long it is, by the version of its first block."""


NOT_GIVEN = 75
"""Exit status of a process that met an error of the system's."""


class Lost(Exception):
    """Nothing can be salvaged."""


def salvaged_by(module: str, *paths: Path, given: Any = None) -> Any:
    """Run a module's `main` on a damaged file, and return what it prints as JSON.

    Parameters
    ----------
    given : JSON value, optional
        What the module reads from its standard input.

    Raises
    ------
    Lost
        If it crashed, hung or gave up.
    UnreadableNow
        If the system did not give what the file holds.
    """
    called = command(module, *(str(path.absolute()) for path in paths))
    try:
        done = subprocess.run(
            called,
            input=json.dumps(given).encode(),
            capture_output=True,
            timeout=SECONDS,
            check=True,
            cwd="/",
            env=environment(),
        )
        return json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        if getattr(error, "returncode", 0) == NOT_GIVEN:
            raise UnreadableNow(f"{name_of(paths[0])} cannot be read now") from error
        raise Lost from error


def limit() -> None:
    """Bound the memory of this process, and let it leave no core behind."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


@contextlib.contextmanager
def opened(path: Path) -> Iterator[tuple[h5py.File, int]]:
    """Open what is left of a file; give its length too.

    Raises
    ------
    Exception
        Whatever h5py raises on damaged data.
    """
    with path.open("rb") as raw:
        length = os.fstat(raw.fileno()).st_size
        with h5py.File(_Padded(raw, length), "r") as file:
            yield file, length


def names_in(file: h5py.File, group: str) -> list[str]:
    """Return what a group holds by what can be told; nothing where it is lost."""
    try:
        member(file, group)
        return list(file[group])
    except UNREAD:
        return []


def member(file: h5py.File, path: str) -> h5py.HLObject:
    """Return an object of a file that lies in it, as do those on the way.

    Raises
    ------
    ValueError
        If it reaches outside the file.
    Exception
        Whatever h5py raises on damaged data.
    """
    here: h5py.HLObject = file["/"]
    for name in path.split("/"):
        if not isinstance(here.get(name, getlink=True), h5py.HardLink):
            raise ValueError(f"{path} is a link")
        here = here[name]
        if isinstance(here, h5py.Dataset) and (here.is_virtual or here.external):
            raise ValueError(f"{path} keeps its data in another file")
    return here


def whole(data: h5py.Dataset, length: int) -> bool:
    """Return whether all values of a variable lie within the first `length` bytes of its file."""
    if data.chunks is None:
        start = data.id.get_offset()
        return start is None or start + data.id.get_storage_size() <= length
    ends = [0]
    data.id.chunk_iter(lambda chunk: ends.append(chunk.byte_offset + chunk.size))
    return max(ends) <= length


class _Padded(Seekable):
    """A file as long as it says it is, with zeros where it was cut off."""

    def __init__(self, raw: io.BufferedReader, length: int) -> None:
        super().__init__()
        self._raw = raw
        head = raw.read(64)
        at = ENDS.get(head[8], 40) if len(head) == 64 else 0
        said = int.from_bytes(head[at : at + 8], "little") if at else 0
        # what is damaged may say anything
        self._size = max(length, said if said < 16 * length + (1 << 20) else 0)

    def length(self) -> int:
        """Return how many bytes it says it has."""
        return self._size

    def readinto(self, target: Any) -> int:
        """Read what is there, and zeros behind."""
        view = memoryview(target).cast("B")
        view[:] = bytes(len(view))
        self._raw.seek(self.at)
        try:
            self._raw.readinto(view)
        except OSError:
            # what a disk does not give now is not lost, which all that reads from here would tell
            os._exit(NOT_GIVEN)
        self.at += len(view)
        return len(view)
