"""Lines of text: headings, readouts, and the footer with its keys."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.style import Style
from textual.geometry import Region
from textual.reactive import reactive
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from grokscope.tui import actions, words
from grokscope.tui.plot.palette import MUTED, PLAIN, STRONG, Depth
from grokscope.tui.widgets.inks import Span, strip

LONGEST_SAYING = 6.0
"""Seconds that a message stands in the footer."""
KEPT = ("help", "back", "why", "through", "analyse")
"""Actions that the footer has room for before others: ways out, and what makes sense of a view."""


class Lines(Widget):
    """Lines of spans, each with a part that keeps to the right edge."""

    DEFAULT_CSS = "Lines { height: auto; }"

    def __init__(self, depth: Depth, id: str | None = None) -> None:
        super().__init__(id=id)
        self._depth = depth
        self._lines: list[tuple[list[Span], list[Span]]] = []

    def show(self, *lines: tuple[list[Span], list[Span]]) -> None:
        """Show lines, each as (left, right); what is left of the right part is cut off first."""
        old, self._lines = self._lines, list(lines)
        if len(old) != len(lines):
            self.refresh(layout=True)
        else:
            changed = (self._changed(y, old[y]) for y, line in enumerate(lines) if line != old[y])
            if regions := [region for region in changed if region is not None]:
                self.refresh(*regions)

    def _changed(self, y: int, old: tuple[list[Span], list[Span]]) -> Region | None:
        """Return the part of a line that is not as it was: a cursor moves for few bytes."""
        new, width = self._lines[y], max(self.size.width, 1)
        before, after = _cells(old), _cells(new)
        same = old[1] == new[1] and len(before) == len(after)
        # where characters are two columns wide, a cell's number is not its column
        if not same or cell_len("".join(c for c, _ in before + after)) != 2 * len(before):
            return Region(0, y, width, 1)
        unlike = [x for x, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]]
        return Region(unlike[0], y, unlike[-1] - unlike[0] + 1, 1) if unlike else None

    def get_content_height(self, *args: object) -> int:
        """Return one row a line."""
        return max(len(self._lines), 1)

    def render_line(self, y: int) -> Strip:
        """Return one line."""
        width, base = self.size.width, self.rich_style
        if y >= len(self._lines):
            return Strip.blank(width, base)
        left, right = self._lines[y]
        tail = sum(len(text) for text, _ in right)
        if not tail:
            return strip(left, width, self._depth, base)
        start = strip(left, max(width - tail, 0), self._depth, base)
        return Strip.join([start, strip(right, tail, self._depth, base)]).crop(0, width)


def _cells(line: tuple[list[Span], list[Span]]) -> list[Span]:
    """Return a line's left part, each cell with its ink."""
    return [(cell, ink) for text, ink in line[0] for cell in text]


class KeyBar(Widget):
    """The footer: keys that work here, each clickable, or for a while a message."""

    DEFAULT_CSS = "KeyBar { height: 1; }"
    saying = reactive("")

    def __init__(self, screen: str) -> None:
        super().__init__()
        self._entries = actions.footer(screen)
        self._end: Timer | None = None

    def say(self, text: str) -> None:
        """Show a message for some seconds, or until the next key."""
        self.hold(text)
        self._end = self.set_timer(LONGEST_SAYING, self.silence)

    def hold(self, text: str) -> None:
        """Show a message until another takes its place; none where it is empty."""
        if self._end is not None:
            self._end.stop()
        self._end, self.saying = None, text

    def silence(self) -> None:
        """Take away a message that was said, not one that is held."""
        if self._end is not None:
            self.hold("")

    def fitting(self, width: int) -> list[tuple[str, str, str]]:
        """Return the entries that fit, help and the way back among them."""
        order = sorted(self._entries, key=lambda one: (*KEPT, one[2]).index(one[2]))
        room, chosen = width - 1, []
        for entry in order:
            if _length(entry) <= room:
                chosen.append(entry)
                room -= _length(entry)
        return [entry for entry in self._entries if entry in chosen]

    def render_line(self, y: int) -> Strip:
        """Return the keys, or the message."""
        width, base = self.size.width, self.rich_style
        if self.saying:
            told = words.shortened(self.saying, max(width - 2, 1))
            return strip([(f" {told}", STRONG)], width, "256", base)
        parts = [strip([(" ", PLAIN)], 1, "256", base)]
        for keys, label, action in self.fitting(width):
            spans: Sequence[Span] = [(keys, STRONG), (f" {label}", MUTED)]
            length = len(keys) + 1 + len(label)
            click = Style(meta={"@click": f"screen.{_call(action)}"})
            parts.append(strip(spans, length, "256", base).apply_style(click))
            parts.append(Strip.blank(2, base))
        return Strip.join(parts).adjust_cell_length(width, base).crop(0, width)


def _length(entry: tuple[str, str, str]) -> int:
    return len(entry[0]) + len(entry[1]) + 3


def _call(action: str) -> str:
    return action if action.endswith(")") else f"{action}()"
