"""The user's own cache: a directory nobody else can write to, which may vanish at any time."""

import os
import stat
from pathlib import Path

VARIABLE = "GROKSCOPE_CACHE"
"""Environment variable that names the cache; an empty one means none."""


def cache_directory() -> Path | None:
    """Return the cache, made where it does not exist; None where there can be none.

    One that somebody else owns or may write to is none: what lies in it is believed.
    """
    told = os.environ.get(VARIABLE)
    if told == "":
        return None
    if told is None:
        import platformdirs

        place = platformdirs.user_cache_path("grokscope", appauthor=False)
    else:
        place = Path(told)
    try:
        place = place.expanduser()
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = place.stat()
    except (OSError, RuntimeError):
        # RuntimeError: it is told as the home of a user that there is not
        return None
    shared = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return None if status.st_uid != os.geteuid() or shared else place
