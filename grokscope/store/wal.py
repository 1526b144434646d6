"""The log of a live run: rows appended in checksummed frames, of which any prefix is valid.

A file is the mark `MAGIC` and then frames: length (u32) and CRC-32 (u32) of a body, and the
body. Its first byte says what it is: 'n' a JSON list of names, the columns from here on; 'r' a
row: step (i64), epoch (f64), seconds since the run began (f64), one f64 for each column.
"""

import json
import math
import os
import re
import struct
import time
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from grokscope.errors import Unreadable
from grokscope.store.files.publish import sync
from grokscope.store.files.texts import open_plain, parse_json
from grokscope.store.schema import LOG_FILE, curve_name
from grokscope.store.versions import check_version

MARK = re.compile(rb"grokscope log (\d{1,9})\n")
MAGIC = b"grokscope log 1\n"
HEAD = struct.Struct("<II")
ROW = struct.Struct("<cqdd")
FRAME_BYTES = 1 << 20
"""Longest body of a frame: 130,000 metrics of one evaluation; what says it is longer is damage."""
MOST_COLUMNS = 10_000
"""Most metrics of a run: readers refuse a published file of more than 30,000 objects."""
VIEWED_BYTES = 1 << 27
"""Bytes of a log that views read; in memory its rows take eight times as much."""
SYNC = 10.0
"""Seconds of rows that a crash of the machine may cost."""


class Row(NamedTuple):
    """One evaluation."""

    step: int
    epoch: float
    wall_time: float
    """Seconds since the run began, without the time it stood still."""
    values: Mapping[str, float]

    @classmethod
    def checked(cls, step: int, epoch: float, wall_time: float, values: Mapping[str, Any]) -> "Row":
        """Return what somebody logged as a row that can be stored.

        Raises
        ------
        ValueError
            If a name, a time or a value cannot be.
        """
        if not 0 <= step < 1 << 63:
            raise ValueError(f"step {step!r:.40}; a step is from 0 to {(1 << 63) - 1}")
        passed = _real(epoch, f"epoch at step {step}")
        if not math.isfinite(passed):
            raise ValueError(f"epoch {passed} at step {step}; an epoch is a finite number")
        numbers: Iterable[Any] = values.values()
        if {*map(type, numbers)} != {float}:
            numbers = [_real(value, name) for name, value in values.items()]
        named = dict(zip(_stored(tuple(values)), numbers, strict=True))
        return cls(int(step), passed, wall_time, named)

    def under(self, columns: tuple[str, ...]) -> Collection[float]:
        """Return the values in the order of columns; NaN in one that the row lacks."""
        if tuple(self.values) == columns:
            return self.values.values()
        return [self.values.get(name, math.nan) for name in columns]


class Log:
    """The writing end; every byte that `append` acknowledged outlives the process."""

    def __init__(self, path: Path) -> None:
        """Open a log where it ends, cutting off a torn tail, or begin one.

        Raises
        ------
        OSError
            If the disk does not give or take it.
        Unreadable, NewerSchema, OlderSchema
            If it is no plain file, or another major version wrote it.
        """
        self.path = path
        self.columns: tuple[str, ...] = ()
        self._named = False
        path.parent.mkdir(exist_ok=True)
        self._place = open_plain(path, os.O_RDWR | os.O_CREAT)
        self._synced_at = time.monotonic()
        self.end = 0
        try:
            data = path.read_bytes()
            check_mark(data, path)
            if data.startswith(MAGIC):
                for self.end, self.columns, _ in frames(data):
                    pass
                self.end = max(self.end, len(MAGIC))
            os.ftruncate(self._place, self.end)
        except BaseException:
            self.close()
            raise

    def append(self, row: Row) -> None:
        """Append a row; a column that is new is named first, in the same write.

        Raises
        ------
        OSError
            If the disk did not take all of it. The log then ends where it ended before.
        ValueError
            If the row or the names of its columns are longer than a frame, or too many.
        """
        data, columns = b"" if self.end else MAGIC, self.columns
        if tuple(row.values) != columns and not row.values.keys() <= set(columns):
            columns = (*columns, *(name for name in row.values if name not in columns))
            if len(columns) > MOST_COLUMNS:
                raise ValueError(f"{len(columns)} metrics; a run takes up to {MOST_COLUMNS}")
            data += _frame(b"n" + json.dumps(columns).encode())
        body = ROW.pack(b"r", row.step, row.epoch, row.wall_time)
        data += _frame(body + struct.pack(f"<{len(columns)}d", *row.under(columns)))
        self._write(data)
        self.columns = columns

    def replace(self) -> None:
        """Begin an empty log in the place of this one, whose rows stand elsewhere by now."""
        fresh = self.path.with_suffix(".new")
        old, kept = self._place, (self.end, self.columns)
        place = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o644)
        try:
            self._place, self.end, self.columns = place, 0, ()
            self._write(MAGIC)
            fresh.replace(self.path)
        except OSError:
            self._place, (self.end, self.columns) = old, kept
            os.close(place)
            raise
        self._named = False
        os.close(old)

    @property
    def due(self) -> bool:
        """Whether it should be synced now."""
        return time.monotonic() - self._synced_at >= SYNC

    def sync(self) -> None:
        """Wait until the disk has it, so that it outlives the machine too."""
        os.fsync(self._place)
        if not self._named:
            # the bytes are on disk, and their name may not be
            sync(self.path.parent)
            self._named = True
        self._synced_at = time.monotonic()

    def close(self) -> None:
        """Close the file; a second time does nothing."""
        if self._place >= 0:
            os.close(self._place)
            self._place = -1

    def _write(self, data: bytes) -> None:
        # always at the last good byte: a tail torn by an earlier failure is overwritten
        done = 0
        try:
            while done < len(data):
                done += os.pwrite(self._place, data[done:], self.end + done)
        except OSError:
            os.ftruncate(self._place, self.end)
            raise
        self.end += len(data)


def frames(
    data: bytes | memoryview, start: int = 0, columns: tuple[str, ...] = ()
) -> Iterator[tuple[int, tuple[str, ...], Row | None]]:
    """Read a log, or a log from a frame on, up to its first torn or damaged frame.

    Parameters
    ----------
    data : bytes
        From `start` to the end.
    start : int
        Where a frame begins; 0 for the whole log.
    columns : tuple of str
        The columns there.

    Yields
    ------
    (int, tuple of str, Row or None)
        Where in `data` the frame ends, the columns from there on, and the row if it is one.
    """
    if not start and data[: len(MAGIC)] != MAGIC:
        return
    at = 0 if start else len(MAGIC)
    while at + HEAD.size <= len(data):
        length, crc = HEAD.unpack_from(data, at)
        body = data[at + HEAD.size : at + HEAD.size + length]
        if not 0 < length <= FRAME_BYTES or len(body) < length or zlib.crc32(body) != crc:
            return
        at += HEAD.size + length
        if body[:1] == b"n":
            named = _columns(bytes(body[1:]))
            if named is None:
                return
            columns = named
            yield at, columns, None
        elif body[:1] == b"r" and length == ROW.size + 8 * len(columns):
            _, step, epoch, wall = ROW.unpack_from(body)
            numbers = struct.unpack_from(f"<{len(columns)}d", body, ROW.size)
            yield at, columns, Row(step, epoch, wall, dict(zip(columns, numbers, strict=True)))
        else:
            return


def read_log(path: Path, most: int = VIEWED_BYTES) -> list[Row]:
    """Return the whole rows of a log of at most `most` bytes; none where there is no log.

    Raises
    ------
    Unreadable
        If it is longer, or no plain file.
    NewerSchema, OlderSchema
        If another major version wrote it.
    """
    try:
        with open_log(path, most) as file:
            data = file.read()
    except FileNotFoundError:
        return []
    check_mark(data, path)
    return [row for _, _, row in frames(data) if row is not None]


def check_mark(data: bytes, path: Path) -> None:
    """Accept a log of this version, and what is none at all: torn, it holds no row.

    Raises
    ------
    NewerSchema, OlderSchema
        If a later or an earlier major version wrote it.
    """
    if mark := MARK.match(data):
        check_version(mark[1].decode(), f"{path.parent.parent.name}/{LOG_FILE}")


def open_log(path: Path, most: int) -> BinaryIO:
    """Open a log of at most `most` bytes for reading.

    Raises
    ------
    FileNotFoundError
        If there is none.
    Unreadable
        If it is longer, or no plain file.
    """
    place = open_plain(path)
    if (length := os.fstat(place).st_size) > most:
        os.close(place)
        what = f"{path.parent.parent.name}/{LOG_FILE}"
        raise Unreadable(f"{what} holds {length} bytes; up to {most} are read")
    return os.fdopen(place, "rb")


def _columns(text: bytes) -> tuple[str, ...] | None:
    """Return the names in a frame; None where a writer could not have put them there."""
    try:
        names = parse_json(text)
        fitting = isinstance(names, list) and all(curve_name(name) == name for name in names)
    except (ValueError, TypeError, AttributeError):
        return None
    return tuple(names) if fitting and len(set(names)) == len(names) else None


@lru_cache(maxsize=64)
def _stored(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return names as they are stored; the next row has the same ones, as a rule."""
    stored = tuple(map(curve_name, names))
    if len(set(stored)) < len(stored):
        twice = next(name for name in stored if stored.count(name) > 1)
        raise ValueError(f"two metrics of one evaluation would both be stored as {twice!r:.80}")
    return stored


def _real(value: Any, what: str) -> float:
    try:
        return float(value)
    except OverflowError as error:
        raise ValueError(f"{what} is larger than any float") from error


def _frame(body: bytes) -> bytes:
    if len(body) > FRAME_BYTES:
        raise ValueError(f"an evaluation takes {len(body)} bytes; the log takes {FRAME_BYTES}")
    return HEAD.pack(len(body), zlib.crc32(body)) + body
