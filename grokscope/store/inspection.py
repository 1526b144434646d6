"""A file from a stranger is data: what may be opened, and what is refused before it is read."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py

from grokscope.errors import NotARun, Unreadable
from grokscope.store.schema import RUN_FILE
from grokscope.store.versions import check_version

MAX_OBJECTS = 20_000
MAX_DEPTH = 8
MAX_BYTES = 64 << 30
"""Most bytes that one variable may claim to hold."""
MAX_RATIO = 200
"""Most bytes claimed per byte stored, for variables above `SMALL` bytes."""
SMALL = 16 << 20
MAX_ATTRIBUTE = 1 << 20
FILTERS = frozenset({1, 2, 3})
"""deflate, shuffle, fletcher32: filters that need no plugin."""


@contextmanager
def open_checked(path: Path) -> Iterator[h5py.File]:
    """Open a file of a run for reading, having looked at all of its objects.

    What is raised inside passes through; `damage` goes around what reads.

    Raises
    ------
    FileNotFoundError
        If there is none.
    Unreadable
        If it is truncated, damaged or hostile.
    NewerSchema
        If a later major version wrote it.
    """
    try:
        file = _open(path)
    except FileNotFoundError:
        raise
    except (OSError, RuntimeError) as error:
        raise Unreadable(f"{_called(path)} is no HDF5 file or a truncated one") from error
    with file:
        with damage(path):
            version = file.attrs.get("schema_version")
            if not isinstance(version, str):
                raise Unreadable(f"{_called(path)} carries no schema_version; not a grokscope file")
            check_version(version, _called(path))
            inspect(file, _called(path))
        yield file


@contextmanager
def open_published(run: Path) -> Iterator[h5py.File]:
    """Open the published file of a run for reading, as `open_checked` does.

    Raises
    ------
    NotARun
        If there is no such directory.
    Unreadable, NewerSchema
        If it holds no such file, or one that cannot be read.
    """
    try:
        (run / RUN_FILE).stat()
    except FileNotFoundError as error:
        if run.is_dir():
            raise Unreadable(f"run {run.name!r} has no {RUN_FILE}") from error
        raise NotARun(f"there is no run {run.name!r} in {str(run.parent)!r}") from error
    with open_checked(run / RUN_FILE) as file:
        yield file


@contextmanager
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
        raise Unreadable(f"{_called(path)} is damaged: {_line(error)}") from error


def _open(path: Path) -> h5py.File:
    try:
        # published files never change, and some network file systems cannot lock
        return h5py.File(path, "r", locking=False)
    except OSError as error:
        # one process cannot open a file both ways, and xarray may have it open with locks
        if "locking flag" not in str(error):
            raise
    return h5py.File(path, "r")


def inspect(file: h5py.File, called: str) -> None:
    """Refuse a file that reaches outside itself or claims more than it holds.

    Raises
    ------
    Unreadable
        Naming the object and what is wrong with it.
    """
    waiting: list[tuple[h5py.Group, int]] = [(file["/"], 0)]
    count = 0
    while waiting:
        group, depth = waiting.pop()
        _inspect_attributes(group, called)
        for name in group:
            count += 1
            if count > MAX_OBJECTS or depth > MAX_DEPTH:
                limit = f"{MAX_OBJECTS} objects, {MAX_DEPTH} levels"
                raise Unreadable(f"{called} holds more than {limit}")
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                raise Unreadable(f"{called}: {name!r:.80} is a link, which no run has")
            thing = group[name]
            if isinstance(thing, h5py.Group):
                waiting.append((thing, depth + 1))
            elif isinstance(thing, h5py.Dataset):
                _inspect_dataset(thing, called)
            else:
                raise Unreadable(f"{called}: {name!r:.80} is neither group nor variable")


def _inspect_dataset(dataset: h5py.Dataset, called: str) -> None:
    what = f"{called}: {dataset.name!r:.80}"
    if dataset.is_virtual or dataset.external:
        raise Unreadable(f"{what} keeps its data in another file, which no run does")
    claimed = dataset.size * dataset.dtype.itemsize if dataset.size else 0
    stored = dataset.id.get_storage_size()
    labels_only = stored == 0 and dataset.is_scale
    if claimed > MAX_BYTES or (
        claimed > SMALL and claimed > MAX_RATIO * stored and not labels_only
    ):
        raise Unreadable(f"{what} claims {claimed} bytes, of which {stored} are stored")
    plist = dataset.id.get_create_plist()
    filters = {plist.get_filter(i)[0] for i in range(plist.get_nfilters())}
    if filters - FILTERS:
        raise Unreadable(f"{what} needs a filter plugin ({min(filters - FILTERS)})")
    _inspect_attributes(dataset, called)


def _inspect_attributes(thing: Any, called: str) -> None:
    for name in thing.attrs:
        size = thing.attrs.get_id(name).get_storage_size()
        if size > MAX_ATTRIBUTE:
            raise Unreadable(f"{called}: attribute {name!r:.80} holds {size} bytes")


def _from_hdf5(error: Exception) -> bool:
    return type(error) in (KeyError, RuntimeError, ValueError, OSError, UnicodeDecodeError)


def _called(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def _line(error: Exception) -> str:
    return str(error).strip("'\"").partition("\n")[0][:120]
