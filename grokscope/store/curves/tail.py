"""The reading end of a log that grows: only what is new is read."""

import os
from pathlib import Path
from typing import BinaryIO

from grokscope.store.wal import VIEWED_BYTES, Row, check_mark, frames, open_log


class Tail:
    """The rows of one log as it stands at each `refresh`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: list[Row] = []
        """Whole rows of the log as it stands."""
        self._columns: tuple[str, ...] = ()
        self._end = 0
        self._file = 0
        self._last = b""
        """The frame that was read last."""

    def refresh(self) -> bool:
        """Read what came since; return whether anything did or the log was begun anew."""
        try:
            with open_log(self.path, VIEWED_BYTES) as file:
                before = len(self.rows)
                anew = not self._goes_on(file)
                if anew:
                    self.rows, self._columns, self._end, self._last = [], (), 0, b""
                    self._file = os.fstat(file.fileno()).st_ino
                file.seek(self._end)
                data = file.read(VIEWED_BYTES)
        except FileNotFoundError:
            found = bool(self.rows)
            self.rows, self._end, self._file, self._last = [], 0, 0, b""
            return found
        start, done = self._end, 0
        if not start:
            check_mark(data, self.path)
        for at, columns, row in frames(data, start, self._columns):
            self._end, self._columns = start + at, columns
            self._last, done = data[done:at], at
            if row is not None:
                self.rows.append(row)
        return anew or len(self.rows) != before

    def _goes_on(self, file: BinaryIO) -> bool:
        """Return whether a file is the one read before: a number is given to files in turn."""
        if os.fstat(file.fileno()).st_ino != self._file:
            return False
        file.seek(self._end - len(self._last))
        return file.read(len(self._last)) == self._last
