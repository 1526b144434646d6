"""Where the store lies: as told, else by environment, else here, else the user's data directory."""

import os
from pathlib import Path

import platformdirs

from grokscope.errors import BadArgument, NotAStore, listed, told
from grokscope.store.files.publish import sync
from grokscope.store.identifiers import is_run_id
from grokscope.store.schema import RUN_FILE, SUMMARY_FILE
from grokscope.store.schema import TRASH as TRASH

VARIABLE = "GROKSCOPE_STORE"
"""Environment variable that names a store."""


def find_store(explicit: str | None = None) -> Path:
    """Return the store to use, whether it exists or not.

    Parameters
    ----------
    explicit : str or None
        What the user named; goes before $GROKSCOPE_STORE, ./store where it exists, and the
        user's data directory.
    """
    named = explicit or os.environ.get(VARIABLE)
    if named:
        return Path(named).expanduser()
    here = Path("store")
    return here if here.is_dir() else default_store()


def named_store(store: str | os.PathLike[str] | None = None) -> Path:
    """Return the store that a program named, whether it exists or not; by default the user's.

    Raises
    ------
    BadArgument
        If it is no path.
    """
    if store is not None and not isinstance(store, str | os.PathLike):
        raise BadArgument(f"store is {told(store)}; a path can name one, or None the default")
    return find_store(None if store is None else os.fspath(store))


def default_store() -> Path:
    """Return the store in the user's data directory."""
    return platformdirs.user_data_path("grokscope", appauthor=False) / "store"


def open_store(path: Path) -> Path:
    """Return a store to read from.

    The user's own default store counts as empty while it does not exist.

    Raises
    ------
    NotAStore
        If there is no directory, or one that holds other directories and no run.
    """
    if path == default_store() and not path.exists():
        return path
    if not path.is_dir():
        found = "is a file" if path.exists() else "does not exist"
        raise NotAStore(f"{str(path)!r} {found}; a store is a directory of runs")
    strangers = _strangers(path)
    if strangers:
        raise NotAStore(
            f"{str(path)!r} holds no run but {listed(strangers[:3])}"
            f"{', ...' if len(strangers) > 3 else ''}; a store is a directory of runs"
        )
    return path


def holds_run(path: Path) -> bool:
    """Return whether a directory is a run's, whole or not."""
    return any(os.path.lexists(path / name) for name in (SUMMARY_FILE, RUN_FILE))


def is_store(path: Path) -> bool:
    """Return whether a directory holds runs, or held some."""
    try:
        with os.scandir(path) as entries:
            return any(
                entry.name == TRASH or (is_run_id(entry.name) and holds_run(Path(entry)))
                for entry in entries
            )
    except OSError:
        return False


def _strangers(path: Path) -> list[str]:
    """Return the directories of a place that holds no run; none where it holds or held one."""
    strangers = []
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.name == TRASH:
                    return []
                if not is_run_id(entry.name) or not entry.is_dir():
                    continue
                if holds_run(Path(entry)):
                    return []
                strangers.append(entry.name)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise NotAStore(f"{str(path)!r} cannot be listed: {reason}") from error
    return sorted(strangers)


def create_store(path: Path) -> Path:
    """Return a store to write to, made where it does not exist.

    Raises
    ------
    NotAStore
        If it cannot be a directory that takes files.
    """
    if path.exists() and not path.is_dir():
        raise NotAStore(f"{str(path)!r} is a file; a store is a directory of runs")
    try:
        if not path.is_dir():
            path.mkdir(parents=True, exist_ok=True)
            sync(path.parent)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise NotAStore(
            f"no store can be made at {str(path)!r}: {reason}; name a directory that takes files"
        ) from error
    return path
