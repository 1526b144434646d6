"""Help: the table of actions, and what the signs mean."""

import textwrap

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
        lines = [("keys", True)]
        for action in actions.ACTIONS:
            keys = " ".join(actions.key_name(key) for key in action.keys)
            meaning = (
                f"{action.meaning} (mouse: {action.mouse})" if action.mouse else action.meaning
            )
            for row in textwrap.wrap(meaning, WIDTH):
                lines.append((f"  {keys:<10}{row}", False))
                keys = ""
        lines += [("", False), ("signs", True)]
        lines += [(f"  {sign:<10}{meaning}", False) for sign, meaning in SIGNS]
        lines += [
            ("", False),
            ("shift and drag selects text; the footer's keys can be clicked", False),
        ]
        return lines
