"""What people add to runs, and the trash."""

from grokscope.tui.actions.action import RUNS, Action

ANNOTATING: tuple[Action, ...] = (
    Action("star", ("asterisk",), "", "put a star on the run, or take it off", (RUNS,)),
    Action("tag", ("T",), "", "tag the run, or all that share its row", (RUNS,)),
    Action("note", ("n",), "", "write a note about the run", (RUNS,)),
    Action("trash", ("d",), "", "move the run to the trash, once that is confirmed", (RUNS,)),
    Action("undo", ("u",), "", "bring back what was moved to the trash here last", (RUNS,)),
)  # fmt: skip
