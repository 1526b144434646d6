"""Saved views and themes."""

from grokscope.tui.actions.action import (
    LETTERS,
    PLOTS,
    RUNS,
    STUDIES,
    SWEEPS,
    THROUGH,
    VIEWS,
    Action,
)

SEEN = (RUNS, *PLOTS, THROUGH, *SWEEPS, STUDIES)
"""Screens that can be saved as a view."""

VIEWING: tuple[Action, ...] = (
    Action("open", ("enter",), "open", "come back to the view under the cursor",
           (VIEWS,), (VIEWS,), "click on its line"),
    Action("views", ("v",), "save", "saved views: come back to one, or save what is looked at",
           (*SEEN, VIEWS), (VIEWS,)),
    Action("note", ("n",), "rename", "rename the view under the cursor", (VIEWS,), (VIEWS,)),
    Action("mark", ("space",), "every store",
           "offer the view under the cursor for every store, or for its own alone",
           (VIEWS,), (VIEWS,)),
    Action("trash", ("d",), "delete", "delete the view under the cursor, once confirmed",
           (VIEWS,), (VIEWS,)),
    Action("theme", ("V",), "", "theme: dark, high contrast, light", (*LETTERS, THROUGH)),
)  # fmt: skip
