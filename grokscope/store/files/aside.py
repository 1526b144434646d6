"""Moving a damaged file aside: it stays with its run, under a name that nothing reads."""

import shutil
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
    target = _free(path)
    path.rename(target)
    return target.name


def copy_aside(path: Path) -> str:
    """Copy a file to the name that `move_aside` would give it; return that name.

    Raises
    ------
    OSError
        If the store does not take it; no part of a copy is left.
    """
    target = _free(path)
    try:
        shutil.copyfile(path, target)
    except OSError:
        target.unlink(missing_ok=True)
        raise
    return target.name


def _free(path: Path) -> Path:
    target, count = path.with_name(path.name + DAMAGED), 1
    while target.exists():
        count += 1
        target = path.with_name(f"{path.name}{DAMAGED}-{count}")
    return target
