"""Runs in the list: which are seen, opened, marked."""

from grokscope.tui.actions.action import COLUMNS, RUN, RUNS, Action

LISTING: tuple[Action, ...] = (
    Action(
        "open", ("enter",), "open", "open the run under the cursor", (RUNS,), (RUNS,),
        "click on the selected row",
    ),
    Action(
        "mark", ("space",), "mark",
        "mark the run as A or B, or take its mark away; show a column, or hide it",
        (RUNS, RUN, COLUMNS), (RUNS, COLUMNS),
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
)  # fmt: skip
