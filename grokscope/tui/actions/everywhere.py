"""What nearly every screen can do."""

from grokscope.tui.actions.action import (
    COLUMNS,
    COMPARE,
    EVERYWHERE,
    LETTERS,
    LOG,
    MEASURES,
    RUN,
    RUNS,
    STUDIES,
    SWEEPS,
    TEXT,
    TYPED,
    VIEWS,
    Action,
)

ALWAYS: tuple[Action, ...] = (
    Action("back", ("escape", "backspace"), "back", "back to where you came from", EVERYWHERE,
           (RUN, COMPARE, TEXT, COLUMNS, MEASURES, LOG, STUDIES, VIEWS, *SWEEPS, *TYPED)),
    Action("palette", ("colon", "ctrl+p"), "", "find an action by name", EVERYWHERE),
    Action(
        "why", ("w",), "why",
        "why this regime: rule, thresholds, maxima, censoring, and the paper's own rule",
        (RUNS, RUN, COMPARE), (RUNS, RUN, COMPARE),
    ),
    Action("studies", ("S",), "", "claims of papers, beside what runs here gave",
           (RUNS, RUN, COMPARE, *SWEEPS)),
    Action("leave", ("q",), "quit", "leave the explorer; runs go on", EVERYWHERE, LETTERS),
    Action("help", ("question_mark",), "help", "keys and signs", EVERYWHERE, LETTERS),
)  # fmt: skip
