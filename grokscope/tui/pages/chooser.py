"""A page to choose from a list and to type a line about what was chosen."""

import math
from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.events import Click
from textual.widgets import Input

from grokscope.tui import words
from grokscope.tui.headings import Line as Row
from grokscope.tui.pages.page import Page
from grokscope.tui.plot.palette import MUTED, PLAIN, STRONG
from grokscope.tui.session import Session
from grokscope.tui.widgets.bars import KeyBar, Lines
from grokscope.tui.widgets.line import Line

Choice = tuple[str, str]
"""A name, and what it is."""


class Chooser(Page):
    """A list over a line over what the choice comes to."""

    heading: ClassVar[str]
    hint: ClassVar[str]
    """What the line takes."""
    rows: ClassVar[int] = 5
    """Most rows of the list on a small screen."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.at = 0

    @property
    def most(self) -> int:
        """Most rows of the list on a screen of this size."""
        return max(self.rows, self.size.height // 3)

    def choices(self) -> Sequence[Choice]:
        """Return what can be chosen."""
        raise NotImplementedError

    def empty(self) -> str:
        """Return why there is nothing to choose from."""
        return "reading …"

    def told(self) -> list[Row]:
        """Return what the choice and the line come to."""
        raise NotImplementedError

    def edited(self) -> None:
        """Take in another choice or another line."""

    def offer(self, typed: str) -> str | None:
        """Return how what was typed could go on, None where nothing is offered."""

    def compose(self) -> ComposeResult:
        """Lay out list, line, what they come to, and footer."""
        yield Lines(self.session.depth, id="heading")
        yield Lines(self.session.depth, id="choices")
        yield Line(self.hint, self.offer)
        with VerticalScroll(can_focus=False):
            yield Lines(self.session.depth, id="text")
        yield KeyBar(self.kind)

    def begin_anew(self, at: int = 0) -> None:
        """Begin with an empty line."""
        self.at = at
        line = self.query_one(Line)
        with self.prevent(Input.Changed):
            line.value = ""
        self.set_focus(line)
        self._changed()

    def choose(self, at: int) -> None:
        """Choose by place in the list."""
        self.at = at
        self._changed()

    def takes(self, character: str) -> bool:
        """Write into the line."""
        self.query_one(Line).insert_text_at_cursor(character)
        return True

    def redraw(self) -> None:
        """Draw everything anew."""
        choices, first = self.choices(), self._first
        rows: list[Row] = []
        wide = max([len(name) for name, _ in choices], default=0) + 2
        room = max(self.size.width - wide - 2, 8)
        for index, (name, what) in enumerate(choices[first : first + self.most], first):
            sign, ink = ("▌", STRONG) if index == self.at else (" ", PLAIN)
            rows.append(
                ([(f"{sign}{name:<{wide}}", ink), (words.shortened(what, room), MUTED)], [])
            )
        place = f"{self.at + 1} of {len(choices)} ↑ ↓ " if choices else ""
        self.query_one("#heading", Lines).show(([(f" {self.heading}", STRONG)], [(place, MUTED)]))
        self.query_one("#choices", Lines).show(*(rows or [([(f" {self.empty()}", MUTED)], [])]))
        self.query_one("#text", Lines).show(*self.told())

    def action_move(self, by: int) -> None:
        """Choose the next; by more than one, scroll what is told."""
        if abs(by) > 1:
            self.scroll(by)
        elif 0 <= self.at + by < len(self.choices()):
            self.choose(self.at + by)
        else:
            self.say("nothing further down" if by > 0 else "nothing further up")

    def on_click(self, event: Click) -> None:
        """Choose the line that is clicked on."""
        at = self._first + event.y
        if event.widget is not None and event.widget.id == "choices" and at < len(self.choices()):
            self.choose(at)

    def action_edge(self, by: int) -> None:
        """Scroll what is told to its top or its end."""
        self.scroll(by * math.inf)

    def action_open(self) -> None:
        """Do what was chosen."""
        raise NotImplementedError

    @property
    def _first(self) -> int:
        """The place of the first choice that is seen."""
        return max(min(self.at - self.most // 2, len(self.choices()) - self.most), 0)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.action_open()

    @on(Input.Changed)
    def _changed(self) -> None:
        self.edited()
        self.redraw()
