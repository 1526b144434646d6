"""Opening files of runs: the one way from a path to an HDF5 file."""

import contextlib
import math
import os
import time
from collections.abc import Iterator
from pathlib import Path

import h5py

from grokscope.errors import NotARun, Unreadable
from grokscope.store.inspection.looker import LOOKER, Overlong
from grokscope.store.patience import reason
from grokscope.store.schema import ANALYSIS, LOG_FILE, PROBES, RUN_FILE, SEGMENTS
from grokscope.store.texts import open_plain, readable
from grokscope.store.verdicts import VERDICTS, identity, settled

SIGNATURE = b"\x89HDF\r\n\x1a\n"
ATTEMPTS = 5
"""How often a file is looked at that is another one after each look."""
AGAIN = 60.0
"""Seconds after which a file that took too long is given another chance."""
PARTS = (SEGMENTS, ANALYSIS, PROBES, Path(LOG_FILE).parent.name)
"""Directories inside a run's."""


class _Changed(Exception):
    """A file is another one than a moment ago."""


@contextlib.contextmanager
def open_checked(path: Path) -> Iterator[h5py.File]:
    """Open a file of a run for reading, once it passed a look at all of it.

    The bytes that are read are those that were looked at: one descriptor serves both, and what
    was replaced or changed in between is looked at anew. What is raised inside passes through;
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
    for attempt in range(ATTEMPTS):
        try:
            file = _open_once(path, called)
            break
        except _Changed:
            time.sleep(0.01 * attempt)
    else:
        raise Unreadable(f"{called} changes faster than it can be looked at")
    with file:
        yield file


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
    Unreadable
        Naming the file and what HDF5 said.
    """
    try:
        yield
    except (KeyError, RuntimeError, ValueError, OSError) as error:
        if isinstance(error, FileNotFoundError) or not _from_hdf5(error):
            raise
        raise Unreadable(f"{name_of(path)} is damaged: {_line(error)}") from error


def name_of(path: Path) -> str:
    """Return what messages call a file: its run and its path in it."""
    start = path.parent.parent.name + "/" if path.parent.name in PARTS else ""
    return readable(f"{start}{path.parent.name}/{path.name}", 200)


def _open_once(path: Path, called: str) -> h5py.File:
    """Open a file that passed, or passes now.

    Raises
    ------
    _Changed
        If it was replaced or changed meanwhile.
    """
    if path.parent.name in PARTS and path.parent.is_symlink():
        raise Unreadable(f"{called}: {path.parent.name} is a symbolic link, which no run has")
    try:
        place = open_plain(path)
    except (FileNotFoundError, Unreadable):
        raise
    except OSError as error:
        raise Unreadable(f"{called} cannot be read: {reason(error)}") from error
    try:
        before = os.fstat(place)
        if not VERDICTS.passed(identity(before)):
            _look(place, called, before)
        try:
            file = _hdf5(place, path, called)
        except Unreadable:
            # HDF5 does not open a file that lost its name meanwhile
            _expect(place, before)
            raise
        try:
            _expect(file.id.get_vfd_handle(), before)
        except _Changed:
            file.close()
            raise
    finally:
        os.close(place)
    return file


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
        raise Unreadable(f"{called} is no HDF5 file or a truncated one")
    error = LOOKER.look(place, called)
    _expect(place, before)
    if error is None:
        # what changed just now may do so again and look the same
        if settled(before):
            VERDICTS.admit(key)
        return
    VERDICTS.refuse(key, error, AGAIN if isinstance(error, Overlong) else math.inf)
    raise error


def _expect(place: int, before: os.stat_result) -> None:
    now = os.fstat(place)
    if not now.st_nlink or identity(now) != identity(before):
        raise _Changed


def _hdf5(place: int, path: Path, called: str) -> h5py.File:
    """Open the file behind a descriptor; by its path where the system shows no descriptors."""
    shown = f"/dev/fd/{place}"
    name = shown if Path(shown).exists() else path
    try:
        try:
            # published files never change, and some network file systems cannot lock
            return h5py.File(name, "r", locking=False)
        except OSError as error:
            # one process cannot open a file both ways, and xarray may have it open with locks
            if "locking flag" not in str(error):
                raise
        return h5py.File(name, "r")
    except (OSError, RuntimeError) as error:
        raise Unreadable(f"{called} cannot be opened: {_line(error)}") from error


def _from_hdf5(error: Exception) -> bool:
    return type(error) in (KeyError, RuntimeError, ValueError, OSError, UnicodeDecodeError)


def _line(error: Exception) -> str:
    return readable(str(error).strip("'\"").partition("\n")[0], 120)
