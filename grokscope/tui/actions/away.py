"""Taking away what is on the screen."""

from grokscope.tui.actions.action import LETTERS, PLOTS, RUNS, THROUGH, WRITE, Action

AWAY: tuple[Action, ...] = (
    Action("yank", ("y",), "yank", "yank the Python that redraws the view: clipboard and file",
           (*LETTERS, THROUGH), (*PLOTS, RUNS, THROUGH)),
    Action("write", ("W",), "write", "write the view as text, SVG, PNG, CSV, netCDF or Python",
           (*LETTERS, THROUGH), (*PLOTS, RUNS, THROUGH)),
    Action("open", ("enter",), "write", "write the file", (WRITE,), (WRITE,)),
)  # fmt: skip
