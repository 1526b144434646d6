"""A panel: one quantity over training time, without a size."""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from grokscope.tui.plot.palette import PLAIN, Ink
from grokscope.tui.plot.scale import Scale, time_scale, value_scale


@dataclass(frozen=True)
class Line:
    """A curve; `time` does not decrease, NaN breaks it."""

    label: str
    time: NDArray[np.float64]
    values: NDArray[np.float64]
    ink: Ink = PLAIN
    dotted: bool = False


@dataclass(frozen=True)
class Mark:
    """A time at which something happened."""

    time: float
    text: str


@dataclass(frozen=True)
class Panel:
    """What is drawn in one frame."""

    title: str
    time_unit: str = "epoch"
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

    @cached_property
    def has_data(self) -> bool:
        """Whether there is a point to draw."""
        return any(np.isfinite(line.values).any() for line in self.lines)

    def scales(self, width: int) -> tuple[Scale, Scale]:
        """Return the time and value scales for a plot `width` cells wide."""
        times = [*(line.time for line in self.lines), *self.times]
        values = [*(line.values for line in self.lines), *self.values]
        return (
            time_scale(times, self.log_x, width),
            value_scale(values, self.log_y, self.bounds),
        )
