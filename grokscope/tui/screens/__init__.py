"""Screens by name: one file each, named alike, and one line here.

A screen's module is imported when the screen is first visited, so that none makes the list wait.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grokscope.tui.pages.page import Page

SCREENS: dict[str, str] = {
    "runs": "RunsScreen",
    "run": "RunScreen",
    "compare": "CompareScreen",
    "through": "ThroughScreen",
    "measures": "MeasuresScreen",
    "shots": "ShotsScreen",
    "columns": "ColumnsScreen",
    "why": "WhyScreen",
    "launch": "LaunchScreen",
    "write": "WriteScreen",
    "compute": "ComputeScreen",
    "phase": "PhaseScreen",
    "scan": "ScanScreen",
    "association": "AssociationScreen",
    "log": "LogScreen",
    "studies": "StudiesScreen",
    "views": "ViewsScreen",
    "help": "HelpScreen",
}
"""The class of each, in the module of the screen's name."""


def load(name: str) -> "type[Page]":
    """Return the class of a screen.

    Raises
    ------
    KeyError
        If there is no such screen.
    """
    found: type[Page] = getattr(import_module(f"{__name__}.{name}"), SCREENS[name])
    return found
