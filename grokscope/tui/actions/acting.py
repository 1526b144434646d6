"""Acting on the store; all of it by commands that are started."""

from grokscope.tui.actions.action import COMPUTE, LAUNCH, PLOTS, RUN, RUNS, Action

ACTING: tuple[Action, ...] = (
    Action("launch", ("R",), "run",
           "plan and start runs, from a preset or like the run under the cursor",
           (RUNS, *PLOTS), (RUNS,)),
    Action("open", ("enter",), "start", "start what is planned", (LAUNCH,), (LAUNCH,)),
    Action("fork", ("f",), "", "fork the run at the cursor: a new run that goes on from there",
           (RUN,)),
    Action("stop_run", ("K",), "", "stop the run under the cursor; U resumes it",
           (RUNS, RUN)),
    Action("resume_run", ("U",), "", "go on with a run that stopped or failed, from where it stood",
           (RUNS, RUN)),
    Action("analyse", ("A",), "", "compute a measure on the run, or on both that are compared",
           (RUNS, *PLOTS)),
    Action("open", ("enter",), "compute", "compute what is chosen", (COMPUTE,), (COMPUTE,)),
    Action("log", ("e",), "", "what the run recorded; what was started from here, and its log",
           (RUNS, *PLOTS)),
)  # fmt: skip
