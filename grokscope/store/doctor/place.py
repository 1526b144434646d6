"""Checks of what lies around the runs: the store's disk, its other files, its trash."""

import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from grokscope.errors import GrokscopeError, Unreadable
from grokscope.store.doctor.findings import Finding
from grokscope.store.doctor.leftovers import OLD
from grokscope.store.files.publish import TEMPORARY
from grokscope.store.identifiers import is_run_id
from grokscope.store.inspection import open_checked
from grokscope.store.inspection.opening import PARTS
from grokscope.store.keeping.trash import LEAVING, SIGNS, TRASH, sweep_trash
from grokscope.store.listing.room import LEAST_BYTES, LEAST_SHARE, human, room_of
from grokscope.store.lock import read_lock
from grokscope.store.schema import DATASETS, LOCK_FILE, RUN_FILE, STUDIES, SUMMARY_FILE
from grokscope.store.studies import read_table
from grokscope.store.writing.rundir import disk_bytes

NETWORK = re.compile(
    r"nfs4?|cifs|smb3|smbfs|lustre|gpfs|beegfs|ceph|glusterfs|afs|9p|orangefs|fuse\.(sshfs|ceph|gluster.*)"
)
"""File systems, as Linux calls them, that several machines mount at once."""
UNBORN = re.compile(r"\.(.+)\.[0-9a-f]{8}\.tmp")
"""Names of directories of runs that begin; inside is the run's."""
BEGUN = frozenset({RUN_FILE, SUMMARY_FILE, LOCK_FILE})
MOUNTS = Path("/proc/self/mountinfo")


def check_place(store: Path, now: float) -> list[Finding]:
    """Find what is wrong around the runs of a store."""
    findings = [*_disk(store), *_network(store)]
    with os.scandir(store) as entries:
        for entry in sorted(entries, key=lambda e: e.name):
            findings += _entry(Path(entry.path), now)
    return findings


def runs_in(store: Path) -> list[Path]:
    """Return the directories that are runs, whole or not, by name."""
    with os.scandir(store) as entries:
        names = [e.name for e in entries if is_run_id(e.name) and e.is_dir(follow_symlinks=False)]
    return [store / name for name in sorted(names) if _is_run(store / name)]


def _is_run(path: Path) -> bool:
    try:
        with os.scandir(path) as entries:
            names = {entry.name for entry in entries}
    except OSError:
        return False
    return not names.isdisjoint(SIGNS)


def _entry(path: Path, now: float) -> Iterator[Finding]:
    name = path.name
    if path.is_symlink():
        means = "listings leave symbolic links out: what they lead to may lie anywhere"
        yield Finding("", "note", f"{name} is a symbolic link", means, "move what it leads to here")
    elif name == TRASH:
        yield from _trash(path)
    elif name == DATASETS:
        yield from _datasets(path)
    elif name == STUDIES:
        yield from _studies(path)
    elif (match := UNBORN.fullmatch(name)) and is_run_id(match[1]) and path.is_dir():
        yield from _unborn(path, now)
    elif path.is_dir() and not name.startswith(".") and not (is_run_id(name) and _is_run(path)):
        means = "listings leave it out"
        why = "holds no file of a run" if is_run_id(name) else "cannot be the name of a run"
        yield Finding("", "note", f"directory {name[:100]!r} {why}", means, "move it elsewhere")


def _trash(path: Path) -> Iterator[Finding]:
    if any(path.glob(f"{LEAVING}*")):
        yield Finding(
            "",
            "note",
            "the trash holds runs whose deletion was cut short",
            "nothing restores them",
            "--fix deletes what is left of them",
            lambda: f"{human(sweep_trash(path.parent))} of them deleted",
        )
    if size := disk_bytes(path):
        means = "it takes up room until it is emptied"
        yield Finding("", "note", f"the trash holds {human(size)}", means, "grokscope rm --purge")


def _datasets(path: Path) -> Iterator[Finding]:
    for file in sorted(path.glob("*.h5")):
        try:
            with open_checked(file):
                pass
        except (GrokscopeError, FileNotFoundError) as error:
            means = "runs that share these data cannot read them"
            yield Finding("", "warning", str(error), means, "remove it; it is generated anew")


def _studies(path: Path) -> Iterator[Finding]:
    for file in sorted(path.glob("*.json")):
        try:
            read_table(file)
        except Unreadable as error:
            yield Finding("", "note", str(error), "it is not shown", "remove it, or reproduce anew")


def _unborn(path: Path, now: float) -> Iterator[Finding]:
    """Find the directory of a run whose process died before the run appeared."""
    name = path.name[:120]
    holder = read_lock(path)
    old = now - path.stat().st_mtime > OLD
    if (holder is not None and holder.life() != "dead") or not old:
        return
    if strange := [entry.name for entry in path.rglob("*") if not _known(entry)]:
        found = f"{name} looks like a run that never began, but holds {strange[0][:100]!r}"
        means = "grokscope put no such file there"
        yield Finding("", "note", found, means, "remove it if nobody needs it")
        return
    yield Finding(
        "",
        "note",
        f"{name} is of a run that never began",
        "its process died before the run appeared; nothing was acknowledged",
        "--fix removes it",
        lambda: _discard(path),
    )


def _known(entry: Path) -> bool:
    """Return whether a run that begins makes such a file or directory."""
    if entry.is_symlink():
        return False
    if entry.is_dir():
        return entry.name in PARTS
    return entry.name in BEGUN or bool(TEMPORARY.fullmatch(entry.name))


def _discard(path: Path) -> str:
    shutil.rmtree(path)
    return f"{path.name[:120]} removed"


def _disk(store: Path) -> Iterator[Finding]:
    room = room_of(store)
    if room.read_only:
        means = "runs can be looked at, not trained, measured or mended"
        yield Finding("", "note", "the store is mounted read-only", means)
    elif room.free < min(LEAST_BYTES, LEAST_SHARE * room.total):
        yield Finding(
            "",
            "warning",
            f"{human(room.free)} are free of the {human(room.total)} of the store's disk",
            "a disk that is full stops training, which can then be resumed",
            "grokscope rm, grokscope thin, or more room",
        )


def _network(store: Path) -> Iterator[Finding]:
    kind = file_system(store)
    if NETWORK.fullmatch(kind):
        means = (
            "the format is made for one writer and many readers of any file system that renames"
            " whole files, but no network file system was tested"
        )
        yield Finding("", "note", f"the store lies on a network file system ({kind})", means)


def file_system(path: Path, mounts: Path = MOUNTS) -> str:
    """Return the type of the file system that holds a path, '' where it is not known."""
    if sys.platform != "linux":
        return ""
    try:
        lines = mounts.read_text().splitlines()
    except OSError:
        return ""
    place = os.path.realpath(path) + "/"
    found = ("", "")
    for line in lines:
        before, _, after = line.partition(" - ")
        words, kind = before.split(), after.split()
        if len(words) < 5 or not kind:
            continue
        mount = words[4].encode().decode("unicode_escape").rstrip("/") + "/"
        if place.startswith(mount) and len(mount) >= len(found[0]):
            found = (mount, kind[0])
    return found[1]
