"""A frame: cells of characters and inks, and where a plot lies in them."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from grokscope.tui.plot.palette import MUTED, PLAIN, STRONG, Ink
from grokscope.tui.plot.scale import Scale


@dataclass
class Frame:
    """A panel as cells."""

    text: NDArray[np.str_]
    """One character a cell, (height, width)."""
    ink: NDArray[np.int64]
    """Index into `inks`, (height, width)."""
    inks: list[Ink] = field(default_factory=lambda: [PLAIN, MUTED, STRONG])
    time: Scale | None = None
    """Of the plot, where there is one."""
    plot: tuple[int, int, int, int] = (0, 0, 0, 0)
    """Top row, left column, height and width of the plot."""

    @classmethod
    def blank(cls, width: int, height: int) -> "Frame":
        """Return a frame with nothing on it."""
        return cls(np.full((height, width), " "), np.zeros((height, width), int))

    def write(self, row: int, column: int, text: str, ink: Ink = PLAIN) -> None:
        """Write `text` from a cell on, cut off at the right edge."""
        height, width = self.text.shape
        text = text[: max(width - column, 0)]
        if 0 <= row < height and text:
            self.text[row, column : column + len(text)] = list(text)
            self.ink[row, column : column + len(text)] = self.number(ink)

    def number(self, ink: Ink) -> int:
        """Return the index of `ink`, added where it is new."""
        if ink not in self.inks:
            self.inks.append(ink)
        return self.inks.index(ink)

    def column(self, time: float) -> int | None:
        """Return the column of a time, None where it lies outside."""
        if self.time is None:
            return None
        fraction = float(self.time.place([time])[0])
        _, left, _, width = self.plot
        if not -1e-9 <= fraction <= 1 + 1e-9:
            return None
        return left + round(fraction * (width - 1))

    def time_at(self, column: int) -> float | None:
        """Return the time at a column, None outside the plot."""
        _, left, _, width = self.plot
        if self.time is None or not left <= column < left + width:
            return None
        return self.time.value((column - left) / max(width - 1, 1))
