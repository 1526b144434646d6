"""Moving along rows and lines."""

from grokscope.tui.actions.action import (
    COLUMNS,
    LOG,
    MEASURES,
    RUN,
    RUNS,
    TEXT,
    TYPED,
    VIEWS,
    Action,
)

LINES = (RUNS, TEXT, COLUMNS, MEASURES, LOG, VIEWS, *TYPED)
"""Screens of rows or lines."""

MOVING: tuple[Action, ...] = (
    Action(
        "move(1)", ("j", "down"), "", "next run; scroll down in text", (RUN, *LINES), (),
        "click on a row, wheel",
    ),
    Action(
        "move(-1)", ("k", "up"), "", "run before; scroll up in text", (RUN, *LINES), (),
        "click on a row, wheel",
    ),
    Action("move(10)", ("pagedown",), "", "ten rows down", LINES),
    Action("move(-10)", ("pageup",), "", "ten rows up", LINES),
    Action("edge(-1)", ("home",), "", "first run, or top", LINES),
    Action("edge(1)", ("end", "G"), "", "last run, or bottom", LINES),
    Action("latest", ("g",), "", "to the run that changed last", (RUNS, RUN)),
)  # fmt: skip
