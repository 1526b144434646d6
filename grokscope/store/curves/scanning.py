"""Reading a log past its damage: whole rows, torn ends, and what lies behind a bad place."""

import zlib
from dataclasses import dataclass, field
from pathlib import Path

from grokscope.errors import GrokscopeError
from grokscope.store.wal import (
    FRAME_BYTES,
    HEAD,
    MAGIC,
    ROW,
    Row,
    check_mark,
    frames,
    open_log,
)

KINDS = b"nr"
"""First bytes of a frame's body."""
ROWS = KINDS[1]
MOST = 1 << 31
"""Bytes of a log that are read, sixteen times as many as views read."""
LEAST_NAMES = 3
"""Bytes of the shortest frame of names, an empty list."""
WORK = 16
"""Bytes that may be checksummed per byte of a log: more than any chance of bytes asks for, and
what somebody made up to be slow is given up."""


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
        with open_log(path, MOST) as file:
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
    at, search = end, _Search(data)
    while at < len(data):
        start = search.after(at + 1)
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
    part = memoryview(data)[start:] if start else data
    if not start and data.startswith(MAGIC):
        end = len(MAGIC)
    for at, names, row in frames(part, start, columns):
        end, last = start + at, names
        if row is not None:
            rows.append(row)
    return end, last


class _Search:
    """A search for frames behind damaged places, whose work is bounded by the log's size."""

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)
        self._left = WORK * len(data) + FRAME_BYTES

    def after(self, start: int) -> int | None:
        """Return where the next whole frame begins; None if none does, or it takes too long."""
        data = self._data
        for at in range(max(start, len(MAGIC)), len(data) - HEAD.size):
            kind = data[at + HEAD.size]
            if kind not in KINDS:
                continue
            length, crc = HEAD.unpack_from(data, at)
            if not _plausible(kind, length) or length > len(data) - at - HEAD.size:
                continue
            self._left -= length
            if self._left < 0:
                return None
            if zlib.crc32(data[at + HEAD.size : at + HEAD.size + length]) == crc:
                return at
        return None


def _plausible(kind: int, length: int) -> bool:
    """Return whether a frame of some kind can be so long: rows hold whole numbers of columns."""
    if kind == ROWS:
        return ROW.size <= length <= FRAME_BYTES and not (length - ROW.size) % 8
    return LEAST_NAMES <= length <= FRAME_BYTES


def _unfinished(data: bytes, at: int) -> bool:
    """Return whether the bytes from `at` on begin a frame that ends past the file's end."""
    if len(data) - at < HEAD.size:
        return True
    length, _ = HEAD.unpack_from(data, at)
    return 0 < length <= FRAME_BYTES and len(data) - at < HEAD.size + length
