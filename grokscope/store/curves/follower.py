"""Following a live run: its curves again and again, at the cost of what is new."""

from pathlib import Path

from grokscope.store.curves.reader import Metrics, joined
from grokscope.store.curves.tail import Tail
from grokscope.store.hdf5.groups import read_group
from grokscope.store.inspection import damage, open_checked
from grokscope.store.schema import LOG_FILE, METRICS_GROUP, RUN_FILE, Group


class Follower:
    """The curves of one run as they stand at each `refresh`."""

    def __init__(self, run: Path) -> None:
        self.run = run
        self._tail = Tail(run / LOG_FILE)
        self._published = Group({})
        self._version: tuple[int, int, int] | None = None
        self._metrics: Metrics | None = None

    def refresh(self) -> Metrics:
        """Return the curves; the same object as before where nothing changed.

        Raises
        ------
        FileNotFoundError
            If the run is gone.
        Unreadable, NewerSchema
            If its published file cannot be read.
        """
        # the log first: rows leave it only once the published file has them
        grown = self._tail.refresh()
        status = (self.run / RUN_FILE).stat()
        version = (status.st_ino, status.st_mtime_ns, status.st_size)
        if version != self._version:
            with open_checked(self.run / RUN_FILE) as file, damage(self.run / RUN_FILE):
                group = file.get(METRICS_GROUP)
                self._published = Group({}) if group is None else read_group(group)
            self._version, grown = version, True
        if grown or self._metrics is None:
            self._metrics = joined(self._published, self._tail.rows, self.run.name)
        return self._metrics
