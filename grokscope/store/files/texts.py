"""Small files and words from strangers: read within bounds, and made safe to show."""

import errno
import json
import os
import stat
from pathlib import Path
from typing import Any, NoReturn

from grokscope.errors import Unreadable

LIMIT = 1000
"""Characters of one text that are shown."""


def open_plain(path: Path, flags: int = os.O_RDONLY) -> int:
    """Return the descriptor of a plain file; whatever else lies there is not waited for.

    Raises
    ------
    FileNotFoundError
        If there is none.
    Unreadable
        If it is no plain file: a directory, a pipe, a device, a symbolic link.
    OSError
        If it cannot be opened now.
    """
    what = readable(f"{path.parent.name}/{path.name}", 200)
    try:
        place = os.open(path, flags | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EMLINK):
            raise Unreadable(f"{what} is a symbolic link, which no file of a run is") from error
        if error.errno in (errno.ENXIO, errno.EISDIR):
            raise Unreadable(f"{what} is no plain file") from error
        raise
    if not stat.S_ISREG(os.fstat(place).st_mode):
        os.close(place)
        raise Unreadable(f"{what} is no plain file")
    return place


def read_small(path: Path, limit: int) -> bytes:
    """Return a plain file of at most `limit` bytes.

    Raises
    ------
    FileNotFoundError
        If there is none.
    Unreadable
        If it is no plain file or a longer one.
    OSError
        If it cannot be read now.
    """
    place = open_plain(path)
    try:
        parts, size = [], 0
        while size <= limit and (more := os.read(place, limit + 1 - size)):
            parts.append(more)
            size += len(more)
    finally:
        os.close(place)
    if size > limit:
        what = readable(f"{path.parent.name}/{path.name}", 200)
        raise Unreadable(f"{what} is longer than {limit} bytes")
    return b"".join(parts)


def parse_json(text: str | bytes) -> Any:
    """Return the value of a JSON text from a stranger; NaN and infinity are none.

    Of keys that occur twice the last one counts.

    Raises
    ------
    ValueError
        If it is no JSON, nested too deeply, or has a number of thousands of digits.
    """
    try:
        return json.loads(text, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def readable(text: str, limit: int = LIMIT) -> str:
    """Return text without characters that steer a terminal, cut to `limit` characters."""
    cut = text if len(text) <= limit else text[: max(limit - 1, 0)] + "…"
    return cut if cut.isprintable() else "".join(c if c.isprintable() else "·" for c in cut)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON number")
