"""What a run holds, group by group: curves in memory, parameters and probes unread."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from grokscope.errors import MissingData, UnknownName, listed, nearest
from grokscope.layout import Layout
from grokscope.store.api.unread import Labelled, Lazy
from grokscope.store.checkpoints.segments import row_digests
from grokscope.store.checkpoints.trajectory import Trajectory, open_trajectory
from grokscope.store.curves.outcomes import events_group
from grokscope.store.curves.reader import Metrics, read_attrs, read_metrics
from grokscope.store.files.texts import readable
from grokscope.store.hdf5.groups import read_group
from grokscope.store.inspection import damage, open_checked, open_published
from grokscope.store.listing.summary import read_summary
from grokscope.store.probes.form import EPOCH, STEP
from grokscope.store.probes.reading import StoredProbe, open_probes
from grokscope.store.schema import (
    ANALYSIS,
    EVENTS_GROUP,
    METRICS_GROUP,
    PARAMETER_TYPES,
    PROBE_GROUP,
    RUN_FILE,
    TRAJECTORY_GROUP,
    Attribute,
    Group,
    metric,
)

Contents = dict[str, Labelled]
"""Variables by name; those named by an attribute `coordinates` are labels of others."""


def contents(run: Path, group: str) -> Contents | None:
    """Return one group of a run; None where the run has none of that name.

    Parameters
    ----------
    group : str
        "metrics", "events", "trajectory", "analysis/<key>" or "probe/<name>".

    Raises
    ------
    UnknownName
        If no run could have such a group.
    Unreadable, NewerSchema
        If the run's files cannot be read.
    """
    kind, _, name = group.partition("/")
    if name and kind == ANALYSIS:
        return _analysis(run, name)
    if name and kind == PROBE_GROUP:
        stored = open_probes(run).get(name)
        return None if stored is None else probe_contents(stored)
    if group == METRICS_GROUP:
        return metrics_contents(read_metrics(run))
    if group == EVENTS_GROUP:
        outcomes = read_summary(run).outcomes
        return of_group(events_group(outcomes)) if outcomes else None
    if group == TRAJECTORY_GROUP:
        try:
            return trajectory_contents(open_trajectory(run), parameter_types(read_attrs(run)))
        except MissingData:
            return None
    known = [
        METRICS_GROUP,
        TRAJECTORY_GROUP,
        EVENTS_GROUP,
        f"{ANALYSIS}/KEY",
        f"{PROBE_GROUP}/NAME",
    ]
    raise UnknownName(f"no group {group!r:.80}{nearest(group, known)}; {listed(known)}")


def analysis_keys(run: Path) -> list[str]:
    """Return the keys of a run's stored measures."""
    with open_published(run) as file, damage(run / RUN_FILE):
        stored = list(file.get(ANALYSIS, {}))
    return sorted({*stored, *(path.stem for path in (run / ANALYSIS).glob("*.h5"))})


def of_group(group: Group) -> Contents:
    """Return a stored group's variables."""
    return {name: Labelled(v.dims, v.data, v.attrs) for name, v in group.variables.items()}


def metrics_contents(metrics: Metrics) -> Contents:
    """Return curves, dims (step), labelled by `epoch` and `wall_time`."""
    times: Contents = {
        "step": Labelled(("step",), metrics.step, STEP),
        "epoch": Labelled(("step",), metrics.epoch, EPOCH),
        "wall_time": Labelled(
            ("step",), metrics.wall_time, _words("time since the run began", "s")
        ),
    }
    for name, curve in metrics.curves.items():
        attrs = metric(name).attrs | _words(curve.long_name, curve.units, curve.unit_label)
        attrs["coordinates"] = "epoch wall_time"
        times[name] = Labelled(("step",), curve.values, attrs)
    return times


def trajectory_contents(trajectory: Trajectory, types: Mapping[str, str] | None = None) -> Contents:
    """Return parameters, dims (checkpoint, axes...), unread, labelled by `epoch` and `digest`.

    Parameters
    ----------
    types : dict, optional
        What some of them were kept in by whoever trained, such as "bfloat16".
    """
    found = checkpoint_labels(trajectory.checkpoints, trajectory.epoch, trajectory.digests)
    for p in trajectory.layout.parameters:
        shape = (len(trajectory), *p.shape)
        unread = Lazy(partial(trajectory.read, p.name), shape, np.dtype(np.float32))
        attrs = _words(p.name, "1") | {"coordinates": "epoch digest"}
        if types and p.name in types:
            attrs["torch_dtype"] = types[p.name]
        found[p.name] = Labelled(("checkpoint", *p.dims), unread, attrs)
    return found


def held_contents(
    layout: Layout, steps: Sequence[int], epochs: Sequence[float], rows: NDArray[np.float32]
) -> Contents:
    """Return checkpoints that are in memory as `trajectory_contents` does those of a run.

    Parameters
    ----------
    steps, epochs : sequence, rising
    rows : ndarray, (checkpoint, parameter)
    """
    found = checkpoint_labels(steps, epochs, row_digests(layout, rows))
    for p in layout.parameters:
        attrs = _words(p.name, "1") | {"coordinates": "epoch digest"}
        found[p.name] = Labelled(("checkpoint", *p.dims), layout.views(rows)[p.name], attrs)
    return found


def checkpoint_labels(steps: ArrayLike, epochs: ArrayLike, digests: ArrayLike) -> Contents:
    """Return the labels of checkpoints, each (checkpoint,): step, epoch and digest."""
    time = {"long_name": "optimizer step of a checkpoint", "units": "1", "unit_label": "step"}
    digest = _words("sha256 of the parameters", "1")
    return {
        "checkpoint": Labelled(("checkpoint",), np.asarray(steps, np.int64), time),
        "epoch": Labelled(("checkpoint",), np.asarray(epochs, float), EPOCH),
        "digest": Labelled(("checkpoint",), np.asarray(digests, object), digest),
    }


def parameter_types(attrs: Mapping[str, Attribute]) -> dict[str, str]:
    """Return what a run's attributes tell of the types its parameters had before they were kept."""
    try:
        told = json.loads(str(attrs.get(PARAMETER_TYPES, "{}")))
        return {str(name): readable(str(kind), 40) for name, kind in told.items()}
    except (ValueError, AttributeError, RecursionError):
        return {}


def probe_contents(stored: StoredProbe) -> Contents:
    """Return one probe, dims (step, axes...), unread, labelled by `epoch`."""
    probe = stored.probe
    found: Contents = {
        "step": Labelled(("step",), stored.step, STEP),
        "epoch": Labelled(("step",), stored.epoch, EPOCH),
    }
    for dim, labels in probe.labels.items():
        found[dim] = Labelled((dim,), labels, _words(dim, "1"))
    attrs: dict[str, Any] = dict(probe.attrs) | {"coordinates": "epoch"}
    unread = Lazy(stored.read, stored.shape, probe.dtype)
    return found | {probe.name: Labelled(("step", *probe.dims), unread, attrs)}


def _analysis(run: Path, key: str) -> Contents | None:
    loose = run / ANALYSIS / f"{key}.h5"
    try:
        with open_checked(loose) as file, damage(loose):
            return of_group(read_group(file[f"{ANALYSIS}/{key}"]))
    except FileNotFoundError:
        pass
    with open_published(run) as file, damage(run / RUN_FILE):
        found = file.get(f"{ANALYSIS}/{key}")
        return None if found is None else of_group(read_group(found))


def _words(long_name: str, units: str, unit_label: str = "") -> dict[str, Attribute]:
    words: dict[str, Attribute] = {"long_name": long_name, "units": units}
    return words | ({"unit_label": unit_label} if unit_label else {})
