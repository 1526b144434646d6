"""Files that appear whole or not at all, and how much of a process's time making them may take."""

import contextlib
import json
import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any


def publish(path: Path, write: Callable[[Path], None], durable: bool = True) -> None:
    """Put what `write` writes in the place of `path`: readers see the old file or the new one.

    Parameters
    ----------
    write : callable
        Given a path in the same directory; must leave a closed file there.
    durable : bool
        Wait until the disk has the file and its name, so that it outlives the machine.

    Raises
    ------
    OSError
        If the disk does not take it; the old file stands.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        write(temporary)
        if durable:
            sync(temporary)
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
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
    finally:
        os.close(place)


def sweep(directory: Path) -> None:
    """Remove temporary files that a process which died in `publish` left."""
    for temporary in directory.glob(".*.tmp"):
        temporary.unlink(missing_ok=True)


class PublishBudget:
    """What one process may spend on making its runs visible, over all of them.

    Freshness comes from the log, so a late publish costs nobody anything.

    Parameters
    ----------
    share : float, in (0, 1]
        Most of the process's time since the budget was made.
    interval : float, in seconds
        Least time between two publishes of one run.
    growth : float
        Rows that a publish must add, as a fraction of those already published.
    longest : float, in seconds
        Time after which any new row is reason enough.
    """

    def __init__(
        self,
        share: float = 0.02,
        interval: float = 10.0,
        growth: float = 0.05,
        longest: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.share = share
        self.interval = interval
        self.growth = growth
        self.longest = longest
        self.spent = 0.0
        """Seconds spent publishing."""
        self._clock = clock
        self._began = clock()

    @property
    def affords(self) -> bool:
        """Whether less than the share of time so far is spent."""
        return self.spent <= self.share * (self._clock() - self._began)

    def allows(self, since: float, published: int, rows: int) -> bool:
        """Return whether a run may publish now.

        Parameters
        ----------
        since : float, in seconds
            Time since its last publish.
        published, rows : int
            Rows in the published file and in all.
        """
        if rows <= published or since < self.interval or not self.affords:
            return False
        return since >= self.longest or rows - published >= self.growth * published

    @contextlib.contextmanager
    def spending(self) -> Iterator[None]:
        """Count the time of what is done inside."""
        start = self._clock()
        try:
            yield
        finally:
            self.spent += self._clock() - start


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
