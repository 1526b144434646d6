"""What a key does: the entry of the table of actions."""

from dataclasses import dataclass

RUNS, RUN, COMPARE, TEXT = "runs", "run", "compare", "text"
LOG, LAUNCH, COMPUTE, COLUMNS = "log", "launch", "compute", "columns"
MEASURES, WRITE = "measures", "write"
PHASE, SCAN, ASSOCIATION = "phase", "scan", "association"
STUDIES = "studies"
VIEWS = "views"
SWEEPS = (PHASE, SCAN, ASSOCIATION)
"""Screens of the sweep that runs make up."""
THROUGH = "through"
PLOTS = (RUN, COMPARE)
"""Screens with a cursor in time to begin with; the list's preview follows the same keys."""
LETTERS = (RUNS, RUN, COMPARE, TEXT, LOG, COLUMNS, MEASURES, *SWEEPS, STUDIES, VIEWS)
"""Screens on which letters are keys."""
TYPED = (LAUNCH, COMPUTE, WRITE)
"""Screens with a line that letters are typed into."""
EVERYWHERE = (*LETTERS, *TYPED)
COMMANDING = frozenset({"enter", "escape", "up", "down", "pageup", "pagedown", "ctrl+p"})
"""Keys that do not write into a line or move in it."""


@dataclass(frozen=True)
class Action:
    """Something a key does; the screen or the app has a method `action_<name>` for it."""

    name: str
    keys: tuple[str, ...]
    """As textual names them; the first is the one shown."""
    label: str
    """Two words at most, for the footer."""
    meaning: str
    """One line, for help and palette."""
    screens: tuple[str, ...]
    footer: tuple[str, ...] = ()
    """Screens whose footer shows it."""
    mouse: str = ""
    """The mouse's way to the same end; the footer and the palette can be clicked for all."""

    def keys_on(self, screen: str) -> tuple[str, ...]:
        """Return the keys that do it on a screen: where letters are typed, the others."""
        if screen not in self.screens:
            return ()
        return tuple(key for key in self.keys if screen not in TYPED or key in COMMANDING)
