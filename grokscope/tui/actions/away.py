"""Taking away what is on the screen."""

from grokscope.tui.actions.action import LETTERS, THROUGH, WRITE, Action

AWAY: tuple[Action, ...] = (
    Action("yank", ("y",), "", "yank the Python that redraws the view: clipboard and file",
           (*LETTERS, THROUGH)),
    Action("write", ("W",), "", "write the view as text, SVG, PNG, CSV, netCDF or Python",
           (*LETTERS, THROUGH)),
    Action("open", ("enter",), "write", "write the file", (WRITE,), (WRITE,)),
)  # fmt: skip
