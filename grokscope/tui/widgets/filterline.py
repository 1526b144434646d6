"""The line that a filter is typed into: it offers what could follow, and marks what is wrong."""

from typing import ClassVar

from rich.highlighter import Highlighter
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.suggester import Suggester
from textual.widgets import Input

from grokscope.tui.session import Session

LOOKED_AT = 500
"""Newest runs whose values are offered."""
WRONG = "reverse"
"""How the place of a mistake is shown; no colour, so that it shows everywhere."""


class FilterLine(Input):
    """One line for a query."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "cursor_right", "complete", show=False, priority=True)
    ]

    def __init__(self, session: Session) -> None:
        self._mark = _Mark()
        super().__init__(
            placeholder="filter: grokking, status:running, init_scale>=3 and t_test-t_train>20",
            compact=True,
            highlighter=self._mark,
            suggester=_Completion(session),
        )

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


class _Completion(Suggester):
    def __init__(self, session: Session) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._session = session

    async def get_suggestion(self, value: str) -> str | None:
        """Return the first completion of what was typed, None where there is none."""
        from grokscope.store.query import complete

        if not value or value[-1].isspace():
            return None
        offered = complete(value, len(value), self._session.runs[:LOOKED_AT])
        return next((text for text in offered if text != value), None)
