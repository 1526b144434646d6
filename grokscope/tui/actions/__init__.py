"""The one table of what can be done: keys, footer, palette and help are all read from it."""

from textual.binding import Binding, BindingType

from grokscope.tui.actions.acting import ACTING
from grokscope.tui.actions.action import (
    ASSOCIATION,
    COLUMNS,
    COMPARE,
    COMPUTE,
    EVERYWHERE,
    LAUNCH,
    LOG,
    MEASURES,
    PHASE,
    PLOTS,
    RUN,
    RUNS,
    SCAN,
    STUDIES,
    TEXT,
    THROUGH,
    VIEWS,
    WRITE,
    Action,
)
from grokscope.tui.actions.annotating import ANNOTATING
from grokscope.tui.actions.arranging import ARRANGING
from grokscope.tui.actions.away import AWAY
from grokscope.tui.actions.comparing import COMPARING
from grokscope.tui.actions.curves import CURVES
from grokscope.tui.actions.everywhere import ALWAYS
from grokscope.tui.actions.listing import LISTING
from grokscope.tui.actions.moving import MOVING
from grokscope.tui.actions.sweeps import SWEEPING
from grokscope.tui.actions.through import PASSING
from grokscope.tui.actions.views import VIEWING

__all__ = [
    "ASSOCIATION",
    "COLUMNS",
    "COMPARE",
    "COMPUTE",
    "EVERYWHERE",
    "LAUNCH",
    "LOG",
    "MEASURES",
    "PHASE",
    "PLOTS",
    "RUN",
    "RUNS",
    "SCAN",
    "STUDIES",
    "TEXT",
    "THROUGH",
    "VIEWS",
    "WRITE",
    "Action",
]

ACTIONS: tuple[Action, ...] = (
    *LISTING,
    *CURVES,
    *COMPARING,
    *PASSING,
    *ACTING,
    *ARRANGING,
    *ANNOTATING,
    *SWEEPING,
    *VIEWING,
    *MOVING,
    *ALWAYS,
    *AWAY,
)
"""In the order in which footer, palette and help name them."""

KEY_NAMES = {
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "question_mark": "?",
    "slash": "/",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "minus": "-",
    "plus": "+",
    "asterisk": "*",
    "tilde": "~",
    "colon": ":",
    "comma": ",",
    "full_stop": ".",
    "escape": "esc",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "backspace": "bksp",
    "ctrl+p": "^p",
}
"""How keys are written where they are not their own name."""
ENDS = {"open": -1, "back": 1, "leave": 2, "help": 3}
"""Places of actions at the footer's ends; all others stand between, in the table's order."""


def on(screen: str) -> list[Action]:
    """Return the actions of a screen, in the table's order."""
    return [action for action in ACTIONS if screen in action.screens]


def elsewhere(key: str, screen: str) -> list[str]:
    """Return the screens where a key does something, none where it does on this one."""
    found = dict.fromkeys(
        one for action in ACTIONS for one in action.screens if key in action.keys_on(one)
    )
    return [] if screen in found else [*found]


def bindings(screen: str) -> list[BindingType]:
    """Return textual's bindings of a screen; textual's own footer is not used."""
    return [Binding(",".join(a.keys), a.name, a.label or a.meaning, show=False) for a in on(screen)]


def key_name(key: str) -> str:
    """Return how a key is written."""
    return KEY_NAMES.get(key, key)


def footer(screen: str) -> list[tuple[str, str, str]]:
    """Return (keys, label, action) for the footer: what enter does first, ways out and help last.

    An action without label joins the next.
    """
    entries: list[tuple[str, str, str]] = []
    waiting = ""
    for action in on(screen):
        if screen not in action.footer:
            continue
        keys = f"{waiting} {key_name(action.keys[0])}".strip()
        if not action.label:
            waiting = keys
            continue
        entries.append((keys, action.label, action.name))
        waiting = ""
    return sorted(entries, key=lambda entry: ENDS.get(entry[2], 0))
