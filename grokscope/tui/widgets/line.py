"""A line to type into: it offers what could follow, and marks what is wrong."""

from collections.abc import Callable
from typing import ClassVar

from rich.highlighter import Highlighter
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.events import Key
from textual.suggester import Suggester
from textual.widgets import Input

WRONG = "reverse"
"""How the place of a mistake is shown; no colour, so that it shows everywhere."""
Offer = Callable[[str], str | None]
"""From what was typed to the whole line as it could go on."""


class Line(Input):
    """One line; tab or the right arrow takes what is offered."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "cursor_right", "complete", show=False, priority=True)
    ]

    def __init__(self, placeholder: str, offer: Offer) -> None:
        self._mark = _Mark()
        super().__init__(
            placeholder=placeholder,
            compact=True,
            highlighter=self._mark,
            suggester=_Offered(offer),
        )

    async def on_key(self, event: Key) -> None:
        """Take enter at once: as a binding it comes after letters that were typed behind it."""
        if event.key == "enter":
            event.stop().prevent_default()
            await self.action_submit()

    def mark(self, span: tuple[int, int]) -> None:
        """Mark the place of a mistake; an empty one is none."""
        self._mark.span = span
        self.refresh()


class _Mark(Highlighter):
    def __init__(self) -> None:
        self.span = (0, 0)

    def highlight(self, text: Text) -> None:
        """Show the marked place reversed."""
        text.stylize(WRONG, *self.span)


class _Offered(Suggester):
    def __init__(self, offer: Offer) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._offer = offer

    async def get_suggestion(self, value: str) -> str | None:
        """Return how what was typed could go on, None where nothing is offered."""
        return self._offer(value)
