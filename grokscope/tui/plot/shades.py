"""Shades: numbers as colours that are safe for colour-blind eyes, or as characters.

Lightness rises along `RISING` (after viridis) and on both sides of the middle of `SIGNED`
(sky to vermillion), so that a map still reads where hues are not told apart. On light grounds it
falls.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from grokscope.tui.plot.palette import RGB, Depth

RAMP = " .:-=+*#%@"
"""Least to greatest, where there are no colours."""
NOWHERE = -1
"""The level of what has no value."""
FINE = 4
"""Steps between the anchors of a map where the terminal has all colours."""

Map = dict[Depth, tuple[RGB, ...]]

RISING: Map = {
    "truecolor": (
        (68, 1, 84), (72, 40, 120), (62, 74, 137), (49, 104, 142), (38, 130, 142), (31, 158, 137),
        (53, 183, 121), (109, 205, 89), (180, 222, 44), (253, 231, 37),
    ),
    "256": (
        (0, 0, 95), (95, 0, 135), (0, 95, 135), (0, 135, 135), (0, 175, 135), (95, 215, 95),
        (215, 215, 95), (255, 255, 95),
    ),
    "16": ((0, 0, 0), (0, 0, 170), (85, 85, 255), (0, 170, 170), (85, 255, 85), (255, 255, 85)),
}  # fmt: skip
"""For amounts."""
SIGNED: Map = {
    "truecolor": (
        (150, 210, 245), (86, 180, 233), (0, 114, 178), (10, 60, 95), (28, 28, 32), (100, 44, 4),
        (213, 94, 0), (230, 159, 0), (245, 200, 110),
    ),
    "256": (
        (135, 215, 255), (95, 175, 255), (0, 135, 215), (0, 95, 135), (28, 28, 28), (95, 0, 0),
        (175, 95, 0), (215, 135, 0), (255, 215, 135),
    ),
    "16": ((85, 255, 255), (85, 85, 255), (0, 0, 0), (170, 85, 0), (255, 255, 85)),
}  # fmt: skip
"""For what is negative or positive; an odd number, so that 0 has its own."""
SIGNED_ON_LIGHT: Map = {
    "truecolor": (
        (0, 40, 90), (0, 90, 160), (86, 150, 210), (180, 210, 235), (245, 245, 245),
        (250, 215, 160), (225, 140, 50), (190, 80, 0), (110, 40, 0),
    ),
    "256": (
        (0, 0, 95), (0, 95, 175), (95, 135, 215), (175, 215, 255), (238, 238, 238),
        (255, 215, 175), (215, 135, 95), (175, 95, 0), (95, 0, 0),
    ),
    "16": ((0, 0, 170), (85, 85, 255), (255, 255, 255), (255, 85, 85), (170, 0, 0)),
}  # fmt: skip
"""On a light ground, where 0 is light."""
PAIRS: Map = {
    "truecolor": ((58, 58, 64), (204, 121, 167), (86, 180, 233), (240, 228, 66)),
    "256": ((58, 58, 58), (215, 135, 175), (95, 175, 255), (255, 255, 95)),
    "16": ((85, 85, 85), (255, 85, 255), (85, 85, 255), (255, 255, 85)),
}
"""Kinds of cells of an operation's table, in the order of `PAIR_SIGNS`."""
PAIRS_ON_LIGHT: Map = {
    "truecolor": ((205, 205, 210), (180, 30, 195), (0, 60, 120), (225, 120, 0)),
    "256": ((208, 208, 208), (175, 0, 215), (0, 95, 175), (215, 135, 0)),
    "16": ((170, 170, 170), (170, 0, 170), (0, 0, 170), (170, 85, 0)),
}
PAIR_SIGNS = ".%#o"
"""Trained on and right, trained on and wrong, held out and right, held out and wrong."""


@dataclass(frozen=True)
class Shades:
    """What cells are filled with: colours, or characters where there are none."""

    colors: tuple[RGB, ...]
    """Empty where characters are used."""
    signs: str = RAMP

    @cached_property
    def count(self) -> int:
        """The number of levels."""
        return len(self.colors) or len(self.signs)

    def levels(self, values: ArrayLike, low: float, high: float) -> NDArray[np.int64]:
        """Return the level of each value, those beyond the ends at the ends; NaN is `NOWHERE`."""
        values = np.asarray(values, np.float64)
        share = (values - low) / (high - low) if high > low else np.zeros(values.shape)
        share = np.clip(np.where(np.isfinite(values), share, 0.0), 0.0, 1.0)
        level = np.minimum((share * self.count).astype(np.int64), self.count - 1)
        return np.where(np.isfinite(values), level, NOWHERE)


@dataclass(frozen=True)
class Shading:
    """What a terminal can show."""

    depth: Depth = "256"
    plain: bool = False
    """Whether colours carry nothing: ASCII, or NO_COLOR."""
    light: bool = False
    """Whether the ground is light: then amounts darken as they rise, and 0 is light."""

    def shades(self, signed: bool = False) -> Shades:
        """Return the shades of amounts, or of what has a sign."""
        if self.plain:
            return Shades((), RAMP)
        if signed:
            colors = (SIGNED_ON_LIGHT if self.light else SIGNED)[self.depth]
        else:
            colors = RISING[self.depth][:: -1 if self.light else 1]
        return Shades(_between(colors) if self.depth == "truecolor" else colors)

    def pairs(self) -> Shades:
        """Return the shades of an operation's table."""
        kinds = PAIRS_ON_LIGHT if self.light else PAIRS
        return Shades(() if self.plain else kinds[self.depth], PAIR_SIGNS)


def _between(anchors: tuple[RGB, ...]) -> tuple[RGB, ...]:
    """Return colours with even steps between the anchors."""
    at = np.linspace(0, len(anchors) - 1, FINE * (len(anchors) - 1) + 1)
    columns = [
        np.interp(at, np.arange(len(anchors)), channel) for channel in zip(*anchors, strict=True)
    ]
    return tuple((round(r), round(g), round(b)) for r, g, b in zip(*columns, strict=True))
