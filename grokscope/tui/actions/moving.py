"""Moving along rows and lines."""

from grokscope.tui.actions.action import LOG, RUN, RUNS, TEXT, Action

MOVING: tuple[Action, ...] = (
    Action(
        "move(1)", ("j", "down"), "", "next run; scroll down in text", (RUNS, RUN, TEXT, LOG), (),
        "click on a row, wheel",
    ),
    Action(
        "move(-1)", ("k", "up"), "", "run before; scroll up in text", (RUNS, RUN, TEXT, LOG), (),
        "click on a row, wheel",
    ),
    Action("move(10)", ("pagedown",), "", "ten rows down", (RUNS, TEXT, LOG)),
    Action("move(-10)", ("pageup",), "", "ten rows up", (RUNS, TEXT, LOG)),
    Action("edge(-1)", ("home",), "", "first run, or top", (RUNS, TEXT, LOG)),
    Action("edge(1)", ("end", "G"), "", "last run, or bottom", (RUNS, TEXT, LOG)),
    Action("latest", ("g",), "", "to the run that changed last", (RUNS, RUN)),
)  # fmt: skip
