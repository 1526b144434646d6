"""A run's curves as the explorer shows them: train and test of one thing together, with titles.

The one module that reads curves; it is imported by workers after the first paint.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from grokscope.events import speed_extrema
from grokscope.store.reader import Analysis, Curve, Metrics, read_analyses, read_metrics

SPLITS = ("train", "test")


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
        times = self.times(unit)
        if not times.size or not times[0] <= time <= times[-1]:
            return float("nan")
        return float(self.values[int(abs(times - time).argmin())])


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
    turns: tuple[tuple[str, int], ...] = ()
    """Turning points of the first trace: a word and an index."""


@dataclass(frozen=True)
class Book:
    """All quantities of one run at one moment."""

    version: tuple[object, ...]
    """Equal as long as the run has not changed."""
    quantities: dict[str, Quantity]
    problem: str = ""
    """Why nothing could be read."""


def read_book(path: Path, version: tuple[object, ...]) -> Book:
    """Return the quantities of the run at `path`: metrics in their stored order, then measures.

    Raises
    ------
    GrokscopeError, OSError
        If the run cannot be read.
    """
    quantities = of_metrics(read_metrics(path))
    for analysis in read_analyses(path).values():
        if analysis.values.ndim == 1 and analysis.step.size == analysis.values.size:
            quantities[analysis.key] = of_analysis(analysis)
    return Book(version, quantities)


def of_metrics(metrics: Metrics) -> dict[str, Quantity]:
    """Return metrics by name, `train_x` and `test_x` joined as `x`; accuracy first."""
    grouped: dict[str, list[tuple[str, Curve]]] = {}
    for name, curve in metrics.curves.items():
        split, _, rest = name.partition("_")
        key, label = (rest, split) if split in SPLITS and rest else (name, "")
        grouped.setdefault(key, []).append((label, curve))
    found = {}
    for key in sorted(grouped, key=lambda key: key != "accuracy"):
        curves = sorted(grouped[key], key=lambda pair: pair[0] == SPLITS[1])
        traces = [Trace(label, metrics.step, metrics.epoch, c.values) for label, c in curves]
        first = curves[0][1]
        name = first.long_name
        for prefix in ("training ", "train ", "test "):
            name = name.removeprefix(prefix) if curves[0][0] else name
        found[key] = Quantity(
            key,
            titled(name, first.units, first.unit_label),
            word=key.replace("_", " "),
            traces=tuple(traces),
            log_y="loss" in key,
            bounds=(0.0, 1.0) if key == "accuracy" else None,
        )
    return found


def of_analysis(analysis: Analysis) -> Quantity:
    """Return a stored measure, its turning points marked where it is a speed."""
    name, _, variant = analysis.key.partition(".")
    title = analysis.title
    if variant and "," not in title:
        title = f"{title}, {variant.replace('.', '/')}"
    values = np.asarray(analysis.values, np.float64)
    turns: list[tuple[str, int]] = []
    if name == "fisher_speed":
        found = zip(("min", "max"), speed_extrema(analysis.epoch, values), strict=True)
        turns = [(word, index) for word, index in found if index is not None]
    return Quantity(
        analysis.key,
        titled(title, analysis.units, analysis.unit_label),
        word=analysis.title.partition(",")[0],
        traces=(Trace("", analysis.step, analysis.epoch, values),),
        log_y="speed" in name,
        turns=tuple(turns),
    )


def titled(name: str, units: str, unit_label: str) -> str:
    """Return a title with its unit: 'Loss, nat'; pure numbers stand alone."""
    unit = unit_label or ("" if units in ("", "1") else units)
    name = name[:1].upper() + name[1:]
    return f"{name}, {unit}" if unit else name
