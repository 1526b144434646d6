"""The one table of what can be done: keys, footer, palette and help are all read from it."""

from dataclasses import dataclass

from textual.binding import Binding, BindingType

RUNS, RUN, COMPARE, TEXT = "runs", "run", "compare", "text"
PLOTS = (RUN, COMPARE)
"""Screens with a cursor in time to begin with; the list's preview follows the same keys."""
EVERYWHERE = (RUNS, RUN, COMPARE, TEXT)


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


ACTIONS: tuple[Action, ...] = (
    Action(
        "open", ("enter",), "open", "open the run under the cursor", (RUNS,), (RUNS,),
        "click on the selected row",
    ),
    Action(
        "mark", ("space",), "mark",
        "mark the run as A or B, or take its mark away", (RUNS, RUN), (RUNS,),
    ),
    Action(
        "compare", ("c",), "compare",
        "set A and B side by side; with one mark, A and the run under the cursor",
        (RUNS, RUN), (RUNS, RUN),
    ),
    Action(
        "filter", ("slash",), "filter",
        "keep the runs that fit a query, such as: grokking init_scale>=3",
        (RUNS,), (RUNS,),
    ),
    Action(
        "measure", ("m",), "measure", "next measure below the accuracy",
        (RUNS, *PLOTS), (RUNS, *PLOTS), "click on a panel's title",
    ),
    Action(
        "toggle_x", ("x",), "", "time axis: logarithmic or linear",
        (RUNS, *PLOTS), PLOTS,
    ),
    Action(
        "toggle_y", ("y",), "log", "value axis below the accuracy: logarithmic or linear",
        (RUNS, *PLOTS), PLOTS,
    ),
    Action(
        "sample(-1)", ("left_square_bracket",), "", "cursor to the evaluation before",
        (RUNS, *PLOTS), PLOTS, "click on a plot",
    ),
    Action(
        "sample(1)", ("right_square_bracket",), "cursor", "cursor to the next evaluation",
        (RUNS, *PLOTS), PLOTS, "click on a plot",
    ),
    Action(
        "column(-1)", ("left",), "", "cursor one column to the left", (RUNS, *PLOTS), (),
        "click on a plot",
    ),
    Action(
        "column(1)", ("right",), "", "cursor one column to the right", (RUNS, *PLOTS), (),
        "click on a plot",
    ),
    Action(
        "event(-1)", ("left_curly_bracket",), "", "cursor to the event before",
        (RUNS, *PLOTS), PLOTS,
    ),
    Action(
        "event(1)", ("right_curly_bracket",), "event", "cursor to the next event",
        (RUNS, *PLOTS), PLOTS,
    ),
    Action(
        "overlay", ("o",), "overlay", "fold the two columns into one, or unfold them",
        (COMPARE,), (COMPARE,),
    ),
    Action("swap", ("s",), "swap", "swap A and B", (COMPARE,), (COMPARE,)),
    Action(
        "move(1)", ("j", "down"), "", "next run; scroll down in text", (RUNS, RUN, TEXT), (),
        "click on a row, wheel",
    ),
    Action(
        "move(-1)", ("k", "up"), "", "run before; scroll up in text", (RUNS, RUN, TEXT), (),
        "click on a row, wheel",
    ),
    Action("move(10)", ("pagedown",), "", "ten rows down", (RUNS, TEXT)),
    Action("move(-10)", ("pageup",), "", "ten rows up", (RUNS, TEXT)),
    Action("edge(-1)", ("home",), "", "first run, or top", (RUNS, TEXT)),
    Action("edge(1)", ("end", "G"), "", "last run, or bottom", (RUNS, TEXT)),
    Action("latest", ("g",), "", "to the run that changed last", (RUNS, RUN)),
    Action("back", ("escape", "backspace"), "back", "back to where you came from", EVERYWHERE,
           (RUN, COMPARE, TEXT)),
    Action("palette", ("colon", "ctrl+p"), "", "find an action by name", EVERYWHERE),
    Action(
        "why", ("w",), "why",
        "why this regime: rule, thresholds, maxima, censoring, and the paper's own rule",
        (RUNS, RUN, COMPARE), (RUNS, RUN, COMPARE),
    ),
    Action("studies", ("S",), "", "claims of papers, held against runs", (RUNS, RUN, COMPARE)),
    Action("leave", ("q",), "quit", "leave the explorer; runs go on", EVERYWHERE, EVERYWHERE),
    Action("help", ("question_mark",), "help", "keys and signs", EVERYWHERE, EVERYWHERE),
)  # fmt: skip

KEY_NAMES = {
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "question_mark": "?",
    "slash": "/",
    "colon": ":",
    "escape": "esc",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "backspace": "bksp",
    "ctrl+p": "^p",
}
"""How keys are written where they are not their own name."""


def on(screen: str) -> list[Action]:
    """Return the actions of a screen, in the table's order."""
    return [action for action in ACTIONS if screen in action.screens]


def bindings(screen: str) -> list[BindingType]:
    """Return textual's bindings of a screen; textual's own footer is not used."""
    return [Binding(",".join(a.keys), a.name, a.label or a.meaning, show=False) for a in on(screen)]


def key_name(key: str) -> str:
    """Return how a key is written."""
    return KEY_NAMES.get(key, key)


def footer(screen: str) -> list[tuple[str, str, str]]:
    """Return (keys, label, action) for the footer; an action without label joins the next."""
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
    return entries
