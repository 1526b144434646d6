"""Symbolic links in the place of a run's directories: nothing is changed through one."""

import os
from pathlib import Path

from grokscope.errors import Unreadable
from grokscope.store.files.texts import readable


def refuse_links(run: Path) -> None:
    """Make sure that what lies in a run's directory, and its parts, lies there.

    A file that is a link is no harm to what it leads to: files are replaced, not written.

    Raises
    ------
    Unreadable
        If the directory, or one in it, is a symbolic link.
    """
    linked = [run.name] if run.is_symlink() else []
    with os.scandir(run) as entries:
        linked += [entry.name for entry in entries if entry.is_symlink() and entry.is_dir()]
    if linked:
        name = readable(min(linked), 100)
        raise Unreadable(f"run {run.name!r}: {name} is a symbolic link, which no part of a run is")
