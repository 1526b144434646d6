"""Colours: the Okabe-Ito hues, mapped by hand to terminals of 256 and of 16 colours."""

from dataclasses import dataclass
from typing import Literal

Depth = Literal["truecolor", "256", "16"]
RGB = tuple[int, int, int]

HUES: dict[str, dict[Depth, RGB]] = {
    "sky": {"truecolor": (86, 180, 233), "256": (95, 175, 255), "16": (85, 255, 255)},
    "orange": {"truecolor": (230, 159, 0), "256": (255, 175, 0), "16": (255, 255, 85)},
    "green": {"truecolor": (0, 158, 115), "256": (0, 175, 135), "16": (0, 170, 0)},
    "purple": {"truecolor": (204, 121, 167), "256": (215, 135, 175), "16": (255, 85, 255)},
    "vermillion": {"truecolor": (213, 94, 0), "256": (215, 95, 0), "16": (255, 85, 85)},
    "yellow": {"truecolor": (240, 228, 66), "256": (255, 255, 95), "16": (170, 85, 0)},
    "blue": {"truecolor": (0, 114, 178), "256": (0, 135, 215), "16": (85, 85, 255)},
}
"""Each hue at each depth, as a colour that the terminal has exactly; the ground is dark, so black,
the eighth of Okabe and Ito, is left out. Neighbours differ most."""

RUN_HUES = tuple(HUES)
"""Hues that runs take in turn, oldest first."""


@dataclass(frozen=True)
class Ink:
    """How a cell is written. Meaning never hangs on the hue alone."""

    hue: str | None = None
    """A key of `HUES`, or None for the terminal's own text colour."""
    dim: bool = False
    bold: bool = False


PLAIN = Ink()
MUTED = Ink(dim=True)
STRONG = Ink(bold=True)


def depth(color_system: str | None) -> Depth:
    """Return the depth for a colour system as rich names it; unknown ones count as 16 colours."""
    if color_system == "truecolor":
        return "truecolor"
    return "256" if color_system == "256" else "16"


def run_hue(age: int) -> str:
    """Return the hue of the run that was created `age` runs after the first."""
    return RUN_HUES[age % len(RUN_HUES)]


def other_than(hue: str) -> str:
    """Return the hue after `hue`, for a run that must stand beside one of the same hue."""
    return RUN_HUES[(RUN_HUES.index(hue) + 1) % len(RUN_HUES)]
