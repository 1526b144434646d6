"""Moving along rows and lines."""

from grokscope.tui.actions.action import RUN, RUNS, TEXT, Action

MOVING: tuple[Action, ...] = (
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
)  # fmt: skip
