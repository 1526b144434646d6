"""A run's curves as the explorer shows them: train and test of one thing together, with titles.

The one module that reads curves; it is imported by workers after the first paint.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grokscope.events import Moment
from grokscope.extrema import slingshots
from grokscope.store.curves.follower import Follower
from grokscope.store.curves.reader import Analysis, Curve, Metrics, read_analyses
from grokscope.store.schema import ANALYSIS, RUN_FILE, metric

SPLITS = ("train", "test")
NUMERIC = "fiu"
"""Kinds of arrays that can be drawn."""
SPIKES = {"loss": 5.0, "weight_norm": 1.25}
"""By which factor quantities whose names hold these words leap in a slingshot."""
MOST_SPIKES = 100


@dataclass(frozen=True)
class Timeline:
    """When a run was evaluated; all arrays of one length."""

    step: NDArray[np.int64]
    epoch: NDArray[np.float64]
    wall: NDArray[np.float64]
    """Seconds since the run began; NaN where they were not recorded."""

    def told_in(self, unit: str) -> NDArray[np.float64]:
        """Return the times in steps or epochs."""
        return self.step.astype(np.float64) if unit == "step" else self.epoch


@dataclass(frozen=True)
class Trace:
    """One curve; all arrays of one length."""

    label: str
    """"train", "test", or empty for a curve on its own."""
    step: NDArray[np.int64]
    epoch: NDArray[np.float64]
    values: NDArray[np.float64]

    def times(self, unit: str) -> NDArray[np.float64]:
        """Return the times in steps or epochs."""
        return self.step.astype(np.float64) if unit == "step" else self.epoch

    def at(self, time: float, unit: str) -> float:
        """Return the value recorded nearest to a time; NaN outside the recorded span."""
        times = self.step if unit == "step" else self.epoch
        if not times.size or not times[0] <= time <= times[-1]:
            return float("nan")
        after = int(np.searchsorted(times, time))
        before = max(after - 1, 0)
        return float(self.values[before if time - times[before] < times[after] - time else after])


@dataclass(frozen=True)
class Quantity:
    """What one panel shows."""

    key: str
    title: str
    """With its unit behind a comma, from the file."""
    word: str
    """A short name for readouts."""
    traces: tuple[Trace, ...]
    log_y: bool = False
    """Whether its values are usually read on a log axis."""
    bounds: tuple[float, float] | None = None
    turns: tuple[tuple[str, Moment], ...] = ()
    """Turning points: a word and when."""
    usual: bool = True
    """Whether a measure's parameters are those it has unless others are chosen."""


@dataclass(frozen=True)
class Book:
    """All quantities of one run at one moment."""

    version: tuple[object, ...]
    """Equal as long as the run has not changed."""
    quantities: dict[str, Quantity]
    problem: str = ""
    """Why nothing could be read."""
    reader: "Reader | None" = None
    """What reads the run again."""
    metrics: Metrics | None = None
    """What was recorded at evaluations, where the run could be read."""

    @cached_property
    def timeline(self) -> Timeline:
        """When the run was evaluated; where nothing was recorded then, when it was measured."""
        if self.metrics is not None and self.metrics.step.size:
            return Timeline(self.metrics.step, self.metrics.epoch, self.metrics.wall_time)
        for quantity in self.quantities.values():
            for trace in quantity.traces:
                return Timeline(trace.step, trace.epoch, np.full(trace.step.size, np.nan))
        return Timeline(np.empty(0, np.int64), np.empty(0), np.empty(0))


class Reader:
    """Reads one run, again and again at the cost of what is new."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._follower = Follower(path)
        self._measures: dict[str, Quantity] = {}
        self._stamp: object = None

    def read(self, version: tuple[object, ...]) -> Book:
        """Return all that can be drawn: metrics in their stored order, then measures.

        Raises
        ------
        GrokscopeError, OSError
            If the run cannot be read.
        """
        metrics = self._follower.refresh()
        quantities = of_metrics(metrics)
        stamp = self._stamp_now()
        if stamp != self._stamp:
            stored = read_analyses(self.path, max_ndim=1).values()
            self._measures = {one.key: of_analysis(one) for one in stored if _drawable(one)}
            self._stamp = stamp
        return Book(version, quantities | self._measures, reader=self, metrics=metrics)

    def _stamp_now(self) -> object:
        found = []
        for path in (self.path / RUN_FILE, *sorted((self.path / ANALYSIS).glob("*.h5"))):
            with suppress(FileNotFoundError):
                status = path.stat()
                found.append((path.name, status.st_ino, status.st_mtime_ns, status.st_size))
        return found


def _drawable(one: Analysis) -> bool:
    return (
        one.values.ndim == 1
        and one.values.dtype.kind in NUMERIC
        and one.values.size == one.step.size == one.epoch.size
    )


def of_metrics(metrics: Metrics) -> dict[str, Quantity]:
    """Return metrics by name, `train_x` and `test_x` joined as `x`; accuracy first."""
    grouped: dict[str, list[tuple[str, Curve]]] = {}
    for name, curve in metrics.curves.items():
        prefix, _, rest = name.partition("_")
        usual = prefix if prefix in SPLITS and rest else ""
        label = str(metric(name).attrs.get("split", usual))
        key = name.removeprefix(f"{label}_") if label else name
        grouped.setdefault(key, []).append((label, curve))
    found = {}
    for key in sorted(grouped, key=lambda key: key != "accuracy"):
        curves = sorted(grouped[key], key=lambda pair: pair[0] == SPLITS[1])
        traces = [Trace(label, metrics.step, metrics.epoch, c.values) for label, c in curves]
        first = curves[0][1]
        name = first.long_name
        for prefix in ("training ", "train ", "test "):
            name = name.removeprefix(prefix) if curves[0][0] else name
        attrs = metric(first.name).attrs
        found[key] = Quantity(
            key,
            titled(name, first.units, first.unit_label),
            word=key.replace("_", " "),
            traces=tuple(traces),
            log_y=_log(attrs, "loss" in key),
            bounds=_bounds(attrs, (0.0, 1.0) if key == "accuracy" else None),
            turns=_slung(key, traces[0]),
        )
    return found


def _slung(key: str, trace: Trace) -> tuple[tuple[str, Moment], ...]:
    """Return the slingshots of a loss or a norm: of the training set's, where there are two."""
    rise = next((rise for word, rise in SPIKES.items() if word in key), None)
    if rise is None:
        return ()
    at = slingshots(trace.values, rise)[:MOST_SPIKES]
    return tuple(("slingshot", Moment(int(trace.step[i]), float(trace.epoch[i]))) for i in at)


def of_analysis(analysis: Analysis) -> Quantity:
    """Return a stored measure with the turning points that were found in it."""
    name, _, variant = analysis.key.partition(".")
    title = analysis.title
    if variant and "," not in title:
        title = f"{title}, {variant.replace('.', '/')}"
    values = np.asarray(analysis.values, np.float64)
    moments = sorted(analysis.moments.items(), key=lambda named: named[1].step)
    return Quantity(
        analysis.key,
        titled(title, analysis.units, analysis.unit_label),
        word=analysis.key.partition(".")[0].replace("_", " ").capitalize(),
        traces=(Trace("", analysis.step, analysis.epoch, values),),
        log_y=_log(analysis.attrs, "speed" in name),
        bounds=_bounds(analysis.attrs, None),
        turns=tuple((_turn(word, name), when) for word, when in moments),
        usual=bool(analysis.attrs.get("usual", 1)),
    )


def titled(name: str, units: str, unit_label: str) -> str:
    """Return a title with its unit: 'Loss, nat'; pure numbers stand alone."""
    unit = unit_label or ("" if units in ("", "1") else units)
    name = name[:1].upper() + name[1:]
    return f"{name}, {unit}" if unit else name


def _turn(moment: str, measure: str) -> str:
    """Return a moment's name without what the measure's own tells: speed_min is a speed's min."""
    told = measure.split("_")
    words = [word for word in moment.split("_") if word not in told]
    return " ".join(words) or moment


def _log(attrs: Mapping[str, Any], usual: bool) -> bool:
    return attrs["scale"] == "log" if "scale" in attrs else usual


def _bounds(
    attrs: Mapping[str, Any], usual: tuple[float, float] | None
) -> tuple[float, float] | None:
    if "bounds" not in attrs:
        return usual
    try:
        low, high = (float(end) for end in attrs["bounds"])
    except (TypeError, ValueError):
        return None
    return (low, high) if np.isfinite([low, high]).all() and low < high else None
