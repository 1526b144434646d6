"""Small files and words from strangers: read within bounds, and made safe to show."""

import os
import stat
from pathlib import Path

from grokscope.errors import Unreadable

LIMIT = 1000
"""Characters of one text that are shown."""


def read_small(path: Path, limit: int) -> bytes:
    """Return a file of at most `limit` bytes; whatever else lies there is not waited for.

    Raises
    ------
    FileNotFoundError
        If there is none.
    Unreadable
        If it is no plain file or a longer one.
    OSError
        If it cannot be read now.
    """
    place = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        if not stat.S_ISREG(os.fstat(place).st_mode):
            raise Unreadable(f"{path.parent.name}/{path.name} is no plain file")
        data = b""
        while len(data) <= limit and (more := os.read(place, limit + 1 - len(data))):
            data += more
    finally:
        os.close(place)
    if len(data) > limit:
        raise Unreadable(f"{path.parent.name}/{path.name} is longer than {limit} bytes")
    return data


def readable(text: str, limit: int = LIMIT) -> str:
    """Return text without characters that steer a terminal, cut to `limit` characters."""
    cut = text if len(text) <= limit else text[: max(limit - 1, 0)] + "…"
    return cut if cut.isprintable() else "".join(c if c.isprintable() else "·" for c in cut)
