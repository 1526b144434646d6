"""The file format in one table: files, groups, dimensions, names, units, version."""

import json
import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from grokscope.errors import listed

if TYPE_CHECKING:
    from numpy.typing import NDArray

SCHEMA_VERSION = "1.1.0"
CONVENTIONS = "CF-1.11 grokscope-1.0"

RUN_FILE = "run.h5"
TRAJECTORY_FILE = "trajectory.h5"
RESUME_FILE = "resume.h5"
PREVIOUS_RESUME_FILE = "resume.previous.h5"
SUMMARY_FILE = "summary.json"
LOCK_FILE = "lock.json"
LIVE = "live"
LOG_FILE = f"{LIVE}/metrics.wal"
SEGMENTS = "segments"
ANALYSIS = "analysis"
TRASH = ".trash"
DATASETS = "datasets"
STUDIES = "studies"
"""Directory of a store that holds removed runs, as `<run-id>@<when>`."""
PROBES_FILE = "probes.h5"
"""What was probed in a run that ended: `/probe/<name>` holds the array, dims (step, ...)."""
PROBES = "probes"
"""Batches `pb-<number>.h5` of the same form, not yet in it; a step counts where it comes first."""

METRICS_GROUP = "metrics"
EVENTS_GROUP = "events"
TRAJECTORY_GROUP = "trajectory"
PROBE_GROUP = "probe"

PARAMETER_TYPES = "parameter_types"
"""Root attribute: JSON, by name the type of parameters that were not float32 before."""
PARAMETER_NAMES = "parameter_names"
METRIC_NAMES = "metric_names"
"""Root attributes: JSON, by the name stored the one given, of those with a '/' in them."""

TIMES = ("step", "epoch", "wall_time")
"""What the evaluations in `/metrics` are labelled with."""

Attribute = str | int | float | list[Any]


@dataclass(frozen=True)
class Variable:
    """A labelled array: float32, float64, int64, uint8 or str (as objects); NaN for missing."""

    dims: tuple[str, ...]
    data: "NDArray[Any]"
    attrs: Mapping[str, Attribute] = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """Variables that share dimensions; a 1-D variable named like its dimension labels it."""

    variables: Mapping[str, Variable]
    attrs: Mapping[str, Attribute] = field(default_factory=dict)

    @property
    def sizes(self) -> dict[str, int]:
        """Length of each dimension, in order of appearance.

        Raises
        ------
        ValueError
            If two variables disagree on a length.
        """
        sizes: dict[str, int] = {}
        for name, variable in self.variables.items():
            for dim, size in zip(variable.dims, variable.data.shape, strict=True):
                if sizes.setdefault(dim, size) != size:
                    raise ValueError(f"{name}: {dim} has length {size}, not {sizes[dim]}")
        return sizes


@dataclass(frozen=True)
class Metric:
    """What a curve recorded during training means."""

    name: str
    long_name: str
    units: str = "1"
    unit_label: str = ""
    """For people, where `units` cannot say it."""
    split: str = ""
    """"train" or "test"; empty where it is neither."""
    direction: str = ""
    """"min" or "max", the better end; empty where neither is."""

    @property
    def attrs(self) -> dict[str, Attribute]:
        """The variable's attributes; empty ones are left out."""
        words = {
            "long_name": self.long_name,
            "units": self.units,
            "unit_label": self.unit_label,
            "split": self.split,
            "direction": self.direction,
        }
        return {key: word for key, word in words.items() if word}


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric("train_loss", "training loss", unit_label="nat", split="train", direction="min"),
        Metric("test_loss", "test loss", unit_label="nat", split="test", direction="min"),
        Metric("train_accuracy", "training accuracy", split="train", direction="max"),
        Metric("test_accuracy", "test accuracy", split="test", direction="max"),
        Metric("weight_norm", "L2 norm of all parameters"),
    )
}
"""Known curves, in the order views show them."""


def metric(name: str, loss: str = "") -> Metric:
    """Return what is known of a curve; an unknown one is a pure number under its own name.

    Parameters
    ----------
    loss : str
        What the run minimises, its attribute `loss`; cross-entropy where it does not say.
    """
    known = METRICS.get(name) or Metric(name, name)
    if loss == "mse" and name.endswith("_loss"):
        return replace(known, long_name=f"{known.long_name}, mean square", unit_label="")
    return known


@lru_cache(maxsize=4096)
def curve_name(name: str) -> str:
    """Return the name under which a metric is stored: "loss/train" is kept as "loss.train".

    Raises
    ------
    ValueError
        If no variable of `/metrics` can have it.
    """
    kept = name.replace("/", ".")
    if kept in ("", ".", "..", *TIMES) or not kept.isprintable():
        raise ValueError(
            f"{name!r:.80} cannot name a metric; any other word than {listed(TIMES)} can"
        )
    return kept


def plain(value: Any) -> Any:
    """Return a configuration's value as JSON has it; infinity and NaN, which it lacks, as text."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    # no value is numpy's before it is imported, and the explorer opens without it
    if (numpy := sys.modules.get("numpy")) is not None and isinstance(value, numpy.generic):
        return plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def canonical(value: Any) -> str:
    """Return JSON with sorted keys and no spaces: equal values give equal text."""
    return json.dumps(
        plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def flatten(config: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return a nested configuration under dotted keys; an empty table stays as it is."""
    flat: dict[str, Any] = {}
    for key, value in config.items():
        if isinstance(value, Mapping) and value:
            flat |= flatten(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = value
    return flat
