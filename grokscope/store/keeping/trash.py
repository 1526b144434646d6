"""Removing runs: into the trash by one rename, back the same way, and out of it for good.

A run lies there as `.trash/<run-id>@<when>`, so that one id may be removed many times; a name
with a leading dot names no run, and nothing that lists a store looks there.
"""

import contextlib
import errno
import os
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from grokscope.errors import NotARun, NotAStore, RunExists, RunHeld, listed, nearest
from grokscope.store.files.disk import disk_bytes
from grokscope.store.files.patience import told
from grokscope.store.files.publish import sync
from grokscope.store.identifiers import PATTERN, is_run_id, run_path
from grokscope.store.keeping.annotations import ANNOTATIONS_FILE
from grokscope.store.location import TRASH as TRASH
from grokscope.store.lock import Lock, read_lock
from grokscope.store.schema import (
    LOCK_FILE,
    RESUME_FILE,
    RUN_FILE,
    SEGMENTS,
    SUMMARY_FILE,
    TRAJECTORY_FILE,
)

ENTRY = re.compile(rf"({PATTERN.pattern})(?:@([0-9]{{8}}T[0-9]{{6}}Z)(?:-[0-9]+)?)?")
WHEN = "%Y%m%dT%H%M%SZ"
LEAVING = ".leaving-"
"""Begins the name of a run that is being deleted; what deleting left half done is not restored."""
SIGNS = (
    *(RUN_FILE, SUMMARY_FILE, TRAJECTORY_FILE, RESUME_FILE, SEGMENTS, LOCK_FILE),
    *(ANNOTATIONS_FILE, "live"),
)
"""Any of them makes a directory a run, however damaged."""
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
SHOWN = 6
"""Most names that an error lists."""


@dataclass(frozen=True)
class Trashed:
    """A run in the trash."""

    id: str
    """What it was called, and is again when it comes back."""
    path: Path
    removed: float
    """Unix time, in seconds."""

    @property
    def name(self) -> str:
        """What it is called in the trash."""
        return self.path.name

    @property
    def disk_bytes(self) -> int:
        """Size of all its files."""
        return disk_bytes(self.path)


def removable(store: Path, name: str) -> Path:
    """Return the directory of a run that may be damaged.

    Raises
    ------
    NotARun
        If `name` is no run id, leads out of the store, or nothing of a run is there.
    """
    path = run_path(store, name)
    if not any((path / sign).exists() for sign in SIGNS):
        found = "holds no file of a run" if path.is_dir() else "is not there"
        raise NotARun(f"no run {name!r} in {str(store)!r}: its directory {found}")
    return path


def discard(store: Path, name: str, force: bool = False) -> Trashed:
    """Move a run to the trash; it is held meanwhile, so that no process begins to write it.

    Parameters
    ----------
    name : str
        Its id; the run may be damaged.
    force : bool
        Also where it is held by a process that cannot be seen from this machine.

    Raises
    ------
    NotARun
        If there is no such run.
    RunHeld
        If a process writes it.
    NotAStore
        If the trash leads out of the store.
    StoreFailed
        If the store does not take the change; the run is where it was.
    """
    path = removable(store, name)
    with told(f"run {name!r} cannot be moved to the trash"):
        trash = _trash(store)
        trash.mkdir(exist_ok=True)
        with _held(path, force) as lock:
            removed = time.time()
            target = _free(trash, name, removed)
            path.rename(target)
            if lock is not None:
                lock.run = target
        _remember(trash, store)
    return Trashed(name, target, removed)


def restore(store: Path, trashed: Trashed) -> Path:
    """Put a run back under its id, and return where it lies.

    Raises
    ------
    RunExists
        If the store has a run of that id again.
    StoreFailed
        If the store does not take the change; the run stays in the trash.
    """
    target = run_path(store, trashed.id)
    taken = RunExists(
        f"there is a run {trashed.id!r} in {str(store)!r} again; remove or rename that one first"
    )
    if target.exists():
        raise taken
    with told(f"run {trashed.id!r} cannot be put back"):
        try:
            trashed.path.rename(target)
        except OSError as error:
            if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
                raise taken from error
            raise
        _remember(store, trashed.path.parent)
    return target


def purge(trashed: Trashed) -> int:
    """Delete a run in the trash for good, and return how many bytes its files held.

    Raises
    ------
    StoreFailed
        If the store does not let go of all of it; what is left goes with `sweep_trash`.
    """
    with told(f"{trashed.name!r} cannot be deleted"):
        leaving = trashed.path.with_name(LEAVING + trashed.name)
        trashed.path.rename(leaving)
        return _delete(leaving)


def sweep_trash(store: Path) -> int:
    """Delete what a deletion left half done, and the trash where it is empty; return the bytes.

    Raises
    ------
    StoreFailed
        If the store does not let go of it.
    """
    size = 0
    with told("what an earlier deletion left cannot be deleted"):
        for path in (store / TRASH).glob(f"{LEAVING}*"):
            size += _delete(path)
    with contextlib.suppress(OSError):
        (store / TRASH).rmdir()
    return size


def read_trash(store: Path) -> list[Trashed]:
    """Return the runs in the trash, the one removed last first.

    Raises
    ------
    StoreFailed
        If it cannot be listed.
    NotAStore
        If it leads out of the store.
    """
    found = []
    with told("the trash cannot be listed"):
        try:
            places = list(os.scandir(_trash(store)))
        except FileNotFoundError:
            return []
        for place in places:
            match = ENTRY.fullmatch(place.name)
            if match and is_run_id(match[1]) and place.is_dir(follow_symlinks=False):
                removed = place.stat(follow_symlinks=False).st_ctime
                found.append(Trashed(match[1], Path(place), _when(match[2]) or removed))
    return sorted(found, key=lambda one: (one.removed, one.name), reverse=True)


def find_trashed(store: Path, word: str) -> list[Trashed]:
    """Return the runs in the trash that a word means, the one removed last first.

    Parameters
    ----------
    word : str
        An id, which fits every run removed under it, the name of one in the trash, or the start
        of one id.

    Raises
    ------
    NotARun
        If it fits none, or several ids.
    """
    runs = read_trash(store)
    for fits in (
        [run for run in runs if run.name == word],
        [run for run in runs if run.id == word],
        [run for run in runs if word and run.id.startswith(word)],
    ):
        ids = sorted({run.id for run in fits})
        if len(ids) == 1:
            return fits
        if ids:
            more = ", ..." if len(ids) > SHOWN else ""
            raise NotARun(
                f"{word!r} fits {len(ids)} runs in the trash: {listed(ids[:SHOWN])}{more}"
            )
    known = list(dict.fromkeys(run.id for run in runs))
    more = f" and {len(known) - SHOWN} more" if len(known) > SHOWN else ""
    raise NotARun(
        f"no run {word[:120]!r} in the trash{nearest(word, known)}; it holds:"
        f" {listed(known[:SHOWN])}{more}"
    )


@contextlib.contextmanager
def _held(path: Path, force: bool) -> Iterator[Lock | None]:
    """Hold a run; where the disk is too full for a lock, no other process gets one either."""
    holder = read_lock(path)
    life = "dead" if holder is None else holder.life()
    if life == "alive":
        raise RunHeld(
            f"run {path.name!r} is being written by {holder}; stop that before removing the run"
        )
    if life == "unknown" and not force:
        raise RunHeld(
            f"run {path.name!r} is held by {holder}, which cannot be seen from this machine; if"
            f" that process is known to be gone, `grokscope rm {path.name} --force` removes the run"
        )
    lock = None
    try:
        lock = Lock.take(path, force)
    except OSError as error:
        if error.errno not in FULL:
            raise
    try:
        yield lock
    finally:
        if lock is not None:
            with contextlib.suppress(OSError):
                lock.release()


def _remember(*places: Path) -> None:
    """Have the disk keep a move that is done; where it cannot, the move is done all the same."""
    for place in places:
        with contextlib.suppress(OSError):
            sync(place)


def _trash(store: Path) -> Path:
    trash = store / TRASH
    if trash.is_symlink():
        raise NotAStore(f"{str(trash)!r} is a symbolic link; the trash is a directory of the store")
    return trash


def _free(trash: Path, name: str, removed: float) -> Path:
    stem = f"{name}@{datetime.fromtimestamp(removed, UTC).strftime(WHEN)}"
    target, count = trash / stem, 1
    while target.exists():
        count += 1
        target = trash / f"{stem}-{count}"
    return target


def _when(stamp: str | None) -> float | None:
    try:
        return datetime.strptime(stamp or "", WHEN).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None


def _delete(path: Path) -> int:
    size = disk_bytes(path)
    shutil.rmtree(path)
    return size
