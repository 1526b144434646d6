"""Reading a log past its damage: whole rows, torn ends, and what lies behind a bad place."""

import sys
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from grokscope.errors import GrokscopeError
from grokscope.store.curves.wal import HEAD, MAGIC, MAX_FRAME, Row, check_mark, frames, open_log

KINDS = b"nr"
"""First bytes of a frame's body."""


@dataclass(frozen=True)
class LogScan:
    """A log as it stands."""

    rows: list[Row] = field(default_factory=list)
    """Whole rows up to the first damage: those that readers see."""
    rescued: list[Row] = field(default_factory=list)
    """Whole rows after it."""
    torn: int = 0
    """Bytes of a row at the end that was never whole."""
    damaged: int = 0
    """Bytes in the middle that are no frame."""
    exists: bool = False
    error: GrokscopeError | None = None
    """A log of another version."""


def scan(path: Path) -> LogScan:
    """Read a log and what can still be read behind a damaged place in it."""
    try:
        with open_log(path, sys.maxsize) as file:
            data = file.read()
        check_mark(data, path)
    except (FileNotFoundError, NotADirectoryError):
        return LogScan()
    except GrokscopeError as error:
        return LogScan(exists=True, error=error)
    rows: list[Row] = []
    end, columns = _whole(data, 0, (), rows)
    if end == len(data) or (not end and MAGIC.startswith(data)):
        return LogScan(rows, exists=True)
    found: list[Row] = []
    lost = 0
    at = end
    while at < len(data):
        start = _next_frame(data, at + 1)
        if start is None:
            break
        lost += start - at
        at, columns = _whole(data, start, columns, found)
    last = rows[-1].step if rows else -1
    rescued = []
    for row in found:
        if row.step > last:
            rescued.append(row)
            last = row.step
    torn = len(data) - at
    if torn and not lost and not _unfinished(data, at):
        torn, lost = 0, torn
    return LogScan(rows, rescued, torn, lost, True)


def _whole(
    data: bytes, start: int, columns: tuple[str, ...], rows: list[Row]
) -> tuple[int, tuple[str, ...]]:
    """Take over whole rows from `start` on; return where they end, and the columns there."""
    end, last = start, columns
    part = data[start:] if start else data
    if not start and data.startswith(MAGIC):
        end = len(MAGIC)
    for at, names, row in frames(part, start, columns):
        end, last = start + at, names
        if row is not None:
            rows.append(row)
    return end, last


def _next_frame(data: bytes, start: int) -> int | None:
    for at in range(max(start, len(MAGIC)), len(data) - HEAD.size):
        if data[at + HEAD.size] not in KINDS:
            continue
        length, crc = HEAD.unpack_from(data, at)
        body = data[at + HEAD.size : at + HEAD.size + length] if length <= MAX_FRAME else b""
        if 0 < length == len(body) and zlib.crc32(body) == crc:
            return at
    return None


def _unfinished(data: bytes, at: int) -> bool:
    """Return whether the bytes from `at` on begin a frame that ends past the file's end."""
    if len(data) - at < HEAD.size:
        return True
    length, _ = HEAD.unpack_from(data, at)
    return 0 < length <= MAX_FRAME and len(data) - at < HEAD.size + length
