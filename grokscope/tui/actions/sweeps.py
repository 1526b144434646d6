"""Sweeps and studies: many runs at once."""

from grokscope.tui.actions.action import (
    ASSOCIATION,
    COMPARE,
    PHASE,
    RUN,
    RUNS,
    SCAN,
    STUDIES,
    SWEEPS,
    Action,
)

CELLS = (PHASE, SCAN)
"""Screens with a cursor on cells of a sweep."""

SWEEPING: tuple[Action, ...] = (
    Action(
        "phase", ("P",), "phase", "phase diagram of the runs in the list",
        (RUNS, RUN, COMPARE, *(screen for screen in SWEEPS if screen != PHASE)), (RUNS,),
    ),
    Action(
        "open", ("enter",), "runs", "the runs under the cursor: one is opened, several are listed",
        CELLS, CELLS, "click on the cell of the cursor",
    ),
    Action("open", ("enter",), "scan", "runs as points over the key under the cursor",
           (ASSOCIATION,), (ASSOCIATION,), "click on the key of the cursor"),
    Action("measure", ("m",), "value", "show the next quantity: regime, times, final values",
           SWEEPS, SWEEPS),
    Action("fold_by", ("F",), "", "next configuration key along the rows", CELLS, CELLS),
    Action("columns", ("C",), "keys", "next configuration key along the columns", CELLS, CELLS),
    Action("scan", ("b",), "scan", "the runs as points over the columns' key", (PHASE,), (PHASE,)),
    Action("association", ("i",), "ranking",
           "rank keys by how closely the quantity goes along with them", CELLS, CELLS),
    Action("toggle_x", ("X",), "", "axis of the key: logarithmic or linear", (SCAN,), (SCAN,)),
    Action("toggle_y", ("Y",), "log", "axis of the quantity: logarithmic or linear",
           (SCAN,), (SCAN,)),
    Action("column(-1)", ("left", "h"), "", "one cell to the left", CELLS, (), "click on a cell"),
    Action("column(1)", ("right", "l"), "", "one cell to the right", CELLS, (), "click on a cell"),
    Action("move(1)", ("j", "down"), "", "one cell, or row, down", SWEEPS, (), "click on it"),
    Action("move(-1)", ("k", "up"), "", "one cell, or row, up", SWEEPS, (), "click on it"),
    Action("open", ("enter",), "runs", "the runs behind the claim under the cursor",
           (STUDIES,), (STUDIES,), "click on the claim of the cursor"),
    Action("measure", ("m",), "table", "next table of a study", (STUDIES,), (STUDIES,)),
    Action("move(1)", ("j", "down"), "", "next claim", (STUDIES,), (), "click on a claim"),
    Action("move(-1)", ("k", "up"), "", "claim before", (STUDIES,), (), "click on a claim"),
    Action("move(10)", ("pagedown",), "", "further down in the claim's details", (STUDIES,)),
    Action("move(-10)", ("pageup",), "", "further up in the claim's details", (STUDIES,)),
    Action("edge(-1)", ("home",), "", "first claim", (STUDIES,)),
    Action("edge(1)", ("end", "G"), "", "last claim", (STUDIES,)),
)  # fmt: skip
