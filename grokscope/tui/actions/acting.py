"""Acting on the store; all of it by commands that are started."""

from grokscope.tui.actions.action import COMPUTE, LAUNCH, PLOTS, RUN, RUNS, Action

ACTING: tuple[Action, ...] = (
    Action("launch", ("R",), "run", "launch runs from a preset or the run under the cursor",
           (RUNS, *PLOTS), (RUNS,)),
    Action("open", ("enter",), "start", "start what is planned", (LAUNCH,), (LAUNCH,)),
    Action("fork", ("f",), "", "fork the run at the cursor: a new run that goes on from there",
           (RUN,)),
    Action("stop_run", ("K",), "", "stop the run under the cursor, so that it can be resumed",
           (RUNS, RUN)),
    Action("resume_run", ("U",), "", "resume the run under the cursor, where it stood",
           (RUNS, RUN)),
    Action("analyse", ("A",), "", "compute a measure on the run, or on both that are compared",
           (RUNS, *PLOTS)),
    Action("open", ("enter",), "compute", "compute what is chosen", (COMPUTE,), (COMPUTE,)),
    Action("log", ("e",), "", "what was started from here, and the end of its log",
           (RUNS, *PLOTS)),
)  # fmt: skip
