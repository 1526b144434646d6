"""Help: the table of actions, and what the signs mean."""

import textwrap
from collections.abc import Iterable, Iterator
from itertools import zip_longest

from grokscope.tui import actions
from grokscope.tui.pages.page import Page, TextPage

SIGNS = (
    ("▲", "on a time axis: an event, named below it"),
    (">200", "not reached when the run ended there"),
    ("–", "does not apply, or not reached yet"),
    ("A … G", "marks; the letter stays with the run"),
    ("▶ ▷ ✗", "running, stalled (no sign of life for a while), dead or failed"),
    ("★ ×5", "starred; five runs that differ in seeds alone, or share the key folded by"),
    ("58±2", "median and half the range between the quartiles of several runs"),
    (
        "g s p m u",
        "regimes: grokking, steady, partial, memorised, untrained; ? undecided. Behind one: "
        "how many runs agree, or their median. A capital: not reached when the run ended",
    ),
    ("▲ ▼", "below a heading: sorted by it, the least or the greatest first"),
    ("dotted", "training set; solid is the test set. In an overlay: B dotted, A solid"),
)
NAMES = {
    actions.RUNS: "the list of runs",
    actions.RUN: "one run",
    actions.COMPARE: "two runs side by side",
    actions.TEXT: "a page of text",
    actions.PHASE: "the phase diagram",
    actions.SCAN: "the scan of a key",
    actions.ASSOCIATION: "the ranking of keys",
    actions.VIEWS: "saved views",
    actions.THROUGH: "through training time",
    actions.MEASURES: "measures to pick from",
    actions.COLUMNS: "columns of the list",
    actions.LOG: "records and logs",
    actions.STUDIES: "claims of papers",
}
"""Screens in words, where their names in the table of actions are none."""
COLUMN = 78
"""Cells that a column has at least; wide screens have several."""
KEYS = 10
"""Cells of keys and signs, before their meanings."""
LONGEST = 90
"""Most cells of a meaning: longer lines are hard to read."""
ALSO = (
    ("shift", "with a drag selects text"),
    ("click", "on a key in the footer does what it does"),
)


class HelpScreen(TextPage):
    """Keys by screen, and signs."""

    kind = actions.TEXT
    BINDINGS = actions.bindings(actions.TEXT)

    def action_help(self) -> None:
        """Say how to leave."""
        self.say("this is the help; esc goes back")

    def on_resize(self) -> None:
        """Lay out anew."""
        self.redraw()

    def lines(self) -> list[tuple[str, bool]]:
        """Return one line an action, those of the screen below first, then signs, then the rest."""
        below = [page.kind for page in self.app.screen_stack[:-1] if isinstance(page, Page)]
        kind = below[-1] if below else actions.RUNS
        here = actions.on(kind)
        rest = [action for action in actions.ACTIONS if action not in here]
        width = self.size.width
        return [
            *[(f"keys here: {NAMES.get(kind, kind)}", True), *_columns(_rows(here, kind), width)],
            *[("", False), ("signs", True), *_columns((*SIGNS, *ALSO), width)],
            *[("", False), ("keys on other screens", True), *_columns(_rows(rest), width)],
        ]


def _rows(told: Iterable[actions.Action], screen: str = "") -> Iterator[tuple[str, str]]:
    for action in told:
        if keys := action.keys_on(screen or action.screens[0]):
            mouse = f" (mouse: {action.mouse})" if action.mouse else ""
            yield " ".join(map(actions.key_name, keys)), action.meaning + mouse


def _columns(rows: Iterable[tuple[str, str]], width: int) -> list[tuple[str, bool]]:
    """Return rows in as many columns as a width has room for, each of them whole in one."""
    count = max(width // COLUMN, 1)
    cells = width // count
    told = [_wrapped(*row, min(max(cells - KEYS - 6, COLUMN // 2), LONGEST)) for row in rows]
    high = -(-sum(map(len, told)) // count)
    columns: list[list[str]] = [[]]
    for lines in told:
        if len(columns[-1]) + len(lines) > high and len(columns) < count and columns[-1]:
            columns.append([])
        columns[-1] += lines
    beside = zip_longest(*columns, fillvalue="")
    return [("".join(f"{text:<{cells}}" for text in texts).rstrip(), False) for texts in beside]


def _wrapped(sign: str, meaning: str, room: int) -> list[str]:
    """Return a sign and its meaning, on as many lines as that takes."""
    lines = textwrap.wrap(meaning, room)
    return [f"  {'' if number else sign:<{KEYS}}{line}" for number, line in enumerate(lines)]
