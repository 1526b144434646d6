"""Curves: what is drawn, on which axes, and the cursor in time."""

from grokscope.tui.actions.action import PLOTS, RUNS, Action

CURVES: tuple[Action, ...] = (
    Action(
        "measure", ("m",), "measure", "next measure below the accuracy",
        (RUNS, *PLOTS), PLOTS, "click on a panel's title",
    ),
    Action(
        "toggle_x", ("X",), "", "time axis: logarithmic or linear",
        (RUNS, *PLOTS), PLOTS,
    ),
    Action(
        "toggle_y", ("Y",), "log", "value axis below the accuracy: logarithmic or linear",
        (RUNS, *PLOTS), PLOTS,
    ),
    Action(
        "sample(-1)", ("left_square_bracket",), "", "cursor to the evaluation before",
        (RUNS, *PLOTS), PLOTS, "click on a plot",
    ),
    Action(
        "sample(1)", ("right_square_bracket",), "cursor", "cursor to the next evaluation",
        (RUNS, *PLOTS), PLOTS, "click on a plot",
    ),
    Action(
        "column(-1)", ("left",), "", "cursor one column to the left", (RUNS, *PLOTS), (),
        "click on a plot",
    ),
    Action(
        "column(1)", ("right",), "", "cursor one column to the right", (RUNS, *PLOTS), (),
        "click on a plot",
    ),
    Action(
        "event(-1)", ("left_curly_bracket",), "", "cursor to the event before",
        (RUNS, *PLOTS), PLOTS,
    ),
    Action(
        "event(1)", ("right_curly_bracket",), "event", "cursor to the next event",
        (RUNS, *PLOTS), PLOTS,
    ),
)  # fmt: skip
