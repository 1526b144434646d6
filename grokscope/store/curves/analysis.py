"""Storing what was measured on a run: beside it while it is live, in `run.h5` otherwise."""

import contextlib
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from grokscope.errors import RunHeld, Unreadable
from grokscope.events import Moment
from grokscope.store.curves.published import read_published
from grokscope.store.files.disk import disk_bytes
from grokscope.store.files.patience import told
from grokscope.store.files.publish import publish, publish_json
from grokscope.store.files.values import stored_moment
from grokscope.store.hdf5.groups import read_group, write_groups
from grokscope.store.inspection import damage, open_checked
from grokscope.store.listing.summary import RunSummary, read_summary_file
from grokscope.store.lock import Lock
from grokscope.store.schema import ANALYSIS, SUMMARY_FILE, Attribute, Group

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,199}")
Version = tuple[int, int]
"""Number and time of a file, by which one that took its place is told."""
MOMENT = re.compile(r"moment_(\w+)_(step|epoch)")


def write_analysis(
    run: Path,
    key: str,
    group: Group,
    moments: Mapping[str, Moment] | None = None,
    usual: bool = True,
    merge: bool = True,
) -> None:
    """Store a measure's result under its key, in the place of an older one.

    Where no process writes the run, the result goes into `run.h5` at once; else the writer takes
    it over when the run ends.

    Parameters
    ----------
    moments : dict of Moment, optional
        Turning points found in it, such as `speed_min`.
    usual : bool
        Whether this is the variant whose turning points summaries carry.
    merge : bool
        False where others follow at once, the last of which takes all into `run.h5`.

    Raises
    ------
    ValueError
        If the key cannot name a group.
    StoreFailed
        If the store does not take it.
    """
    if not KEY.fullmatch(key):
        raise ValueError(f"{key!r} cannot name a stored measure")
    marks: dict[str, Attribute] = {"usual": int(usual)}
    for name, moment in (moments or {}).items():
        marks |= {f"moment_{name}_step": moment.step, f"moment_{name}_epoch": moment.epoch}
    whole = Group(group.variables, dict(group.attrs) | marks)
    directory = run / ANALYSIS
    groups = {f"{ANALYSIS}/{key}": whole}
    target = directory / f"{key}.h5"
    with told(f"run {run.name!r} takes no result"):
        directory.mkdir(exist_ok=True)
        publish(target, lambda path: write_groups(path, {"run_id": run.name}, groups))
        if merge:
            _merge_if_free(run)


def _merge_if_free(run: Path) -> None:
    """Take loose results over into `run.h5` unless another process writes the run.

    The run's log, if it died, stays as it is.
    """
    with contextlib.suppress(RunHeld), _held(run):
        merge_loose(run)


def merge_loose(run: Path) -> list[str]:
    """Take loose results over into `run.h5`, and return their keys; the caller holds the lock.

    Raises
    ------
    Unreadable, NewerSchema
        If the published file cannot be read.
    OSError
        If the disk does not take it; the loose files stand.
    """
    loose, paths = read_loose(run)
    if loose:
        published = read_published(run, whole=True)
        published.analysis |= loose
        published.put(run)
        _mark(run, moments_in(published.analysis), paths)
        for remove in removals(paths):
            remove()
    return list(loose)


def read_loose(run: Path) -> tuple[dict[str, Group], dict[Path, Version]]:
    """Return results not yet in `run.h5`, by key, and the files that hold them.

    A file that cannot be read is left where it is.
    """
    groups, paths = {}, {}
    for path in sorted((run / ANALYSIS).glob("*.h5")):
        with (
            contextlib.suppress(FileNotFoundError, Unreadable, KeyError),
            open_checked(path) as file,
            damage(path),
        ):
            groups[path.stem] = read_group(file[f"{ANALYSIS}/{path.stem}"])
            paths[path] = _version(os.fstat(file.id.get_vfd_handle()))
    return groups, paths


def removals(paths: Mapping[Path, Version]) -> list[Callable[[], None]]:
    """Return what removes files that were read; one in whose place a newer came is left."""

    def remove(path: Path, version: Version) -> None:
        with contextlib.suppress(FileNotFoundError):
            if _version(path.stat()) == version:
                path.unlink()

    return [partial(remove, path, version) for path, version in paths.items()]


def _version(status: os.stat_result) -> Version:
    return status.st_ino, status.st_mtime_ns


def moments_in(analysis: Mapping[str, Group]) -> dict[str, Moment]:
    """Return the turning points that a run's measures in their usual variants found, by name."""
    found: dict[str, Moment] = {}
    for group in analysis.values():
        if group.attrs.get("usual", 1):
            found |= moments_of(group.attrs)
    return found


def moments_of(attrs: Mapping[str, Attribute]) -> dict[str, Moment]:
    """Return the turning points that one stored measure's attributes tell, by name."""
    found: dict[str, dict[str, Any]] = {}
    for attribute, value in attrs.items():
        if match := MOMENT.fullmatch(attribute):
            found.setdefault(match[1], {})[match[2]] = value
    moments = {}
    for name, when in found.items():
        with contextlib.suppress(KeyError, TypeError, ValueError, OverflowError):
            moments[name] = stored_moment(when["step"], when["epoch"])
    return moments


@contextlib.contextmanager
def _held(run: Path) -> Iterator[None]:
    lock = Lock.take(run)
    try:
        yield
    finally:
        lock.release()


def _mark(run: Path, moments: Mapping[str, Moment], merged: Iterable[Path]) -> None:
    """Tell the summary what was found, and the run's size without the files that were merged."""
    with contextlib.suppress(FileNotFoundError, Unreadable):
        data = read_summary_file(run)
        summary = RunSummary.from_stored(run, data, None, time.time())
        found = replace(
            summary,
            moments=dict(summary.moments) | dict(moments),
            disk_bytes=disk_bytes(run) - sum(path.stat().st_size for path in merged),
            generation=summary.generation + 1,
        )
        publish_json(run / SUMMARY_FILE, data | found.stored(data["state"]))
