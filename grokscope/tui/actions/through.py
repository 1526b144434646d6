"""Through training time: checkpoints, one after the other."""

from grokscope.tui.actions.action import COMPARE, RUN, RUNS, THROUGH, Action

HERE = (THROUGH,)

PASSING: tuple[Action, ...] = (
    Action("play", ("p",), "play", "play the checkpoints, or pause", HERE, HERE),
    Action("checkpoint(-1)", ("comma",), "", "checkpoint before", HERE, HERE,
           "click on the bar line"),
    Action("checkpoint(1)", ("full_stop",), "step", "checkpoint after", HERE, HERE,
           "click on the bar line"),
    Action("column(-1)", ("left", "h"), "", "back by one column of the accuracy bars", HERE),
    Action("column(1)", ("right", "l"), "", "on by one column of the accuracy bars", HERE),
    Action("event(-1)", ("left_curly_bracket",), "", "to the event before", HERE, HERE),
    Action("event(1)", ("right_curly_bracket",), "event", "to the next event", HERE, HERE),
    Action("edge(-1)", ("home",), "", "first checkpoint", HERE),
    Action("edge(1)", ("end", "G"), "", "last checkpoint", HERE),
    Action("measure", ("m",), "measure", "put the next measure first", HERE, HERE,
           "click on a title"),
    Action("measures", ("M",), "", "choose which measures are shown, and in what order", HERE),
    Action("zoom(1)", ("z",), "", "fewer and larger panels", HERE, HERE),
    Action("zoom(-1)", ("Z",), "larger", "more and smaller panels", HERE, HERE),
    Action("analyse", ("A",), "compute", "compute the first of the shown measures that is missing",
           HERE, HERE),
    Action("swap", ("s",), "", "swap A and B", HERE),
    Action("move(1)", ("j", "down"), "", "next run", HERE),
    Action("move(-1)", ("k", "up"), "", "run before", HERE),
    Action("why", ("w",), "", "why this regime", HERE),
    Action("studies", ("S",), "", "claims of papers, beside what runs here gave", HERE),
    Action("back", ("escape", "backspace"), "back", "back to where you came from", HERE, HERE),
    Action("palette", ("colon", "ctrl+p"), "", "find an action by name", HERE),
    Action("leave", ("q",), "quit", "leave the explorer; runs go on", HERE, HERE),
    Action("help", ("question_mark",), "help", "keys and signs", HERE, HERE),
    Action("through", ("t",), "time", "through training time, checkpoint by checkpoint",
           (RUNS, RUN, COMPARE), (RUN, COMPARE)),
)  # fmt: skip
"""Keys of other screens do the same here to checkpoints and pictures."""
