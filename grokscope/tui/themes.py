"""Themes: the grounds that the explorer is drawn on. The hues of each stand in `plot/palette.py`.

Text has at least 4.5 times the luminance of its ground, or the reverse; tests compute it.
"""

from typing import Any

from textual.theme import Theme

SECTION, KEY = "theme", "name"
"""Where the choice stands among the explorer's settings."""
ROW = "surface-lighten-2"
"""Variable of the ground of the row under the cursor."""
FAINT = {"text-disabled": "auto 66%"}
"""What is typed over must be read as well."""


def _theme(name: str, text: str, ground: str, surface: str, row: str, primary: str) -> Theme:
    return Theme(
        name,
        primary=primary,
        foreground=text,
        background=ground,
        surface=surface,
        dark=int(ground[1:3], 16) < 128,
        variables={ROW: row, **FAINT},
    )


DARK = _theme("dark", "#e0e0e0", "#121212", "#1e1e1e", "#2a2a2a", "#0178d4")
CONTRAST = _theme("contrast", "#ffffff", "#000000", "#000000", "#262626", "#56b4e9")
LIGHT = _theme("light", "#1c1c1c", "#ffffff", "#f2f2f2", "#dcdcdc", "#005fd7")
THEMES = {theme.name: theme for theme in (DARK, CONTRAST, LIGHT)}
"""In the order in which the key takes them; the first is the usual one."""
TOLD = {
    "dark": "dark, with hues that the colour-blind tell apart",
    "contrast": "high contrast: white on black",
    "light": "dark on white, for light terminals",
}


def known(stored: Any) -> str:
    """Return the theme that was remembered, the usual one where that is none."""
    return stored if isinstance(stored, str) and stored in THEMES else DARK.name


def after(name: str) -> str:
    """Return the theme after another one."""
    names = list(THEMES)
    return names[(names.index(known(name)) + 1) % len(names)]
