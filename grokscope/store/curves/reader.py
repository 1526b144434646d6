"""Reading a run with h5py and the log's tail: what views draw from, live or not.

Nothing here writes, so a store may be mounted read-only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import ArrayLike, NDArray

from grokscope.errors import Damaged, Unreadable
from grokscope.events import Moment
from grokscope.store.curves.analysis import moments_of
from grokscope.store.files.texts import parse_json, readable
from grokscope.store.hdf5 import groups
from grokscope.store.hdf5.groups import read_group
from grokscope.store.inspection import damage, open_checked, open_published
from grokscope.store.schema import (
    ANALYSIS,
    LOG_FILE,
    METRICS_GROUP,
    RUN_FILE,
    Attribute,
    Group,
    Variable,
    metric,
)
from grokscope.store.schema import TIMES as TIME_LABELS
from grokscope.store.wal import Row, read_log

TIMES = ("step", "checkpoint")
"""Dimensions that training time runs along."""


@dataclass(frozen=True)
class Curve:
    """A metric over training; `values` along the evaluations, NaN where it was not recorded."""

    name: str
    long_name: str
    units: str
    unit_label: str
    values: NDArray[np.float64]


@dataclass(frozen=True)
class Metrics:
    """Everything recorded at evaluations, the live tail included; `step` strictly increases."""

    step: NDArray[np.int64]
    epoch: NDArray[np.float64]
    wall_time: NDArray[np.float64]
    """Seconds since the run began."""
    curves: Mapping[str, Curve]


@dataclass(frozen=True)
class Analysis:
    """A stored measure."""

    key: str
    title: str
    units: str
    unit_label: str
    references: str
    step: NDArray[np.int64]
    """Along the first dimension where it is training time, else empty; so is `epoch`."""
    epoch: NDArray[np.float64]
    values: NDArray[Any]
    dims: tuple[str, ...]
    attrs: Mapping[str, Attribute]
    """The group's attributes and the variable's."""

    @property
    def moments(self) -> dict[str, Moment]:
        """Turning points found in it, such as `speed_min` and `speed_max`."""
        return moments_of(self.attrs)


def read_metrics(run: Path) -> Metrics:
    """Return the curves of a run: what is published and what the log has since.

    Raises
    ------
    NotARun
        If there is no such directory.
    Unreadable, NewerSchema
        If it holds no published file, or one that cannot be read.
    """
    # the log first: rows leave it only once the published file has them
    rows = read_log(run / LOG_FILE)
    with open_published(run) as file, damage(run / RUN_FILE):
        group = file.get(METRICS_GROUP)
        published = Group({}) if group is None else read_group(group)
    return joined(published, rows, run.name)


def joined(published: Group, rows: list[Row], called: str = "") -> Metrics:
    """Return published curves with the rows of a log that come after them.

    Parameters
    ----------
    called : str
        The run's id, for messages.

    Raises
    ------
    Unreadable
        If the published variables are no curves over increasing steps.
    """
    variables = published.variables
    if wrong := _no_curve(variables):
        what = f"{called}/{RUN_FILE}" if called else RUN_FILE
        raise Damaged(f"{what} is damaged: {wrong!r:.80} is no curve")
    step = variables["step"].data if "step" in variables else np.array([], np.int64)
    tail = _behind(int(step[-1]) if step.size else -1, rows)
    epoch, wall_time = (
        _longer(variables[name].data if name in variables else [], times)
        for name, times in (
            ("epoch", [row.epoch for row in tail]),
            ("wall_time", [row.wall_time for row in tail]),
        )
    )
    names = dict.fromkeys([*variables, *(name for row in tail for name in row.values)])
    curves = [
        _curve(name, variables.get(name), step.size, tail)
        for name in names
        if name not in TIME_LABELS
    ]
    step = np.asarray(step, np.int64)
    if tail:
        step = np.concatenate([step, np.array([row.step for row in tail], np.int64)])
    return Metrics(step, epoch, wall_time, {c.name: c for c in curves})


def _behind(step: int, rows: list[Row]) -> list[Row]:
    """Return the rows that come after a step, each after the one before it."""
    found = []
    for row in rows:
        if row.step > step:
            found.append(row)
            step = row.step
    return found


def _curve(name: str, published: Variable | None, count: int, tail: list[Row]) -> Curve:
    """Return one metric: `count` published values, NaN where there are none, and the tail's."""
    attrs = dict(published.attrs) if published else metric(name).attrs
    before = published.data if published else np.full(count, np.nan)
    after = np.array([row.values.get(name, np.nan) for row in tail])
    return Curve(
        readable(name),
        _word(attrs, "long_name"),
        _word(attrs, "units"),
        _word(attrs, "unit_label"),
        _longer(before, after),
    )


def _longer(before: ArrayLike, after: ArrayLike) -> NDArray[np.float64]:
    """Return values with more behind them, without a copy where there are none."""
    values, more = np.asarray(before, np.float64), np.asarray(after, np.float64)
    return np.concatenate([values, more]) if more.size else values


def read_analyses(run: Path, max_ndim: int | None = None) -> dict[str, Analysis]:
    """Return the stored measures of a run by key.

    A measure of several variables gives one entry for each, its key followed by '/' and the
    variable's name. Files that cannot be read are left out.

    Parameters
    ----------
    max_ndim : int, optional
        Arrays with more dimensions come without their values, empty along each of them: 1 for
        curves alone, 0 for keys and words.
    """
    loose = [_loose(path, max_ndim) for path in sorted((run / ANALYSIS).glob("*.h5"))]
    found: dict[str, Analysis] = {}
    with open_published(run) as file, damage(run / RUN_FILE):
        for key, group in file.get(ANALYSIS, {}).items():
            found |= _analyses(key, group, max_ndim)
    for entries in loose:
        found |= entries
    return found


def read_attrs(run: Path) -> dict[str, Attribute]:
    """Return the root attributes of a run: its configuration and where it came from."""
    with open_published(run) as file, damage(run / RUN_FILE):
        return groups.read_attrs(file)


def read_config(run: Path) -> dict[str, Any]:
    """Return the nested configuration of a run.

    Raises
    ------
    Unreadable
        If the run carries none that is JSON.
    """
    try:
        return dict(parse_json(str(read_attrs(run)["config"])))
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(f"run {run.name!r} carries no configuration that can be read") from error


def _no_curve(variables: Mapping[str, Variable]) -> str:
    """Return the name of the first variable that no writer puts among curves, '' for none."""
    if not variables:
        return ""
    for name in TIME_LABELS:
        if name not in variables:
            return name
    steps = variables["step"].data
    for name, variable in variables.items():
        plain = variable.data.dtype.kind in "fiu" and variable.data.shape == (steps.size,)
        if not plain or name in ("", ".", ".."):
            return name
    # NaN is not greater than anything
    return "" if steps.dtype.kind == "i" and bool((np.diff(steps) > 0).all()) else "step"


def _loose(path: Path, max_ndim: int | None) -> dict[str, Analysis]:
    try:
        with open_checked(path) as file, damage(path):
            return _analyses(path.stem, file[f"{ANALYSIS}/{path.stem}"], max_ndim)
    except (FileNotFoundError, Unreadable, KeyError):
        return {}


def _analyses(key: str, group: h5py.Group, max_ndim: int | None) -> dict[str, Analysis]:
    whole = read_group(group, max_ndim)
    labels = {dim for v in whole.variables.values() for dim in v.dims}
    named = " ".join(str(v.attrs.get("coordinates", "")) for v in whole.variables.values())
    labels |= {"epoch", *named.split()}
    main = [name for name in whole.variables if name not in labels]
    found = {}
    for name in main:
        variable = whole.variables[name]
        attrs = dict(whole.attrs) | dict(variable.attrs)
        time = variable.dims[0] if variable.dims and variable.dims[0] in TIMES else ""
        labelled = {dim: whole.variables[dim].data for dim in (time,) if dim in whole.variables}
        epoch = whole.variables.get("epoch")
        entry = readable(key if len(main) == 1 else f"{key}/{name}")
        found[entry] = Analysis(
            key=entry,
            title=_word(attrs, "long_name", entry),
            units=_word(attrs, "units", "1"),
            unit_label=_word(attrs, "unit_label"),
            references=_word(attrs, "references"),
            step=np.asarray(labelled.get(time, []), np.int64),
            epoch=np.asarray(epoch.data if time and epoch is not None else [], np.float64),
            values=variable.data,
            dims=variable.dims,
            attrs=attrs,
        )
    return found


def _word(attrs: Mapping[str, Attribute], name: str, otherwise: str = "") -> str:
    return readable(str(attrs.get(name, otherwise)))
