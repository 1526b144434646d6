"""Curves: what is drawn, on which axes, and the cursor in time."""

from grokscope.tui.actions.action import MEASURES, PLOTS, RUN, RUNS, Action

ALL = (RUNS, *PLOTS)

CURVES: tuple[Action, ...] = (
    Action(
        "measure", ("m",), "measure", "show the next measure below the accuracy",
        ALL, PLOTS, "click on a panel's title",
    ),
    Action(
        "measures", ("M",), "", "choose which measures are shown, in what order and panels", ALL,
    ),
    Action(
        "second", ("D",), "", "draw the next quantity on a right axis, or in its own panel", ALL,
    ),
    Action(
        "over", ("x",), "", "curves over: epoch, step, wall time, weight norm, since t_train",
        ALL, PLOTS,
    ),
    Action("toggle_x", ("X",), "", "horizontal axis: logarithmic or linear", ALL, PLOTS),
    Action(
        "toggle_y", ("Y",), "axes", "value axis below the accuracy: logarithmic or linear",
        ALL, PLOTS,
    ),
    Action(
        "sample(-1)", ("left_square_bracket",), "", "cursor to the evaluation before",
        ALL, PLOTS, "click on a plot",
    ),
    Action(
        "sample(1)", ("right_square_bracket",), "cursor", "cursor to the next evaluation",
        ALL, PLOTS, "click on a plot",
    ),
    Action("column(-1)", ("left", "h"), "", "cursor one column to the left", ALL, (),
           "click on a plot"),
    Action("column(1)", ("right", "l"), "", "cursor one column to the right", ALL, (),
           "click on a plot"),
    Action("event(-1)", ("left_curly_bracket",), "", "cursor to the event before", ALL, PLOTS),
    Action("event(1)", ("right_curly_bracket",), "event", "cursor to the next event", ALL, PLOTS),
    Action("zoom(1)", ("z",), "", "zoom in along the axis, about the cursor", ALL, PLOTS,
           "wheel; drag over a stretch"),
    Action("zoom(-1)", ("Z",), "zoom", "zoom out along the axis", ALL, PLOTS, "wheel"),
    Action("unzoom", ("0",), "", "show the whole axis", ALL, (), "click twice"),
    Action("pan(-1)", ("H",), "", "move back along the axis", ALL, (), "drag, once zoomed"),
    Action("pan(1)", ("L",), "", "move on along the axis", ALL, (), "drag, once zoomed"),
    Action("align", ("a",), "align", "count time from t_train, from t_test, or from the start",
           ALL, PLOTS),
    Action("smooth", ("tilde",), "", "smooth curves over 5, 15, 51 evaluations, or not", ALL),
    Action("fold", ("tab",), "seeds", "one run, or the median and band of all its seeds",
           PLOTS, PLOTS),
    Action("overlay", ("o",), "overlay", "lay the marked runs over this one, or take them away",
           (RUN,), (RUN,)),
    Action("mark", ("space",), "choose", "show the measure, or hide it", (MEASURES,), (MEASURES,),
           "click on a line"),
    Action("overlay", ("o",), "join", "draw the measure in the panel above, or in its own",
           (MEASURES,), (MEASURES,)),
    Action("unzoom", ("0",), "all", "all measures again, one a panel", (MEASURES,), (MEASURES,)),
)  # fmt: skip
