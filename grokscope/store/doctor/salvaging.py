"""Salvaging a damaged published file: a copy of what of it still reads."""

import contextlib
import json
import secrets
from collections.abc import Iterator
from pathlib import Path

import h5py

from grokscope.errors import GrokscopeError, UnreadableNow
from grokscope.events import Yardstick
from grokscope.store.curves.published import OWN, Published, published_in
from grokscope.store.curves.unknown import (
    MOST_BYTES,
    unknown_group,
    unknown_groups,
    unknown_names,
)
from grokscope.store.doctor.wreck import (
    UNREAD,
    Lost,
    limit,
    member,
    names_in,
    opened,
    salvaged_by,
    whole,
)
from grokscope.store.hdf5.groups import dims_of, is_bare, read_attrs, read_values, write_groups
from grokscope.store.inspection import damage, open_checked
from grokscope.store.schema import ANALYSIS, METRICS_GROUP, RUN_FILE, Group, Variable

CURVES = "the metrics, except those in the log"


def salvage(run: Path, source: Path | None = None) -> tuple[Published | None, list[str]]:
    """Return what can be read of a run's published file, and the names of what cannot.

    Nothing is returned where not even the attributes say what the run was.

    Parameters
    ----------
    source : Path, optional
        The damaged file, where it has another name by now.

    Raises
    ------
    OSError
        If the store does not take the copy, or does not give the file.
    """
    copy = run / f".{RUN_FILE}.{secrets.token_hex(4)}.tmp"
    try:
        lost = [str(name) for name in salvaged_by(__name__, source or run / RUN_FILE, copy)]
        with open_checked(copy) as file, damage(copy):
            published = published_in(file)
            published.unknown = unknown_groups(file)
        Yardstick.from_attrs(published.attrs)
        json.loads(str(published.attrs["config"]))
    except UnreadableNow:
        raise
    except (Lost, FileNotFoundError, GrokscopeError, KeyError, ValueError):
        return None, []
    finally:
        copy.unlink(missing_ok=True)
    return published, lost


def main(path: str, copy: str) -> None:
    """Copy what can be read of one file into another; print the names of what cannot."""
    limit()
    lost: list[str] = []
    with opened(Path(path)) as (file, length):
        attrs = {name: value for name, value in read_attrs(file).items() if name not in OWN}
        groups = dict(_groups(file, length, lost))
    write_groups(Path(copy), attrs, groups)
    print(json.dumps(lost))


def _groups(file: h5py.File, length: int, lost: list[str]) -> Iterator[tuple[str, Group]]:
    metrics, missing = _readable(file, METRICS_GROUP, length)
    lost += missing if metrics.variables else [CURVES]
    yield METRICS_GROUP, metrics
    for key in names_in(file, ANALYSIS):
        # a measure is computed anew more safely than from half of it
        group, missing = _readable(file, f"{ANALYSIS}/{key}", length)
        if missing:
            lost.append(f"measure {key}")
        else:
            yield f"{ANALYSIS}/{key}", group
    yield from _unknown(file, length, lost)


def _unknown(file: h5py.File, length: int, lost: list[str]) -> Iterator[tuple[str, Group]]:
    left = MOST_BYTES
    for name in unknown_names(file):
        groups: dict[str, Group] = {}
        with contextlib.suppress(*UNREAD):
            _check_inside(file, name, length)
            groups, size = unknown_group(file, name, left)
            left -= size
        if not groups:
            lost.append(f"{name}, which this version does not know")
        yield from groups.items()


def _check_inside(file: h5py.File, path: str, length: int) -> None:
    """Make sure that all at a path lies in the file, which is `length` bytes long.

    Raises
    ------
    Exception
        What h5py raises on damaged data, and what `member` does.
    """
    thing = member(file, path)
    if isinstance(thing, h5py.Group):
        for name in thing:
            _check_inside(file, f"{path}/{name}", length)
    elif not whole(thing, length):
        raise ValueError(f"{path} was cut off")


def _readable(file: h5py.File, name: str, length: int) -> tuple[Group, list[str]]:
    """Return the variables of a group that can be read, and the names of the others."""
    variables, lost, attrs = {}, [], {}
    try:
        attrs = read_attrs(member(file, name))
    except UNREAD:
        lost.append(name)
    for key in names_in(file, name):
        try:
            data = member(file, f"{name}/{key}")
            if is_bare(data.id):
                continue
            if not whole(data, length):
                raise ValueError(f"{key} was cut off")
            # curves have one axis; which, a file that was cut off may not be able to tell
            dims = ("step",) if name == METRICS_GROUP else dims_of(data)
            variables[key] = Variable(dims, read_values(data), read_attrs(data))
        except UNREAD:
            lost.append(key)
    return Group(variables, attrs), lost
