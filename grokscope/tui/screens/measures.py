"""The measures of the runs on the screen before: which are drawn, in which panels and order."""

from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.events import Click

from grokscope.tui import actions
from grokscope.tui.curves import picking
from grokscope.tui.pages.looking import Looking
from grokscope.tui.pages.page import Page
from grokscope.tui.plot.palette import MUTED, PLAIN, STRONG
from grokscope.tui.session import Session
from grokscope.tui.widgets.bars import KeyBar, Lines
from grokscope.tui.widgets.inks import Span

if TYPE_CHECKING:
    from grokscope.tui.curves.book import Book

REST, LEAST = 40, 30
"""Cells kept for what is said of a measure, and fewest of its title."""


class MeasuresScreen(Page):
    """One line a quantity."""

    kind = actions.MEASURES
    BINDINGS = actions.bindings(actions.MEASURES)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._at = 0
        self._keys: list[str] = []

    def compose(self) -> ComposeResult:
        """Lay out heading, lines and footer."""
        yield Lines(self.session.depth, id="heading")
        with VerticalScroll(can_focus=False):
            yield Lines(self.session.depth, id="text")
        yield KeyBar(self.kind)

    def on_screen_resume(self) -> None:
        """Begin with what is shown."""
        from grokscope.tui.curves import panels

        self._at = 0
        held = {key for book in self._books() if book is not None for key in book.quantities}
        offered = [key for key in panels.order(self._books(), self.session.view) if key in held]
        self._keys = picking.listed(self._groups(), offered)
        self.redraw()

    def redraw(self) -> None:
        """Show which quantities there are, and which panel each is in."""
        groups = self._groups()
        told = f"   {len(self._keys)} stored, {len(groups)} panels"
        self.query_one("#heading", Lines).show(([(" measures", STRONG), (told, MUTED)], []))
        lines: list[tuple[list[Span], list[Span]]] = [
            (self._line(index, key, groups), []) for index, key in enumerate(self._keys)
        ]
        self.query_one("#text", Lines).show(*lines)

    def action_move(self, by: int) -> None:
        """Go up or down."""
        new = min(max(self._at + by, 0), len(self._keys) - 1)
        if new == self._at:
            self.say("no measure further down" if by > 0 else "no measure further up")
            return
        self._at = new
        self.redraw()
        scroll = self.query_one(VerticalScroll)
        top = scroll.scroll_offset.y
        seen = min(max(top, new - scroll.size.height + 1), new)
        if seen != top:
            scroll.scroll_to(y=seen, animate=False, force=True)

    def action_edge(self, by: int) -> None:
        """Go to the first or the last."""
        self.action_move(by * len(self._keys))

    def action_mark(self) -> None:
        """Show the quantity under the cursor, last of all, or hide it."""
        if not self._keys:
            self.say("nothing is stored yet")
            return
        groups = picking.toggled(self._groups(), self._keys[self._at])
        if not groups:
            self.say("one measure at least is shown")
        else:
            self._take(groups)

    def action_overlay(self) -> None:
        """Draw the quantity in the panel before its own, or in one of its own again."""
        groups = picking.joined(self._groups(), self._keys[self._at]) if self._keys else None
        if groups is None:
            self.say("space shows a measure first; the first panel has none above it")
        else:
            self._take(groups)

    def action_unzoom(self) -> None:
        """Show all, one a panel."""
        self._take(())

    @on(Click, "#text")
    def _on_clicked(self, event: Click) -> None:
        if self._keys:
            self._at = min(event.y, len(self._keys) - 1)
            self.action_mark()

    def _take(self, groups: picking.Groups) -> None:
        self.session.view = replace(self.session.view, chosen=groups, first="", second=False)
        self.redraw()

    def _books(self) -> "list[Book | None]":
        below = next((one for one in self.app.screen_stack[::-1] if isinstance(one, Looking)), None)
        return [shown.book for shown in below.shown()] if below is not None else []

    def _groups(self) -> picking.Groups:
        from grokscope.tui.curves import panels

        apart = replace(self.session.view, second=False)
        held = {key for book in self._books() if book is not None for key in book.quantities}
        groups = panels.layout(self._books(), apart)
        shown = (tuple(key for key in keys if key in held) for keys in groups)
        return tuple(keys for keys in shown if keys)

    def _line(self, index: int, key: str, groups: picking.Groups) -> list[Span]:
        here = "▌" if index == self._at else " "
        panel = picking.number(groups, key)
        shown = [book.quantities.get(key) for book in self._books() if book is not None]
        title = next((quantity.title for quantity in shown if quantity is not None), key)
        held = sum(quantity is not None for quantity in shown)
        lacking = "" if held == len(shown) else f"   {held} of {len(shown)} runs hold it"
        wide = max(self.size.width - REST, LEAST)
        title = title if len(title) <= wide else title[: wide - 1] + "…"
        told = f"panel {panel}" if panel else ""
        return [
            (here, STRONG),
            (f"[{'x' if panel else ' '}] ", STRONG),
            (f"{title:<{wide}}", PLAIN),
            (f"  {told:<9}{lacking}", MUTED),
        ]
