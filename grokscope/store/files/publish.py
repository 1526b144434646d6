"""Files that appear whole or not at all."""

import contextlib
import errno
import json
import os
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from grokscope.errors import StoreFailed
from grokscope.store.files.verdicts import own

TEMPORARY = re.compile(r"\..+\.[0-9a-f]{8,16}\.tmp")
"""Names of files that are being written."""


def publish(
    path: Path,
    write: Callable[[Path], None],
    durable: bool = True,
    before: Callable[[], None] | None = None,
) -> None:
    """Put what `write` writes in the place of `path`: readers see the old file or the new one.

    Parameters
    ----------
    write : callable
        Given a path in the same directory; must leave a closed file there.
    durable : bool
        Wait until the disk has the file's name too, so that it outlives the machine. Its bytes
        are always there before its name: a power cut leaves the old file or the new one.
    before : callable, optional
        Called once the new file is whole, before it takes its name.

    Raises
    ------
    OSError
        If the disk does not take it; the old file stands.
    StoreFailed
        If the directory is a symbolic link.
    """
    if path.parent.is_symlink():
        what = f"{path.parent.parent.name}/{path.parent.name}"
        raise StoreFailed(f"{what} is a symbolic link; nothing of a run is written through one")
    temporary = path.with_name(f".{path.name}.{os.urandom(4).hex()}.tmp")
    try:
        write(temporary)
        sync(temporary)
        if before is not None:
            before()
        written = temporary.lstat()
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    if path.suffix == ".h5":
        own(path, written)
    if durable:
        sync(path.parent)


def publish_json(path: Path, data: Mapping[str, Any], durable: bool = False) -> None:
    """Put one JSON object in the place of `path`."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    publish(path, lambda temporary: _write_text(temporary, text), durable)


def sync(path: Path) -> None:
    """Wait until the disk has a file, or a directory's entries."""
    place = os.open(path, os.O_RDONLY)
    try:
        os.fsync(place)
    except OSError as error:
        # some network file systems keep names safe by themselves, and know no such request
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(place)


def sweep(directory: Path) -> None:
    """Remove temporary files that a process which died in `publish` left, and directories alike.

    What has another name than those that are given here is not ours and stays.
    """
    for temporary in directory.glob(".*.tmp"):
        if TEMPORARY.fullmatch(temporary.name):
            discard(temporary)


def discard(temporary: Path) -> None:
    """Remove a temporary file, or a directory that is no link, whole."""
    if temporary.is_dir() and not temporary.is_symlink():
        shutil.rmtree(temporary)
    else:
        temporary.unlink(missing_ok=True)


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
