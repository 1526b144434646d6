"""Checks of the versions of a run's files."""

from collections.abc import Iterator
from typing import Any

from grokscope.errors import GrokscopeError, NewerSchema, OlderSchema
from grokscope.store.doctor.findings import Finding
from grokscope.store.doctor.runfiles import Reading, RunFiles
from grokscope.store.migration.migrate import migrate


def check_versions(files: RunFiles) -> list[Finding]:
    """Find files of a later major version, which are refused, and of an earlier one."""
    errors = list(_errors(files))
    newer = [error for error in errors if isinstance(error, NewerSchema)]
    if newer:
        return [
            Finding(
                files.id,
                "problem",
                str(newer[0]),
                "a later grokscope wrote it, and this one would misread it",
                "look at it with that version",
            )
        ]
    older = [error for error in errors if isinstance(error, OlderSchema)]
    if not older or files.live:
        return []
    return [
        Finding(
            files.id,
            "problem",
            f"{len(older)} of its files are of an earlier version: {older[0]}",
            "this grokscope does not read them as they are",
            "--fix writes them anew in this version and keeps the old ones beside",
            lambda: migrate(files.run),
        )
    ]


def _errors(files: RunFiles) -> Iterator[GrokscopeError]:
    readings: list[Reading[Any]] = [
        files.summary,
        files.head,
        *files.labels.values(),
        *files.points.values(),
    ]
    yield from (reading.error for reading in readings if reading.error is not None)
    if files.log.error is not None:
        yield files.log.error
