"""Opening files of runs: the one way from a path to an HDF5 file."""

import contextlib
import math
import os
import time
from collections.abc import Iterator
from pathlib import Path

import h5py

from grokscope.errors import Damaged, GrokscopeError, NotARun, Unreadable, UnreadableNow
from grokscope.store.files.patience import reason
from grokscope.store.files.texts import open_plain, readable
from grokscope.store.files.verdicts import VERDICTS, identity, settled
from grokscope.store.inspection.fault import refusal
from grokscope.store.inspection.looker import LOOKER, Overlong
from grokscope.store.inspection.places import open_place
from grokscope.store.schema import ANALYSIS, LOG_FILE, PROBES, RUN_FILE, SEGMENTS

SIGNATURE = b"\x89HDF\r\n\x1a\n"
ATTEMPTS = 5
"""How often a file is looked at that is another one after each look."""
MOMENT = 0.02
"""Seconds that a process may take from a rename to telling of it."""
AGAIN = 60.0
"""Seconds after which a file that took too long is given another chance."""
SOON = 3.0
"""Seconds after which a file that the system did not give is asked for again."""
PARTS = (SEGMENTS, ANALYSIS, PROBES, Path(LOG_FILE).parent.name)
"""Directories inside a run's."""


class _Changed(Exception):
    """A file is another one than a moment ago."""


@contextlib.contextmanager
def open_checked(path: Path) -> Iterator[h5py.File]:
    """Open a file of a run for reading, once it passed a look at all of it.

    The bytes that are read are those that were looked at: one descriptor serves both, and what
    changed in between is looked at anew. (Not so if somebody else writes into the very file
    while it is open, to which no look is an answer.) What is raised inside passes through;
    `damage` goes around what reads.

    Raises
    ------
    FileNotFoundError
        If there is none.
    Unreadable
        If it is truncated, damaged or hostile.
    NewerSchema, OlderSchema
        If another major version wrote it.
    """
    called = name_of(path)
    for _ in range(ATTEMPTS):
        try:
            file, place = _open_once(path, called)
            break
        except _Changed:
            continue
    else:
        raise Unreadable(f"{called} changes faster than it can be looked at")
    try:
        with file:
            yield file
    finally:
        os.close(place)


@contextlib.contextmanager
def open_published(run: Path) -> Iterator[h5py.File]:
    """Open the published file of a run for reading, as `open_checked` does.

    Raises
    ------
    NotARun
        If there is no such directory.
    Unreadable, NewerSchema, OlderSchema
        If it holds no such file, or one that cannot be read.
    """
    try:
        (run / RUN_FILE).lstat()
    except FileNotFoundError as error:
        if run.is_dir():
            raise Unreadable(f"run {run.name!r} has no {RUN_FILE}") from error
        raise NotARun(f"there is no run {run.name!r} in {str(run.parent)!r}") from error
    with open_checked(run / RUN_FILE) as file:
        yield file


@contextlib.contextmanager
def damage(path: Path) -> Iterator[None]:
    """Tell what HDF5 raises on damaged data as damage; only reading belongs inside.

    Raises
    ------
    Damaged
        Naming the file and what HDF5 said.
    UnreadableNow
        If the system did not give what the file holds.
    """
    try:
        yield
    except (KeyError, RuntimeError, ValueError, OSError) as error:
        if isinstance(error, FileNotFoundError) or not _from_hdf5(error):
            raise
        raise refusal(error, name_of(path), "is damaged") from error


def name_of(path: Path) -> str:
    """Return what messages call a file: its run and its path in it."""
    start = path.parent.parent.name + "/" if path.parent.name in PARTS else ""
    return readable(f"{start}{path.parent.name}/{path.name}", 200)


def _open_once(path: Path, called: str) -> tuple[h5py.File, int]:
    """Open a file that passed, or passes now; return it and a descriptor to close after it.

    Raises
    ------
    _Changed
        If it is another file than the one that passed.
    """
    if path.parent.name in PARTS and path.parent.is_symlink():
        raise Unreadable(f"{called}: {path.parent.name} is a symbolic link, which no run has")
    try:
        place = open_plain(path)
    except (FileNotFoundError, Unreadable):
        raise
    except OSError as error:
        raise UnreadableNow(f"{called} cannot be read now: {reason(error)}") from error
    try:
        before = os.fstat(place)
        if not _passed(before):
            _look(place, called, before)
        return _hdf5(place, path, called, before), place
    except BaseException:
        os.close(place)
        raise


def _passed(status: os.stat_result) -> bool:
    if VERDICTS.passed(identity(status)):
        return True
    if settled(status):
        return False
    # whoever publishes a file says so right after
    time.sleep(MOMENT)
    return VERDICTS.passed(identity(status))


def _look(place: int, called: str, before: os.stat_result) -> None:
    """Let the child look at an open file, and remember what it found.

    Raises
    ------
    Unreadable, NewerSchema, OlderSchema
        If the file does not pass.
    _Changed
        If it changed meanwhile.
    """
    key = identity(before)
    if known := VERDICTS.refusal(key):
        raise known
    if os.pread(place, len(SIGNATURE), 0) != SIGNATURE:
        raise Damaged(f"{called} is no HDF5 file or a truncated one")
    error = LOOKER.look(place, called)
    _expect(place, before)
    if error is None:
        # what changed just now may do so again and look the same
        if settled(before):
            VERDICTS.admit(key)
        return
    VERDICTS.refuse(key, error, _remembered(error))
    raise error


def _remembered(error: GrokscopeError) -> float:
    """Return the seconds for which a refusal stands."""
    if isinstance(error, UnreadableNow):
        return SOON
    return AGAIN if isinstance(error, Overlong) else math.inf


def _expect(place: int, before: os.stat_result) -> None:
    """Make sure that an open file still is what it was; it may have lost its name to another.

    Raises
    ------
    _Changed
        If it is not.
    """
    now = os.fstat(place)
    same = (now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns)
    if same != (before.st_dev, before.st_ino, before.st_size, before.st_mtime_ns):
        raise _Changed
    if now.st_nlink and now.st_ctime_ns != before.st_ctime_ns:
        raise _Changed


def _hdf5(place: int, path: Path, called: str, before: os.stat_result) -> h5py.File:
    """Open the file behind a descriptor.

    Raises
    ------
    _Changed
        If what opened is another file.
    """
    try:
        file = open_place(place, path)
    except (OSError, RuntimeError) as error:
        _expect(place, before)
        raise refusal(error, called, "cannot be opened") from error
    if file.driver != "fileobj":
        try:
            _expect(file.id.get_vfd_handle(), before)
        except _Changed:
            file.close()
            raise
    return file


def _from_hdf5(error: Exception) -> bool:
    return type(error) in (KeyError, RuntimeError, ValueError, OSError, UnicodeDecodeError)
