"""What is known of files: which ones passed a look, or were written here, and are still the same.

A file is told by device, inode, size, and the times of its last change. The last of them, ctime,
is set by the system alone: who changes a byte, or puts another file in the place, changes it.

What this user's processes published needs no look, because a publishing process tells the
user's private cache so after the rename, and only if what lies under the name then is the file
it wrote, by inode, size and mtime. A stranger's file comes by copying or unpacking, which writes
no line there, whoever owns the copy; and nobody else can write to that directory. Without a cache
each process remembers for itself.
"""

import contextlib
import hashlib
import math
import os
import platform
import threading
import time
from pathlib import Path

from grokscope.errors import GrokscopeError
from grokscope.store.files.cache import cache_directory

RULES = 1
"""Rises whenever files that passed a look before might not pass now."""
SIZE = 16
"""Bytes that one verdict takes in the cache."""
MOST = 1 << 20
"""Bytes at which the older half of the cache is dropped."""
SETTLED = 2.0
"""Seconds within which a file may change again at the same time, as file systems tell it."""


def identity(status: os.stat_result) -> bytes:
    """Return what tells one state of one file from all others."""
    told = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    return hashlib.blake2b(repr((RULES, told)).encode(), digest_size=SIZE).digest()


def settled(status: os.stat_result) -> bool:
    """Return whether a later change would show in `identity`."""
    return time.time() - max(status.st_ctime, status.st_mtime) > SETTLED


class Verdicts:
    """The files that passed, in memory and in the user's cache; safe to use from threads."""

    def __init__(self) -> None:
        self._passed: set[bytes] = set()
        self._refused: dict[bytes, tuple[type[GrokscopeError], str, float]] = {}
        self._read = (Path(), 0, 0)
        self._lock = threading.Lock()

    def passed(self, key: bytes) -> bool:
        """Return whether a file passed, here or in another process of this user."""
        if key in self._passed:
            return True
        with self._lock, contextlib.suppress(OSError):
            self._refresh()
        return key in self._passed

    def refusal(self, key: bytes) -> GrokscopeError | None:
        """Return why a file did not pass in this process; None where nothing is known."""
        kind, told, until = self._refused.get(key, (None, "", 0.0))
        return None if kind is None or time.monotonic() > until else kind(told)

    def refuse(self, key: bytes, error: GrokscopeError, seconds: float = math.inf) -> None:
        """Remember in this process, for a while, why a file did not pass."""
        self._refused[key] = type(error), str(error), time.monotonic() + seconds

    def admit(self, key: bytes) -> None:
        """Remember that a file passed."""
        if self.passed(key):
            return
        self._passed.add(key)
        place = _file()
        if place is None:
            return
        with self._lock, contextlib.suppress(OSError):
            if _size(place) >= MOST:
                _halve(place)
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
            descriptor = os.open(place, flags, 0o600)
            try:
                os.write(descriptor, key)
            finally:
                os.close(descriptor)

    def forget(self) -> None:
        """Forget what this process remembers; the cache stays."""
        with self._lock:
            self._passed, self._refused, self._read = set(), {}, (Path(), 0, 0)

    def unlock(self) -> None:
        """Begin with a free lock in a forked process, where no thread is left to free the old."""
        self._lock = threading.Lock()

    def _refresh(self) -> None:
        """Read what other processes added to the cache."""
        place = _file()
        if place is None:
            return
        status = place.stat()
        path, inode, end = self._read
        if path != place or inode != status.st_ino or status.st_size < end:
            end = 0
        if status.st_size == end:
            return
        with place.open("rb") as file:
            file.seek(end)
            data = file.read(2 * MOST)
        whole = len(data) - len(data) % SIZE
        self._passed.update(data[at : at + SIZE] for at in range(0, whole, SIZE))
        self._read = (place, status.st_ino, end + whole)


VERDICTS = Verdicts()
"""Those of this process."""
os.register_at_fork(after_in_child=VERDICTS.unlock)


def own(path: Path, written: os.stat_result) -> None:
    """Remember that this process wrote the file which has just taken the name `path`.

    Parameters
    ----------
    written : os.stat_result
        Of the file before it took its name.
    """
    with contextlib.suppress(OSError):
        status = os.lstat(path)
        same = ("st_dev", "st_ino", "st_size", "st_mtime_ns")
        if all(getattr(status, name) == getattr(written, name) for name in same):
            VERDICTS.admit(identity(status))


def _file() -> Path | None:
    directory = cache_directory()
    # a home directory may serve several machines, whose appended lines would mix
    return None if directory is None else directory / f"looked-at-{platform.node() or 'here'}"


def _size(place: Path) -> int:
    try:
        size = place.stat().st_size
    except FileNotFoundError:
        return 0
    # a torn line would shift all that follow
    return MOST if size % SIZE else size


def _halve(place: Path) -> None:
    data = place.read_bytes()
    kept = b"" if len(data) % SIZE else data[-(MOST // 2) :]
    fresh = place.with_name(f"{place.name}.{os.getpid()}")
    fresh.write_bytes(kept)
    fresh.replace(place)
