"""Listing runs from their summaries: no HDF5 is opened, nothing is written into the store."""

import contextlib
import gc
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from grokscope.errors import GrokscopeError, NotAStore, StoreFailed
from grokscope.store.files.patience import reason
from grokscope.store.identifiers import is_run_id
from grokscope.store.keeping.annotations import ANNOTATIONS_FILE, Annotations, read_annotations
from grokscope.store.listing.compact import NO_FILE, Entry, Stamp
from grokscope.store.listing.index import load_index, save_index
from grokscope.store.listing.pulse import Pulse
from grokscope.store.listing.status import holder_of
from grokscope.store.listing.summary import RunSummary, read_summary_file
from grokscope.store.schema import LOG_FILE, RUN_FILE, SUMMARY_FILE

SMALLEST = 100
"""Runs of a store from which on remembering them is worth a file."""
STALE = 0.01
"""Part of a store that may have changed before what is remembered is written anew."""


class Catalogue:
    """The runs of a store, read again only where their summaries changed.

    What it read is remembered in the user's cache, for the next process that lists the store.
    """

    def __init__(self, store: Path) -> None:
        self.store = store
        self.broken: dict[str, str] = {}
        """One line for each directory that should be a run and cannot be read, and for each run
        whose annotations cannot be."""
        self.there = True
        """Whether the store was a directory when it was looked through last."""
        self._pulse = Pulse()
        self._entries: dict[str, Entry] | None = None
        self._changed = 0
        """Runs that ended and are not remembered as they stand, as far as this process knows."""
        self._logs = 0
        """Logs read and not remembered: each takes longer than a hundred summaries."""

    def recalled(self) -> list[RunSummary]:
        """Return all runs as they were remembered, newest first; none where nothing is.

        It takes a fraction of what `refresh` does, which asks about every run's files.
        """
        with uncollected():
            self._entries, now = load_index(self.store), time.time()
            for name, entry in self._entries.items():
                if entry.state == "running":
                    with contextlib.suppress(GrokscopeError, OSError):
                        self._entries[name] = self._derived(name, entry, now)
            return _newest_first(self._entries)

    def refresh(self) -> list[RunSummary]:
        """Return all runs as they stand now, newest first.

        Raises
        ------
        NotAStore
            If the store is no directory.
        StoreFailed
            If it cannot be listed now.
        """
        with uncollected():
            known = load_index(self.store) if self._entries is None else self._entries
            self.broken = {}
            entries: dict[str, Entry] = {}
            now, root = time.time(), os.fspath(self.store)
            for name in self._names():
                entry = self._look(name, f"{root}/{name}", known.get(name), now)
                if entry is not None:
                    entries[name] = entry
            self._changed += len(known.keys() - entries.keys())
            self._entries = entries
            self._remember()
            return _newest_first(entries)

    def _names(self) -> list[str]:
        self.there = True
        try:
            with os.scandir(self.store) as places:
                directories = [p.name for p in places if p.is_dir(follow_symlinks=False)]
        except FileNotFoundError:
            self.there = False
            return []
        except OSError as error:
            told = f"the store {str(self.store)!r} cannot be listed: {reason(error)}"
            kind = NotAStore if isinstance(error, NotADirectoryError) else StoreFailed
            raise kind(told) from error
        return [name for name in directories if is_run_id(name)]

    def _look(self, name: str, run: str, known: Entry | None, now: float) -> Entry | None:
        """Return a run as it stands; None, with a line why, where it cannot be read."""
        try:
            stamp, marked = _stamp(f"{run}/{SUMMARY_FILE}"), _marked(f"{run}/{ANNOTATIONS_FILE}")
            if known is not None and known.stamp == stamp and known.marked == marked:
                return self._derived(name, known, now)
            entry = self._read(Path(run), stamp, marked)
            remembered = known is not None and known.stamp == stamp
            self._changed += not remembered and entry.state != "running"
            return self._derived(name, entry, now)
        except FileNotFoundError:
            if Path(run, RUN_FILE).exists():
                self.broken[name] = f"run {name!r} has no {SUMMARY_FILE}"
        except GrokscopeError as error:
            self.broken[name] = str(error)
        except OSError as error:
            self.broken[name] = f"run {name!r} cannot be read: {reason(error)}"
        return None

    def _read(self, run: Path, stamp: Stamp, marked: Stamp) -> Entry:
        data = read_summary_file(run)
        added = Annotations()
        if any(marked):
            try:
                added = read_annotations(run)
            except GrokscopeError as error:
                self.broken[run.name] = str(error)
                # asked again next time, so that the line stays until the file is mended
                marked = NO_FILE
        summary = RunSummary.from_stored(run, data, None)
        summary.__dict__["annotations"] = added
        return Entry(summary, data["state"], stamp, marked)

    def _derived(self, name: str, entry: Entry, now: float) -> Entry:
        """Return a run that did not end with the status it has now."""
        if entry.state != "running":
            return entry
        summary = entry.summary
        heard = now - self._pulse.age(name, entry.stamp, summary.heartbeat, now)
        holder = holder_of(summary.path, entry.state)
        status = summary.now(entry.state, holder, now + summary.heartbeat - heard)
        if status != summary.status:
            entry = entry._replace(summary=summary.in_state(status))
        return self._caught_up(entry) if status == "dead" else entry

    def _caught_up(self, entry: Entry) -> Entry:
        """Return a dead run with what its log has after its summary, which is read once."""
        summary = entry.summary
        logged = _marked(f"{summary.path}/{LOG_FILE}")
        if logged in (entry.logged, NO_FILE):
            return entry
        from grokscope.store.listing.unsummed import caught_up

        self._logs += 1
        newest = caught_up(summary, read_summary_file(summary.path))
        return entry._replace(summary=newest, logged=logged)

    def _remember(self) -> None:
        entries = self._entries or {}
        stale = len(entries) >= SMALLEST and self._changed > STALE * len(entries)
        if stale or self._logs:
            save_index(self.store, list(entries.values()))
            self._changed = self._logs = 0


def _newest_first(entries: Mapping[str, Entry]) -> list[RunSummary]:
    found = [entry.summary for entry in entries.values()]
    return sorted(found, key=lambda run: (-run.created, run.id))


def _stamp(path: str) -> Stamp:
    status = os.stat(path)  # noqa: PTH116  ten thousand paths would cost more than what they ask
    return status.st_mtime_ns, status.st_size, status.st_ino


def _marked(path: str) -> Stamp:
    try:
        # most runs have none, and to ask takes two thirds of what an exception does
        return _stamp(path) if os.access(path, os.F_OK) else NO_FILE
    except (FileNotFoundError, NotADirectoryError):
        return NO_FILE


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Look for no garbage meanwhile: a listing makes much and drops nothing."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
