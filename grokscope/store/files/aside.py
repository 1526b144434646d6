"""Moving a damaged file aside: it stays with its run, under a name that nothing reads."""

from pathlib import Path

DAMAGED = ".damaged"
"""Ends the name of what was moved aside."""


def move_aside(path: Path) -> str:
    """Give a file a name that nothing reads, the first free one; return that name.

    Raises
    ------
    OSError
        If the store does not take it.
    """
    target, count = path.with_name(path.name + DAMAGED), 1
    while target.exists():
        count += 1
        target = path.with_name(f"{path.name}{DAMAGED}-{count}")
    path.rename(target)
    return target.name
