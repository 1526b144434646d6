"""`run.h5` as a whole: read into memory, and put in place of the old one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import h5py

from grokscope.store.curves.unknown import unknown_groups
from grokscope.store.files.publish import publish
from grokscope.store.hdf5.groups import read_attrs, read_group, write_groups
from grokscope.store.inspection import damage, open_published
from grokscope.store.schema import ANALYSIS, EVENTS_GROUP, METRICS_GROUP, RUN_FILE, Attribute, Group

OWN = frozenset({"Conventions", "schema_version"})
"""Attributes that writing a file sets by itself."""


@dataclass
class Published:
    """What this version knows in a run's published file, and where it was asked for, the rest."""

    attrs: dict[str, Attribute]
    metrics: Group = field(default_factory=lambda: Group({}))
    events: Group | None = None
    analysis: dict[str, Group] = field(default_factory=dict)
    unknown: dict[str, Group] = field(default_factory=dict)
    """Groups that this version does not know, by path; those that are not here go on putting."""

    def put(self, run: Path, durable: bool = True) -> None:
        """Publish it.

        Raises
        ------
        OSError
            If the disk does not take it; the old file stands.
        """
        groups: dict[str, Group] = {METRICS_GROUP: self.metrics}
        if self.events is not None:
            groups[EVENTS_GROUP] = self.events
        groups |= {f"{ANALYSIS}/{key}": group for key, group in self.analysis.items()}
        groups |= self.unknown
        publish(run / RUN_FILE, lambda path: write_groups(path, self.attrs, groups), durable)


def read_published(run: Path, whole: bool = False) -> Published:
    """Return the published file of a run.

    Parameters
    ----------
    whole : bool
        With the groups that this version does not know, for whoever writes the file anew.

    Raises
    ------
    NotARun
        If there is no such directory.
    Unreadable, NewerSchema
        If there is none, or it cannot be read.
    """
    with open_published(run) as file, damage(run / RUN_FILE):
        found = published_in(file)
        found.unknown = unknown_groups(file) if whole else {}
        return found


def published_in(file: h5py.File) -> Published:
    """Return what an open file of this form holds."""
    events = file.get(EVENTS_GROUP)
    stored: Mapping[str, object] = file.get(ANALYSIS, {})
    return Published(
        {name: value for name, value in read_attrs(file).items() if name not in OWN},
        read_group(file[METRICS_GROUP]) if METRICS_GROUP in file else Group({}),
        None if events is None else read_group(events),
        {key: read_group(group) for key, group in stored.items()},
    )
