"""Runs as labelled arrays: everything a run recorded as one xarray tree, live tail included."""

import contextlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from xarray.backends import BackendArray
from xarray.core import indexing

from grokscope.errors import MissingData, NotARun
from grokscope.store.analysis import read_loose
from grokscope.store.location import find_store, open_store
from grokscope.store.outcomes import events_group
from grokscope.store.published import read_published
from grokscope.store.query import find_run
from grokscope.store.reader import Metrics, joined
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
    metric,
)
from grokscope.store.summary import RunSummary, read_summary
from grokscope.store.trajectory import Trajectory, open_trajectory
from grokscope.store.wal import read_log


class _Tensor(BackendArray):
    """One parameter tensor over checkpoints, read when it is asked for."""

    def __init__(self, trajectory: Trajectory, name: str, shape: tuple[int, ...]) -> None:
        self.trajectory = trajectory
        self.name = name
        self.shape = (len(trajectory), *shape)
        self.dtype = np.dtype(np.float32)

    def __getitem__(self, key: indexing.ExplicitIndexer) -> NDArray[np.float32]:
        support = indexing.IndexingSupport.BASIC
        return indexing.explicit_indexing_adapter(key, self.shape, support, self._read)

    def _read(self, key: tuple[Any, ...]) -> NDArray[np.float32]:
        return self.trajectory.read(self.name, key)


def open_run(
    run: str | os.PathLike[str], store: str | os.PathLike[str] | None = None
) -> xr.DataTree:
    """Return a run as a tree: /metrics, /events, /analysis/<key>, /trajectory.

    Curves and measures are in memory, with whatever a live run has logged by now. Parameters
    are read from disk when used.

    Parameters
    ----------
    run : str or path
        A run's directory, or a selector: an id, the unique start of one, a name, `@last`.
    store : path, optional
        Where selectors are looked up; by default the store that the command line would use.

    Raises
    ------
    NotARun
        If no run or several fit.
    Unreadable, NewerSchema
        If its files cannot be read.
    """
    path = _path(run, store)
    # the log first: rows leave it only once the published file has them
    rows = read_log(path / LOG_FILE)
    loose, _ = read_loose(path)
    published = read_published(path)
    groups: dict[str, xr.Dataset] = {
        "/": xr.Dataset(attrs=dict(published.attrs)),
        f"/{METRICS_GROUP}": _metrics(joined(published.metrics, rows)),
    }
    events = _newest_events(path, published.events)
    if events is not None:
        groups[f"/{EVENTS_GROUP}"] = dataset(events)
    for key, group in (published.analysis | loose).items():
        groups[f"/{ANALYSIS}/{key}"] = dataset(group)
    with contextlib.suppress(MissingData):
        groups[f"/{TRAJECTORY_GROUP}"] = _trajectory(open_trajectory(path))
    return xr.DataTree.from_dict(groups, name=path.name)


def open_runs(
    selectors: Iterable[str | os.PathLike[str]], store: str | os.PathLike[str] | None = None
) -> xr.Dataset:
    """Return the curves of several runs as one array each, dims (run, step).

    Steps are the union of all; where a run has none the value is NaN. `epoch` and `wall_time`
    are variables here, since runs may differ in them.

    Raises
    ------
    NotARun
        If no selector is given, or one fits no run or several.
    """
    sets = []
    for selector in selectors:
        path = _path(selector, store)
        curves = open_run(path)[METRICS_GROUP].to_dataset().reset_coords(("epoch", "wall_time"))
        sets.append(curves.expand_dims(run=[path.name]))
    if not sets:
        raise NotARun("no run given; name at least one to open")
    return xr.concat(
        sets, dim="run", join="outer", data_vars="all", coords="minimal", combine_attrs="override"
    )


def to_group(array: xr.DataArray | xr.Dataset) -> Group:
    """Return labelled arrays as a group that can be stored; an array's name is its variable's.

    Truth values become uint8 and other numbers the nearest type that every reader knows.

    Raises
    ------
    ValueError
        If an array has no name.
    """
    if isinstance(array, xr.DataArray):
        if array.name is None:
            raise ValueError("an array without a name cannot be stored")
        attrs: Mapping[Any, Any] = {}
        whole = array.to_dataset()
    else:
        attrs, whole = array.attrs, array
    variables = {}
    for name, variable in whole.variables.items():
        kept = {str(k): v for k, v in variable.attrs.items()}
        if name not in whole.coords:
            extra = [str(c) for c in whole[name].coords if c not in whole.dims]
            kept |= {"coordinates": " ".join(extra)} if extra else {}
        variables[str(name)] = Variable(
            tuple(map(str, variable.dims)), _kept(variable.values), _attributes(kept)
        )
    return Group(variables, _attributes(attrs))


def dataset(group: Group) -> xr.Dataset:
    """Return a stored group as a dataset; labels named by `coordinates` become coordinates."""
    labels = {name for name, v in group.variables.items() if v.dims == (name,)}
    variables = {}
    for name, variable in group.variables.items():
        attrs = dict(variable.attrs)
        labels |= set(str(attrs.pop("coordinates", "")).split())
        data = variable.data.astype(str) if variable.data.dtype == object else variable.data
        variables[name] = (variable.dims, data, attrs)
    whole = xr.Dataset(variables, attrs=dict(group.attrs))
    return whole.set_coords(labels & set(variables))


def _path(run: str | os.PathLike[str], store: str | os.PathLike[str] | None) -> Path:
    path = Path(run)
    if (path / RUN_FILE).is_file():
        return path
    place = find_store(None if store is None else os.fspath(store))
    return find_run(open_store(place), os.fspath(run)).path


def _newest_events(path: Path, events: Group | None) -> Group | None:
    try:
        summary: RunSummary = read_summary(path)
    except OSError:
        return events
    return events_group(summary.outcomes) if summary.outcomes else events


def _metrics(metrics: Metrics) -> xr.Dataset:
    times = {
        "step": (metrics.step, "optimizer step", "1", "step"),
        "epoch": (metrics.epoch, "epoch", "1", "epoch"),
        "wall_time": (metrics.wall_time, "time since the run began", "s", ""),
    }
    curves = {
        name: ("step", c.values, metric(name).attrs | _words(c.long_name, c.units, c.unit_label))
        for name, c in metrics.curves.items()
    }
    coords = {name: ("step", data, _words(*words)) for name, (data, *words) in times.items()}
    return xr.Dataset(curves, coords=coords)


def _words(long_name: str, units: str, unit_label: str) -> dict[str, Attribute]:
    words: dict[str, Attribute] = {"long_name": long_name, "units": units}
    return words | ({"unit_label": unit_label} if unit_label else {})


def _trajectory(trajectory: Trajectory) -> xr.Dataset:
    tensors = {}
    for p in trajectory.layout.parameters:
        lazy = indexing.LazilyIndexedArray(_Tensor(trajectory, p.name, p.shape))
        attrs = {"long_name": p.name, "units": "1"}
        tensors[p.name] = xr.Variable(("checkpoint", *p.dims), lazy, attrs)
    time = {"long_name": "optimizer step of a checkpoint", "units": "1", "unit_label": "step"}
    digests = trajectory.digests.astype(str)
    coords = {
        "checkpoint": ("checkpoint", trajectory.checkpoints, time),
        "epoch": ("checkpoint", trajectory.epoch, _words("epoch", "1", "epoch")),
        "digest": ("checkpoint", digests, _words("sha256 of the parameters", "1", "")),
    }
    return xr.Dataset(tensors, coords=coords)


def _kept(values: NDArray[Any]) -> NDArray[Any]:
    kind = values.dtype.kind
    if kind in "OUS":
        return values.astype(str).astype(object)
    if kind == "b":
        return values.astype(np.uint8)
    if kind in "iu":
        return values if values.dtype == np.uint8 else values.astype(np.int64)
    if kind == "f":
        return values if values.dtype == np.float32 else values.astype(np.float64)
    raise ValueError(f"values of type {values.dtype} cannot be stored")


def _attributes(attrs: Mapping[Any, Any]) -> dict[str, Attribute]:
    kept: dict[str, Attribute] = {}
    for name, value in attrs.items():
        if isinstance(value, np.generic | np.ndarray):
            value = value.tolist()
        if isinstance(value, bool):
            value = int(value)
        kept[str(name)] = list(value) if isinstance(value, tuple) else value
    return kept
