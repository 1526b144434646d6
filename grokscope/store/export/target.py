"""Where an export goes: what may be overwritten, and whether there is room."""

from collections.abc import Callable, Sequence
from pathlib import Path

from grokscope.errors import BadExport, StoreFailed
from grokscope.store.files.patience import told
from grokscope.store.files.publish import publish
from grokscope.store.listing.room import human, room_of
from grokscope.store.location import TRASH, holds_run, is_store
from grokscope.store.schema import DATASETS, RUN_FILE, STUDIES

OWN = (TRASH, DATASETS, STUDIES)
"""What a store has beside runs."""
SPARE = 1 << 20
"""Bytes that a file takes beside what its arrays do."""


def check_target(target: Path, runs: Sequence[Path], force: bool) -> None:
    """Make sure that a file may be written.

    Raises
    ------
    BadExport
        If it is there already and `force` is not set, is a directory, has no directory to lie
        in, or lies in any run or a store's own directories, whatever is forced.
    """
    place = _outside(target, runs)
    if target.is_dir():
        raise BadExport(f"{str(target)!r} is a directory; name a file in it")
    if not target.parent.is_dir():
        raise BadExport(f"{str(target.parent)!r} is no directory that a file could be written to")
    if RUN_FILE in (target.name, place.name):
        raise BadExport(f"{str(target)!r} would make a run of its directory; name it otherwise")
    if target.exists() and not force:
        raise BadExport(f"{str(target)!r} is there already; --force writes it anew")


def check_folder(folder: Path, runs: Sequence[Path]) -> None:
    """Make sure that a directory, there or not, may get a file for each run.

    Raises
    ------
    BadExport
        If it is a store, or lies in a run or a store's own directories.
    """
    place = _outside(folder, runs)
    if place.is_dir() and is_store(place):
        raise BadExport(f"{str(folder)!r} is a store; name a directory elsewhere")


def _outside(target: Path, runs: Sequence[Path]) -> Path:
    """Return where a target really lies, behind all links; refused where that is a run's."""
    try:
        place = target.resolve()
    except (RuntimeError, OSError) as error:
        raise BadExport(f"{str(target)!r} leads nowhere: its links go round") from error
    known = {run.resolve() for run in runs}
    for parent in (place, *place.parents):
        if parent in known or holds_run(parent):
            raise BadExport(f"{str(target)!r} lies in run {parent.name!r}; name a file elsewhere")
        if parent.name in OWN and is_store(parent.parent):
            told = f"in {parent.name} of store {parent.parent.name!r}"
            raise BadExport(f"{str(target)!r} lies {told}; name a file elsewhere")
    return place


def write_target(target: Path, write: Callable[[Path], None], size: int = 0) -> None:
    """Have `write` write a file, which then takes the place of `target` whole.

    Parameters
    ----------
    size : int
        Bytes that it will about hold.

    Raises
    ------
    StoreFailed
        If the disk does not take it; what was there stands.
    """
    _require_room(target, size)
    with told(f"{str(target)!r} cannot be written"):
        publish(target, write)


def _require_room(target: Path, size: int) -> None:
    with told(f"{str(target)!r} cannot be written"):
        free = room_of(target.parent).free
    if size and free < size + size // 50 + SPARE:
        raise StoreFailed(
            f"{str(target)!r} will hold about {human(size)}, and its disk has {human(free)} free"
        )
