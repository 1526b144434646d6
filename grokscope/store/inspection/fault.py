"""What HDF5 raises: damage in the file, or a system that did not give what the file holds."""

import os
import re

from grokscope.errors import Damaged, Unreadable, UnreadableNow
from grokscope.store.files.texts import readable

ERRNO = re.compile(r"\berrno = (\d+)")
"""How HDF5 tells the number of the system's error."""


def refusal(error: Exception, called: str, found: str) -> Unreadable:
    """Return what a file is refused with whose reading raised `error`.

    Parameters
    ----------
    called : str
        What the message calls the file.
    found : str
        What is told of it where it is damaged.
    """
    if number := system_error(error):
        return UnreadableNow(f"{called} cannot be read now: {os.strerror(number).lower()}")
    line = readable(str(error).strip("'\"").partition("\n")[0], 120)
    return Damaged(f"{called} {found}: {line}")


def system_error(error: Exception) -> int:
    """Return the number of the system's error behind one of HDF5's; 0 where there is none."""
    if not isinstance(error, OSError):
        return 0
    match = ERRNO.search(str(error))
    return int(match[1]) if match else error.errno or 0
