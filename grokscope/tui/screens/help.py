"""Help: the table of actions, and what the signs mean."""

import textwrap
from collections.abc import Iterable, Iterator

from grokscope.tui import actions
from grokscope.tui.page import TextPage

SIGNS = (
    ("▲", "on a time axis: an event, named below it"),
    (">200", "not reached when the run ended there"),
    ("–", "does not apply, or not reached yet"),
    ("A B", "marks; the letter stays with the run"),
    ("▶ ▷ ✗", "running, stalled (no sign of life for a while), dead or failed"),
    ("dotted", "training set; solid is the test set. In an overlay: B dotted, A solid"),
)


WIDTH = 64
"""Cells of a meaning, so that all fits in 80."""


class HelpScreen(TextPage):
    """Keys by screen, and signs."""

    kind = actions.TEXT
    BINDINGS = actions.bindings(actions.TEXT)

    def lines(self) -> list[tuple[str, bool]]:
        """Return one line an action, then the signs."""
        rows: list[tuple[str, str]] = []
        for action in actions.ACTIONS:
            keys = " ".join(actions.key_name(key) for key in action.keys)
            mouse = f" (mouse: {action.mouse})" if action.mouse else ""
            rows.append((keys, action.meaning + mouse))
        return [
            *[("keys", True), *_columns(rows), ("", False)],
            *[("signs", True), *_columns(SIGNS), ("", False)],
            ("shift and drag selects text; the footer's keys can be clicked", False),
        ]


def _columns(rows: Iterable[tuple[str, str]]) -> Iterator[tuple[str, bool]]:
    for sign, meaning in rows:
        for number, line in enumerate(textwrap.wrap(meaning, WIDTH)):
            yield f"  {'' if number else sign:<10}{line}", False
