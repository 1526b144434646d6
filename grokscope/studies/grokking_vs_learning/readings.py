"""What the claims of both tasks read of runs."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import xarray as xr

from grokscope.study import Evidence, Readings, Trained

MODADD_RISEN, ISING_RISEN = 0.1, 0.9
"""Test accuracies that end the plateau."""


def each(group: str, value: Callable[[Trained], float]) -> Callable[[Evidence], list[float]]:
    """Return what reads one value of every run of a group."""
    return lambda evidence: [value(run) for run in evidence[group]]


def pairs(
    first: str, second: str, value: Callable[[Trained, Trained], float]
) -> Callable[[Evidence], list[float]]:
    """Return what reads one value of every two runs with the same seed."""

    def read(evidence: Evidence) -> list[float]:
        both = zip(evidence[first], evidence[second], strict=False)
        return [value(one, other) for one, other in both]

    return read


def by_convention(
    **conventions: Callable[[Evidence], Sequence[float]],
) -> Callable[[Evidence], Readings]:
    """Return what reads values by several conventions, named with _ for spaces."""
    return lambda evidence: {
        name.replace("_", " "): read(evidence) for name, read in conventions.items()
    }


def at(result: xr.DataArray, epoch: float) -> float:
    """Return a measure's value at the checkpoint nearest to an epoch, among those that have one.

    An infinite epoch means the last of them. NaN beyond the last checkpoint: the run was too short.
    """
    epochs = result["epoch"].values
    here = np.flatnonzero(~np.isnan(result.values))
    if not here.size or math.isnan(epoch) or epochs[-1] < epoch < math.inf:
        return math.nan
    nearest = here[-1] if math.isinf(epoch) else here[np.argmin(np.abs(epochs[here] - epoch))]
    return float(result.values[nearest])


def last(run: Trained, curve: str) -> float:
    """Return the last value of a recorded curve."""
    values = run.metrics[curve].values
    known = values[~np.isnan(values)]
    return float(known[-1]) if known.size else math.nan


def plateau_end(run: Trained, level: float) -> float:
    """Return the last epoch at which test accuracy had not yet risen above a level, or NaN."""
    epoch, accuracy = (run.metrics[name].values for name in ("epoch", "test_accuracy"))
    above = np.flatnonzero(accuracy > level)
    return float(epoch[above[0] - 1]) if above.size and above[0] else math.nan


def onset(groups: dict[float, str], rule: str) -> Callable[[Evidence], list[float]]:
    """Return what reads the smallest init_scale from which on all runs of a seed grok.

    Infinity where the last one does not, NaN where that of a run which decides cannot be told.

    Parameters
    ----------
    groups : dict
        Names of groups by their init_scale, increasing.
    rule : str
        By which they do; see `events.RULES`.
    """

    def regime(run: Trained) -> str | None:
        outcome = run.summary.outcomes.get(rule)
        return outcome.regime if outcome else None

    def read(evidence: Evidence) -> list[float]:
        found = []
        for runs in zip(*(evidence[name] for name in groups.values()), strict=False):
            lowest = math.inf
            for scale, run in reversed([*zip(groups, runs, strict=True)]):
                if regime(run) != "grokking":
                    lowest = lowest if regime(run) else math.nan
                    break
                lowest = scale
            found.append(lowest)
        return found

    return read


def window(run: Trained, text: str, start: float, end: float) -> np.ndarray:
    """Return a measure's values, where it has some, at checkpoints from one epoch to another."""
    result = run.measure(text)
    epoch = result["epoch"].values
    inside = (epoch >= start) & (epoch <= end) & ~np.isnan(result.values)
    return np.asarray(result.values[inside])


def median(values: np.ndarray) -> float:
    """Return the median of values, NaN of none."""
    return float(np.median(values)) if values.size else math.nan
