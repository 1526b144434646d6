"""Moving a damaged file aside: it stays with its run, under a name that nothing reads."""

import errno
import os
import re
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
    while os.path.lexists(target):
        count += 1
        target = path.with_name(f"{path.name}{DAMAGED}-{count}")
    return target


def keep_aside(path: Path) -> str:
    """Give a file a second name, that which `move_aside` would give it; return that name.

    One that was given before, by a mending that was cut short, is given again.

    Raises
    ------
    OSError
        If the store does not take it.
    """
    for kept in kept_aside(path):
        if kept.samefile(path):
            return kept.name
    target = _free(path)
    try:
        os.link(path, target)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO):
            raise
        # some file systems know one name for a file alone
        return copy_aside(path)
    return target.name


def kept_aside(path: Path) -> list[Path]:
    """Return what was kept of a file under other names, the newest first."""
    pattern = re.compile(rf"{re.escape(path.name + DAMAGED)}(-(\d+))?")
    found = []
    for name in os.listdir(path.parent):  # noqa: PTH208
        if match := pattern.fullmatch(name):
            kept = path.with_name(name)
            if kept.is_file() and not kept.is_symlink():
                found.append((kept.stat().st_mtime_ns, int(match[2] or 1), kept))
    return [kept for *_, kept in sorted(found, reverse=True)]
