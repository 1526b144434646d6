"""A panel: quantities over training time, without a size."""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from grokscope.tui.plot.palette import PLAIN, Ink
from grokscope.tui.plot.scale import Scale, time_scale, value_scale
from grokscope.tui.plot.viewport import Window


@dataclass(frozen=True)
class Line:
    """A curve; NaN breaks it."""

    label: str
    time: NDArray[np.float64]
    values: NDArray[np.float64]
    ink: Ink = PLAIN
    dotted: bool = False
    right: bool = False
    """Whether it is drawn against the right axis."""
    ordered: bool = True
    """Whether `time` does not decrease; a curve over a weight norm may go to and fro."""
    sign: str = ""
    """A letter of its run."""

    def seen(self, window: Window | None) -> NDArray[np.float64]:
        """Return the values whose times are seen."""
        if window is None:
            return self.values
        low, high = window
        if self.ordered and np.isfinite(self.time[:1]).all():
            ends = np.searchsorted(self.time, (low, high))
            return self.values[ends[0] : ends[1] + 1]
        with np.errstate(invalid="ignore"):
            return self.values[(self.time >= low) & (self.time <= high)]


@dataclass(frozen=True)
class Mark:
    """A time at which something happened; one without a text is a sign alone."""

    time: float
    text: str


@dataclass(frozen=True)
class Phase:
    """A stretch of time in a word."""

    start: float
    end: float
    word: str


@dataclass(frozen=True)
class Side:
    """A second value axis, at the right."""

    title: str
    log: bool = False
    bounds: tuple[float, float] | None = None


@dataclass(frozen=True)
class Panel:
    """What is drawn in one frame."""

    title: str
    time_unit: str = "epoch"
    """What the time axis is called."""
    lines: tuple[Line, ...] = ()
    marks: tuple[Mark, ...] = ()
    log_x: bool = True
    log_y: bool = False
    bounds: tuple[float, float] | None = None
    """The range of the quantity where it has one."""
    times: tuple[NDArray[np.float64], ...] = ()
    """Further times that the axis must hold, so that panels share it."""
    values: tuple[NDArray[np.float64], ...] = ()
    """Further values that the axis must hold."""
    empty: tuple[str, ...] = ("nothing recorded",)
    """Why there may be no curve, and what fills the panel; shown instead of one."""
    token: Hashable = None
    """Equal for panels that look alike, so that a frame need not be drawn twice; None for never."""
    window: Window | None = None
    """The part of the time axis that is seen; None for all of it."""
    side: Side | None = None
    right_values: tuple[NDArray[np.float64], ...] = ()
    """Further values that the right axis must hold."""
    margin: int = 0
    """Cells kept at the right for names of curves or ticks; alike on a screen, so panels align."""
    ends: bool = False
    """Whether names stand at the ends of their curves."""
    signed: bool = False
    """Whether curves carry their signs, where no colour tells them apart."""
    phases: tuple[Phase, ...] = ()
    rule: float | None = None
    """A value at which a thin line runs across."""
    owner: str = ""
    """The run whose cursor is drawn; empty for the first one on the screen."""

    @cached_property
    def has_data(self) -> bool:
        """Whether there is a point to draw."""
        return any(
            np.isfinite(line.values).any() and np.isfinite(line.time).any() for line in self.lines
        )

    @cached_property
    def bare(self) -> Scale:
        """The time axis as it is unzoomed, for any width."""
        return self._time(100, None)

    def scales(self, width: int) -> tuple[Scale, Scale]:
        """Return the time and value scales for a plot `width` cells wide."""
        values = [*(one.seen(self.window) for one in self.lines if not one.right), *self.values]
        return self._time(width, self.window), value_scale(values, self.log_y, self.bounds)

    def right_scale(self) -> Scale | None:
        """Return the scale of the right axis, None where there is none."""
        if self.side is None:
            return None
        values = [one.seen(self.window) for one in self.lines if one.right]
        return value_scale([*values, *self.right_values], self.side.log, self.side.bounds)

    def _time(self, width: int, window: Window | None) -> Scale:
        own = (one.time[[0, -1]] if _ends_tell(one, self.log_x) else one.time for one in self.lines)
        return time_scale([*own, *self.times], self.log_x, width, window)


def _ends_tell(line: Line, log: bool) -> bool:
    """Return whether the ends of a curve's times are all that its axis needs to know."""
    if not line.ordered or not line.time.size:
        return False
    first, last = line.time[0], line.time[-1]
    return bool(np.isfinite(first) and np.isfinite(last) and (first > 0 or not log))
