"""Runs as labelled arrays: everything a run recorded as one xarray tree, live tail included."""

import contextlib
import os
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from xarray.backends import BackendArray
from xarray.core import indexing

from grokscope.errors import (
    BadArgument,
    MissingData,
    MissingPackage,
    UnknownName,
    listed,
    nearest,
    told,
)
from grokscope.store.api.contents import (
    Contents,
    metrics_contents,
    of_group,
    parameter_types,
    probe_contents,
    trajectory_contents,
)
from grokscope.store.api.unread import Unread
from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.curves.analysis import read_loose
from grokscope.store.curves.outcomes import events_group
from grokscope.store.curves.published import Published, read_published
from grokscope.store.curves.reader import joined
from grokscope.store.listing.summary import RunSummary, read_summary
from grokscope.store.location import named_store, open_store
from grokscope.store.probes.reading import open_probes
from grokscope.store.query.finding import find_run
from grokscope.store.schema import (
    ANALYSIS,
    EVENTS_GROUP,
    LOG_FILE,
    METRICS_GROUP,
    PROBE_GROUP,
    RUN_FILE,
    TRAJECTORY_GROUP,
    Attribute,
    Group,
    Variable,
)
from grokscope.store.wal import read_log

Chunks = int | str | Mapping[Any, Any] | None
"""What xarray takes as `chunks`: sizes by dimension, one size, "auto", or None for no dask."""
Selector = str | os.PathLike[str] | RunSummary
"""What names one run: a selector, its directory, or what a listing gave."""
SELECTORS = "a selector, a run's directory or what runs() gave can name one"


def open_run(
    run: Selector, store: str | os.PathLike[str] | None = None, chunks: Chunks = None
) -> xr.DataTree:
    """Return a run as a tree: /metrics, /events, /analysis/<key>, /trajectory, /probe/<name>.

    Curves and measures are in memory, with whatever a live run has logged by now. Parameters
    and probes are read from disk when used, each time anew; `load()` keeps them.

    Parameters
    ----------
    run : str, path or RunSummary
        A run's directory, or a selector: an id, the unique start of one, a name, `@last`, a
        query that one run fits.
    store : path, optional
        Where selectors are looked up; by default the store that the command line would use.
    chunks : int, dict or "auto", optional
        Give parameters and probes as dask arrays of such chunks.

    Returns
    -------
    DataTree
        /metrics has dims (step), with `epoch` and `wall_time`; /trajectory (checkpoint, axes...),
        with `epoch` and `digest`; /probe/<name> (step, axes...). Attributes are configuration,
        provenance and the status of now. It can be pickled: it holds paths and no open files.

    Raises
    ------
    NotARun, BadArgument
        If no run or several fit; if `run` or `store` is of another type.
    Unreadable, NewerSchema
        If its files cannot be read.
    MissingPackage
        If `chunks` are asked for without dask.

    Examples
    --------
    >>> import grokscope
    >>> run = grokscope.open_run("@last")
    >>> run["metrics"].test_accuracy.dims
    ('step',)
    >>> last = run["metrics"].to_dataset().isel(step=-1)
    >>> float(last.epoch), round(float(last.test_accuracy), 2)
    (60.0, 1.0)
    >>> run["trajectory/weight"].sel(checkpoint=50).shape
    (3, 4)
    >>> run["probe/logits/logits"].dims
    ('step', 'example', 'label')
    """
    path = find_path(run, store)
    # the log first: rows leave it only once the published file has them
    rows = read_log(path / LOG_FILE)
    loose, _ = read_loose(path)
    published = read_published(path)
    metrics = metrics_contents(joined(published.metrics, rows))
    attrs, events = _newest(path, published)
    groups: dict[str, xr.Dataset] = {
        "/": xr.Dataset(attrs=attrs),
        f"/{METRICS_GROUP}": assembled(metrics),
    }
    if events is not None:
        groups[f"/{EVENTS_GROUP}"] = dataset(events)
    for key, group in (published.analysis | loose).items():
        groups[f"/{ANALYSIS}/{key}"] = dataset(group)
    groups |= _unread(path, parameter_types(published.attrs), chunks)
    return xr.DataTree.from_dict(groups, name=path.name)


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
    return assembled(of_group(group), group.attrs)


def assembled(contents: Contents, attrs: Mapping[str, Attribute] | None = None) -> xr.Dataset:
    """Return variables as a dataset, those unread as arrays that are read when used."""
    labels = {name for name, one in contents.items() if one.dims == (name,)}
    variables = {}
    for name, one in contents.items():
        own = dict(one.attrs)
        labels |= set(str(own.pop("coordinates", "")).split())
        data: Any = one.data
        if isinstance(data, Unread):
            data = indexing.LazilyIndexedArray(_Backend(data))
        elif data.dtype == object:
            data = data.astype(str)
        variables[name] = xr.Variable(one.dims, data, own)
    coords = {name: variable for name, variable in variables.items() if name in labels}
    rest = {name: variable for name, variable in variables.items() if name not in labels}
    return xr.Dataset(rest, coords, dict(attrs or {}))


def chunked(whole: xr.Dataset, chunks: Chunks) -> xr.Dataset:
    """Return a dataset with its variables as dask arrays; as it is where `chunks` is None.

    Sizes of dimensions that it does not have are left out.

    Raises
    ------
    MissingPackage
        If dask is not installed.
    """
    if chunks is None:
        return whole
    if find_spec("dask") is None:
        raise MissingPackage(
            f"chunks={chunks!r:.80} needs dask, which is not installed;"
            " pip install 'grokscope[dask]', or leave chunks out"
        )
    variables = {}
    for name in whole.data_vars:
        variable = whole[name].variable
        sizes: Any = chunks
        if isinstance(chunks, Mapping):
            sizes = {dim: size for dim, size in chunks.items() if dim in variable.dims}
        variables[name] = variable.chunk(sizes)
    return whole.assign(variables)


def check_chunks(chunks: Chunks, dims: Iterable[str]) -> None:
    """Make sure that `chunks` names dimensions that there are.

    Raises
    ------
    UnknownName
        If it names another.
    """
    known = sorted(set(dims))
    for dim in chunks if isinstance(chunks, Mapping) else ():
        if dim not in known:
            raise UnknownName(
                f"no dimension {dim!r} to chunk{nearest(str(dim), known)}; {listed(known)}"
            )


class _Backend(BackendArray):
    """What xarray calls for parts of an unread array."""

    def __init__(self, unread: Unread) -> None:
        self.unread = unread
        self.shape = unread.shape
        self.dtype = unread.dtype

    def __getitem__(self, key: indexing.ExplicitIndexer) -> NDArray[Any]:
        support = indexing.IndexingSupport.OUTER_1VECTOR
        return indexing.explicit_indexing_adapter(key, self.shape, support, self.unread.take)


def find_path(run: Selector, store: str | os.PathLike[str] | None = None) -> Path:
    """Return the directory of the run that a selector, a path or a listing's entry means.

    Raises
    ------
    NotARun, BadArgument
        If no run or several fit; if it is none of these.
    """
    if isinstance(run, RunSummary):
        return run.path
    if not isinstance(run, str | os.PathLike):
        raise BadArgument(f"run is {told(run)}; {SELECTORS}")
    path = Path(run)
    if (path / RUN_FILE).is_file():
        return path
    return find_run(open_store(named_store(store)), os.fspath(run)).path


def _unread(path: Path, types: Mapping[str, str], chunks: Chunks) -> dict[str, xr.Dataset]:
    groups: dict[str, xr.Dataset] = {}
    with contextlib.suppress(MissingData):
        trajectory = trajectory_contents(open_trajectory(path), types)
        groups[f"/{TRAJECTORY_GROUP}"] = assembled(trajectory)
    for name, probe in open_probes(path).items():
        groups[f"/{PROBE_GROUP}/{name}"] = assembled(probe_contents(probe))
    if groups:
        check_chunks(chunks, [str(dim) for whole in groups.values() for dim in whole.dims])
    return {name: chunked(whole, chunks) for name, whole in groups.items()}


def _newest(path: Path, published: Published) -> tuple[dict[str, Attribute], Group | None]:
    """Return a run's attributes with the status it has by now, and its newest events."""
    try:
        summary = read_summary(path)
    except OSError:
        return dict(published.attrs), published.events
    events = events_group(summary.outcomes) if summary.outcomes else published.events
    return published.attrs | {"status": summary.status}, events


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
