"""Listing runs from their summaries: no HDF5 is opened, nothing is written."""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grokscope.errors import GrokscopeError
from grokscope.store.annotations import read_annotations
from grokscope.store.identifiers import is_run_id
from grokscope.store.patience import reason
from grokscope.store.schema import RUN_FILE, SUMMARY_FILE
from grokscope.store.summary import (
    RunSummary,
    derived_summary,
    read_summary_file,
)

Version = tuple[int, int, int]


@dataclass(frozen=True)
class _Entry:
    version: Version
    data: Mapping[str, Any]
    summary: RunSummary | None
    """Kept for a run that ended: nothing but its file can change it."""


class Catalogue:
    """The runs of a store, read again only where their summaries changed."""

    def __init__(self, store: Path) -> None:
        self.store = store
        self.broken: dict[str, str] = {}
        """One line for each directory that should be a run and cannot be read."""
        self._entries: dict[str, _Entry] = {}

    def refresh(self) -> list[RunSummary]:
        """Return all runs as they stand now, newest first."""
        now = time.time()
        found, entries = [], {}
        self.broken = {}
        for name in self._names():
            try:
                entry, summary = self._read(name, now)
            except FileNotFoundError:
                if (self.store / name / RUN_FILE).exists():
                    self.broken[name] = f"run {name!r} has no {SUMMARY_FILE}"
            except GrokscopeError as error:
                self.broken[name] = str(error)
            except OSError as error:
                self.broken[name] = f"run {name!r} cannot be read: {reason(error)}"
            else:
                entries[name] = entry
                found.append(self._annotated(summary))
        self._entries = entries
        return sorted(found, key=lambda run: (-run.created, run.id))

    def _annotated(self, summary: RunSummary) -> RunSummary:
        try:
            found = read_annotations(summary.path)
        except GrokscopeError as error:
            self.broken[summary.id] = str(error)
            return summary
        return replace(summary, annotations=found) if found != summary.annotations else summary

    def _names(self) -> list[str]:
        try:
            with os.scandir(self.store) as places:
                directories = [p.name for p in places if p.is_dir(follow_symlinks=False)]
        except FileNotFoundError:
            return []
        return [name for name in directories if is_run_id(name)]

    def _read(self, name: str, now: float) -> tuple[_Entry, RunSummary]:
        run = self.store / name
        known = self._entries.get(name)
        version = _version(run)
        if known is not None and known.version == version:
            if known.summary is not None:
                return known, known.summary
            data = known.data
        else:
            data = read_summary_file(run)
        summary = derived_summary(run, data, now)
        ended = summary if data.get("state") != "running" else None
        return _Entry(version, data, ended), summary


def _version(run: Path) -> Version:
    status = (run / SUMMARY_FILE).stat()
    return status.st_mtime_ns, status.st_size, status.st_ino
