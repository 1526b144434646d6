"""The list's order, folding and columns."""

from grokscope.tui.actions.action import RUNS, Action

ARRANGING: tuple[Action, ...] = (
    Action(
        "fold", ("tab",), "unfold", "show the runs of a row, or fold them into it",
        (RUNS,), (RUNS,),
    ),
    Action(
        "fold_by", ("F",), "", "fold by the next key: seeds, task, what differs, nothing", (RUNS,),
    ),
    Action("columns", ("C",), "", "choose columns", (RUNS,)),
    Action(
        "sort(-1)", ("less_than_sign",), "", "sort by the column to the left", (RUNS,), (),
        "click on a heading",
    ),
    Action(
        "sort(1)", ("greater_than_sign",), "",
        "sort by the column to the right; beyond either end, the newest first",
        (RUNS,), (), "click on a heading",
    ),
    Action("invert", ("I",), "", "turn the order round", (RUNS,), (), "click on its heading"),
    Action(
        "resize(-1)", ("minus",), "", "make the column sorted by narrower, or the names", (RUNS,),
    ),
    Action(
        "resize(1)", ("plus",), "", "make the column sorted by wider, or the names", (RUNS,),
    ),
)  # fmt: skip
