"""Time axes that a published file lost, rebuilt from what else of a run tells step and epoch."""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grokscope.errors import GrokscopeError
from grokscope.events import Moment
from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.curves.published import Published
from grokscope.store.listing.summary import RunSummary, read_summary
from grokscope.store.schema import TIMES, Group, Variable
from grokscope.store.wal import Row

NEAR = 0.01
"""Parts of a step by which what epochs tell may miss a whole one."""

Steps = NDArray[np.int64]
Epochs = NDArray[np.float64]


def with_axes(
    run: Path, published: Published, rows: list[Row]
) -> tuple[Group, list[str], list[str]]:
    """Return curves with all their time axes, as far as those can be had.

    Steps and epochs tell each other between the moments that both are known of: checkpoints,
    rows of the log, events, the newest row, the totals. Without either, the evaluations are taken
    to be the checkpoints if there are as many, or evenly spaced if that meets every event.

    Parameters
    ----------
    rows : list of Row
        Of the run's log.

    Returns
    -------
    (Group, list of str, list of str)
        The curves, none where they cannot be placed; what was rebuilt, and from what; the axes
        that could not be.
    """
    held = dict(published.metrics.variables)
    missing = [name for name in TIMES if name not in held]
    sizes = {variable.data.size for variable in held.values()}
    if not missing or not held:
        return published.metrics, [], []
    known = _Known(run, published.attrs, rows)
    times = None
    if len(sizes) == 1:
        times = known.axes(
            sizes.pop(),
            held["step"].data if "step" in held else None,
            held["epoch"].data if "epoch" in held else None,
        )
    if times is None:
        return Group({}), [], missing
    step, epoch, source = times
    walls = {row.step: row.wall_time for row in rows}
    wall = np.array([walls.get(int(one), np.nan) for one in step])
    lost = ["wall_time"] if "wall_time" in missing and bool(np.isnan(wall).any()) else []
    for name, data in zip(TIMES, (step, epoch, wall), strict=True):
        held.setdefault(name, Variable(("step",), data))
    told = [f"{name} from {source}" for name in missing if name != "wall_time"]
    return Group(held, published.metrics.attrs), told, lost


class _Known:
    """Moments of one run of which both step and epoch are known."""

    def __init__(self, run: Path, attrs: Mapping[str, Any], rows: list[Row]) -> None:
        self._summary: RunSummary | None = None
        self._steps, self._epochs = np.array([], np.int64), np.array([])
        with contextlib.suppress(GrokscopeError, OSError):
            self._summary = read_summary(run)
        with contextlib.suppress(GrokscopeError, OSError):
            trajectory = open_trajectory(run)
            self._steps, self._epochs = trajectory.checkpoints, np.asarray(trajectory.epoch, float)
        self._ended = attrs.get("status") in ("finished", "failed", "interrupted")
        self._events = list(_events(self._summary))
        pairs = dict(zip(self._steps.tolist(), self._epochs.tolist(), strict=True))
        pairs |= {row.step: row.epoch for row in rows}
        pairs |= {event.step: event.epoch for event in self._events}
        totals = attrs.get("total_steps"), attrs.get("total_epochs")
        if isinstance(totals[0], int) and isinstance(totals[1], int | float):
            pairs.setdefault(totals[0], float(totals[1]))
        pairs.setdefault(0, 0.0)
        self._at = np.array(sorted(pairs), np.float64)
        self._passed = np.array([pairs[step] for step in sorted(pairs)], np.float64)

    def axes(
        self, count: int, step: Steps | None, epoch: Epochs | None
    ) -> tuple[Steps, Epochs, str] | None:
        """Return steps and epochs of `count` rows, and what told them; None if nothing does."""
        source = "step"
        if step is None:
            step, source = self._placed(count, epoch)
        if step is not None and epoch is None:
            epoch = self._interpolated(step, self._at, self._passed)
        return None if step is None or epoch is None else (step, epoch, source)

    def _placed(self, count: int, epoch: Epochs | None) -> tuple[Steps | None, str]:
        """Return the steps of rows, and what told them."""
        at = None if epoch is None else self._interpolated(epoch, self._passed, self._at)
        if at is not None and (steps := _whole(at)) is not None:
            return steps, "epoch"
        if count == self._steps.size and self._fits(self._steps):
            return self._steps, "the checkpoints"
        return self._spread(count), "the newest step, evenly spaced"

    def _interpolated(
        self, values: NDArray[Any], known: Epochs, told: Epochs
    ) -> NDArray[np.float64] | None:
        """Return what is told at values that rise within those known; None where they do not."""
        rising = known.size > 1 and all((np.diff(one) > 0).all() for one in (known, values))
        within = values.size > 0 and known[0] <= values[0] and values[-1] <= known[-1]
        return np.interp(values, known, told) if rising and within else None

    def _spread(self, count: int) -> Steps | None:
        """Return `count` evenly spaced steps up to the newest one, from the first or from 0."""
        if self._summary is None or not self._ended or count < 2:
            return None
        first = self._summary.config.get("fork.step", 0)
        if not isinstance(first, int):
            return None
        steps = _whole(np.linspace(first, self._summary.step, count))
        return steps if steps is not None and self._fits(steps) else None

    def _fits(self, steps: Steps) -> bool:
        """Return whether rows at these steps end with the newest and meet every event."""
        newest = None if self._summary is None else self._summary.step
        if not self._ended or steps[-1:].tolist() != [newest]:
            return False
        return bool(np.isin([event.step for event in self._events], steps).all())


def _events(summary: RunSummary | None) -> Iterator[Moment]:
    if summary is None:
        return
    yield Moment(summary.step, summary.epoch)
    for outcome in summary.outcomes.values():
        found = (outcome.train, outcome.test, outcome.lost, outcome.last)
        yield from (moment for moment in found if moment is not None)


def _whole(values: NDArray[np.float64]) -> Steps | None:
    """Return values as whole numbers that increase; None where they are none."""
    steps = np.round(values).astype(np.int64)
    near = bool((np.abs(values - steps) <= NEAR).all())
    return steps if near and bool((np.diff(steps) > 0).all()) else None
