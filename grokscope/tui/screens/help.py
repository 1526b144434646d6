"""Help: the table of actions, and what the signs mean."""

import textwrap
from collections.abc import Iterable, Iterator

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
}
"""Screens in words, where their names in the table of actions are none."""
WIDTH = 64
"""Cells of a meaning, so that all fits in 80."""


class HelpScreen(TextPage):
    """Keys by screen, and signs."""

    kind = actions.TEXT
    BINDINGS = actions.bindings(actions.TEXT)

    def action_help(self) -> None:
        """Say how to leave."""
        self.say("this is the help; esc goes back")

    def lines(self) -> list[tuple[str, bool]]:
        """Return one line an action, those of the screen below first, then the signs."""
        below = [page.kind for page in self.app.screen_stack[:-1] if isinstance(page, Page)]
        kind = below[-1] if below else actions.RUNS
        here = actions.on(kind)
        rest = [action for action in actions.ACTIONS if action not in here]
        return [
            *[(f"keys here: {NAMES.get(kind, kind)}", True), *_columns(map(_row, here))],
            *[("", False), ("keys on other screens", True), *_columns(map(_row, rest))],
            *[("", False), ("signs", True), *_columns(SIGNS), ("", False)],
            ("shift and drag selects text; the footer's keys can be clicked", False),
        ]


def _row(action: actions.Action) -> tuple[str, str]:
    keys = " ".join(actions.key_name(key) for key in action.keys)
    return keys, action.meaning + (f" (mouse: {action.mouse})" if action.mouse else "")


def _columns(rows: Iterable[tuple[str, str]]) -> Iterator[tuple[str, bool]]:
    for sign, meaning in rows:
        for number, line in enumerate(textwrap.wrap(meaning, WIDTH)):
            yield f"  {'' if number else sign:<10}{line}", False
