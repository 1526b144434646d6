"""Colours: the Okabe-Ito hues, mapped by hand to terminals of 256 and of 16 colours."""

from dataclasses import dataclass
from typing import Literal

Depth = Literal["truecolor", "256", "16"]
RGB = tuple[int, int, int]

Ground = Literal["dark", "black", "light"]
"""What hues are drawn on; on `black`, text is pure white and contrasts are high."""
Hues = dict[str, dict[Depth, RGB]]

HUES: Hues = {
    "sky": {"truecolor": (86, 180, 233), "256": (95, 215, 255), "16": (85, 255, 255)},
    "orange": {"truecolor": (230, 159, 0), "256": (255, 175, 0), "16": (255, 255, 85)},
    "green": {"truecolor": (0, 158, 115), "256": (0, 175, 135), "16": (0, 170, 170)},
    "purple": {"truecolor": (204, 121, 167), "256": (215, 95, 175), "16": (255, 85, 255)},
    "vermillion": {"truecolor": (235, 98, 66), "256": (255, 95, 0), "16": (255, 85, 85)},
    "yellow": {"truecolor": (240, 228, 66), "256": (255, 255, 135), "16": (170, 85, 0)},
    "blue": {"truecolor": (85, 135, 245), "256": (95, 135, 255), "16": (85, 85, 255)},
}
"""Each hue at each depth, as a colour that the terminal has exactly. The ground is dark, so black,
the eighth of Okabe and Ito, is left out, and blue and vermillion are lighter than theirs: names are
written in them. Neighbours differ most."""

ON_BLACK: Hues = {
    "sky": {"truecolor": (150, 240, 255), "256": (175, 215, 255), "16": (85, 255, 255)},
    "orange": {"truecolor": (240, 150, 0), "256": (255, 215, 95), "16": (255, 255, 85)},
    "green": {"truecolor": (75, 165, 135), "256": (95, 255, 175), "16": (0, 170, 170)},
    "purple": {"truecolor": (180, 135, 195), "256": (255, 95, 175), "16": (255, 85, 255)},
    "vermillion": {"truecolor": (255, 105, 75), "256": (215, 135, 95), "16": (255, 85, 85)},
    "yellow": {"truecolor": (255, 255, 0), "256": (255, 255, 0), "16": (170, 85, 0)},
    "blue": {"truecolor": (150, 150, 255), "256": (95, 175, 255), "16": (85, 85, 255)},
}
"""The same for high contrast: seven times the luminance of black, where the terminal has it."""
ON_LIGHT: Hues = {
    "sky": {"truecolor": (0, 60, 120), "256": (0, 95, 215), "16": (85, 85, 255)},
    "orange": {"truecolor": (118, 88, 56), "256": (135, 95, 0), "16": (170, 85, 0)},
    "green": {"truecolor": (0, 112, 112), "256": (0, 95, 95), "16": (0, 170, 0)},
    "purple": {"truecolor": (180, 30, 195), "256": (135, 0, 175), "16": (170, 0, 170)},
    "vermillion": {"truecolor": (195, 60, 0), "256": (135, 0, 0), "16": (170, 0, 0)},
    "yellow": {"truecolor": (0, 0, 0), "256": (0, 0, 0), "16": (0, 0, 0)},
    "blue": {"truecolor": (120, 30, 255), "256": (95, 0, 255), "16": (0, 0, 170)},
}
"""The same for light grounds, where black takes the place of yellow."""
GROUNDS: dict[Ground, Hues] = {"dark": HUES, "black": ON_BLACK, "light": ON_LIGHT}

REGIME_HUES = {"grokking": "orange", "steady": "sky", "partial": "yellow", "memorised": "purple"}
"""The hue of each regime in a sweep, whose runs have none. A letter or a word tells it too."""
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


def regime_ink(word: str, bold: bool = False) -> Ink:
    """Return how a regime is written."""
    return Ink(REGIME_HUES.get(word), dim=word == "untrained", bold=bold)


def ground(text: RGB | None, behind: RGB | None) -> Ground:
    """Return what is drawn on, by the colours of text and of what is behind it."""
    if behind is not None and sum(behind) > 3 * 128:
        return "light"
    return "black" if text == (255, 255, 255) else "dark"


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
