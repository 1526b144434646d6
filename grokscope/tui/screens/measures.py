"""The measures of the runs on the screen before: which are drawn, in which panels and order."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from grokscope.tui import actions
from grokscope.tui.curves import picking
from grokscope.tui.pages.looking import Looking
from grokscope.tui.pages.picking import Picking
from grokscope.tui.session import Session

if TYPE_CHECKING:
    from grokscope.tui.curves.book import Book


class MeasuresScreen(Picking):
    """One line a quantity."""

    kind = actions.MEASURES
    BINDINGS = actions.bindings(actions.MEASURES)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._keys: list[str] = []

    def on_screen_resume(self) -> None:
        """Begin with what is shown."""
        self.at, self._keys = 0, []
        self.redraw()

    def redraw(self) -> None:
        """Show the quantities in the order that they had when the curves were read."""
        from grokscope.tui.curves import panels

        if not self._keys:
            held = {key for book in self._books() if book is not None for key in book.quantities}
            offered = [key for key in panels.order(self._books(), self.session.view) if key in held]
            self._keys = picking.listed(self._groups(), offered)
        super().redraw()

    def empty(self) -> str:
        """Return why there is nothing to pick from."""
        return "reading …" if None in self._books() else super().empty()

    def told(self) -> str:
        """Return how many quantities there are, and how many panels show them."""
        return f"{len(self._keys)} stored, {len(self._groups())} panels"

    def entries(self) -> Sequence[tuple[str, str, str]]:
        """Return panel, title, and how many runs hold it where not all do."""
        groups, books = self._groups(), [book for book in self._books() if book is not None]
        found = []
        for key in self._keys:
            holders = [book.quantities[key] for book in books if key in book.quantities]
            lacking = "" if len(holders) == len(books) else f"{len(holders)} of {len(books)} runs"
            title = holders[0].title if holders else key
            note = f"{lacking} hold it" if lacking else ""
            found.append((picking.number(groups, key), title, note))
        return found

    def action_mark(self) -> None:
        """Show the quantity under the cursor, last of all, or hide it."""
        if not self._keys:
            self.say("nothing is stored yet")
            return
        groups = picking.toggled(self._groups(), self._keys[self.at])
        if not groups:
            self.say("one measure at least is shown")
        else:
            self._take(groups)

    def action_overlay(self) -> None:
        """Draw the quantity in the panel before its own, or in one of its own again."""
        groups = picking.joined(self._groups(), self._keys[self.at]) if self._keys else None
        if groups is None:
            self.say("space shows a measure first; the first panel has none above it")
        else:
            self._take(groups)

    def action_unzoom(self) -> None:
        """Show all, one a panel."""
        self._take(())

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
