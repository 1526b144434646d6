"""Runs in the list: which are seen, opened, marked."""

from grokscope.tui.actions.action import COLUMNS, RUN, RUNS, Action

LISTING: tuple[Action, ...] = (
    Action(
        "open", ("enter",), "open", "open the run under the cursor", (RUNS,), (RUNS,),
        "click on the selected row",
    ),
    Action(
        "mark", ("space",), "mark",
        "mark the run with a letter, A to G, or take its mark away",
        (RUNS, RUN), (RUNS,),
    ),
    Action("mark", ("space",), "choose", "show the column, or hide it", (COLUMNS,), (COLUMNS,)),
    Action(
        "compare", ("c",), "compare",
        "two marked runs side by side, or one and the run under the cursor",
        (RUNS, RUN), (RUNS, RUN),
    ),
    Action(
        "filter", ("slash",), "filter",
        "show only runs that fit a query, such as: grokking init_scale>=3",
        (RUNS,), (RUNS,),
    ),
)  # fmt: skip
