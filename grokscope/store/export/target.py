"""Where an export goes: what may be overwritten, and whether there is room."""

from collections.abc import Callable, Sequence
from pathlib import Path

from grokscope.errors import BadExport, StoreFailed
from grokscope.store.files.patience import told
from grokscope.store.files.publish import publish
from grokscope.store.listing.room import human, room_of

SPARE = 1 << 20
"""Bytes that a file takes beside what its arrays do."""


def check_target(target: Path, runs: Sequence[Path], force: bool) -> None:
    """Make sure that a file may be written.

    Raises
    ------
    BadExport
        If it is there already and `force` is not set, is a directory, has no directory to lie
        in, or lies in a run.
    """
    if target.is_dir():
        raise BadExport(f"{str(target)!r} is a directory; name a file in it")
    if not target.parent.is_dir():
        raise BadExport(f"{str(target.parent)!r} is no directory that a file could be written to")
    place = target.resolve()
    for run in runs:
        if run.resolve() in place.parents:
            raise BadExport(f"{str(target)!r} lies in run {run.name!r}; name a file elsewhere")
    if target.exists() and not force:
        raise BadExport(f"{str(target)!r} is there already; --force writes it anew")


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
