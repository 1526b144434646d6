"""Taking away what is on the screen."""

from grokscope.tui.actions.action import LETTERS, PLOTS, RUNS, THROUGH, WRITE, Action

AWAY: tuple[Action, ...] = (
    Action("yank", ("y",), "yank",
           "copy Python that redraws this view: to the clipboard, and a file",
           (*LETTERS, THROUGH), (*PLOTS, RUNS, THROUGH)),
    Action("write", ("W",), "write",
           "write this view to a file: text, SVG, PNG, CSV, netCDF, Python",
           (*LETTERS, THROUGH), (*PLOTS, RUNS, THROUGH)),
    Action("open", ("enter",), "write", "write the file", (WRITE,), (WRITE,)),
)  # fmt: skip
