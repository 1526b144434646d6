"""Everything of a run but its large arrays, at one instant: published, logged since, annotated."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

from grokscope.errors import GrokscopeError
from grokscope.store.api.contents import metrics_contents
from grokscope.store.curves.analysis import read_loose
from grokscope.store.curves.outcomes import events_group
from grokscope.store.curves.published import read_published
from grokscope.store.curves.reader import joined
from grokscope.store.hdf5.groups import read_group
from grokscope.store.inspection import damage, open_published
from grokscope.store.keeping.annotations import read_annotations
from grokscope.store.listing.summary import RunSummary, read_summary
from grokscope.store.schema import (
    ANALYSIS,
    EVENTS_GROUP,
    LOG_FILE,
    METRICS_GROUP,
    RUN_FILE,
    TRAJECTORY_GROUP,
    Attribute,
    Group,
    Variable,
)
from grokscope.store.wal import read_log

KNOWN = frozenset({METRICS_GROUP, EVENTS_GROUP, ANALYSIS, TRAJECTORY_GROUP})


@dataclass(frozen=True)
class Snapshot:
    """A run's root attributes and its groups by path, in the order they are written."""

    attrs: dict[str, Attribute]
    groups: dict[str, Group]


def read_snapshot(run: Path) -> Snapshot:
    """Return what a run holds beside parameters and probes, the tail of a live one included.

    Tags, note and star are root attributes: `tags` (words with spaces between), `note`, `starred`.

    Raises
    ------
    NotARun
        If there is no such directory.
    Unreadable, NewerSchema
        If its files cannot be read.
    """
    # the log first: rows leave it only once the published file has them
    rows = read_log(run / LOG_FILE)
    loose, _ = read_loose(run)
    published = read_published(run)
    summary = _summary(run)
    curves = metrics_contents(joined(published.metrics, rows))
    variables = {name: Variable(v.dims, np.asarray(v.data), v.attrs) for name, v in curves.items()}
    groups = {METRICS_GROUP: Group(variables, published.metrics.attrs)}
    events = published.events
    if summary is not None and summary.outcomes:
        events = events_group(summary.outcomes)
    if events is not None:
        groups[EVENTS_GROUP] = events
    groups |= {f"{ANALYSIS}/{key}": group for key, group in (published.analysis | loose).items()}
    groups |= _others(run)
    attrs = published.attrs | ({"status": summary.status} if summary else {})
    return Snapshot(attrs | _annotations(run), groups)


def _summary(run: Path) -> RunSummary | None:
    try:
        return read_summary(run)
    except (GrokscopeError, OSError):
        return None


def _annotations(run: Path) -> dict[str, Attribute]:
    found = read_annotations(run)
    return {"tags": " ".join(found.tags), "note": found.note, "starred": int(found.starred)}


def _others(run: Path) -> dict[str, Group]:
    """Return the groups of a published file that a later minor version added."""
    with open_published(run) as file, damage(run / RUN_FILE):
        return dict(_walk(file, "", KNOWN))


def _walk(parent: h5py.Group, path: str, without: frozenset[str]) -> Iterator[tuple[str, Group]]:
    for name, thing in parent.items():
        if isinstance(thing, h5py.Group) and name not in without:
            yield f"{path}{name}", read_group(thing)
            yield from _walk(thing, f"{path}{name}/", frozenset())
