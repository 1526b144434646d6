"""The line that a filter is typed into."""

from grokscope.tui.session import Session
from grokscope.tui.widgets.line import Line

LOOKED_AT = 500
"""Newest runs whose values are offered."""
OFFERED = 4
"""Most completions that the footer tells."""


class FilterLine(Line):
    """One line for a query; it offers fields and the values that runs have."""

    def __init__(self, session: Session) -> None:
        self._session = session
        super().__init__(
            "filter: grokking, status:running, init_scale>=3 and t_test-t_train>20", self._offer
        )

    def offers(self, typed: str) -> str:
        """Return in one line how the last word could go on; empty where nothing is offered."""
        whole = self._completed(typed)
        start = typed.rfind(" ") + 1
        shown = [text[start:] for text in whole[:OFFERED]]
        more = f"  and {len(whole) - OFFERED} more" if len(whole) > OFFERED else ""
        return f"tab  {'  '.join(shown)}{more}" if shown else ""

    def _offer(self, typed: str) -> str | None:
        return next(iter(self._completed(typed)), None)

    def _completed(self, typed: str) -> list[str]:
        from grokscope.store.query import complete

        if not typed or typed[-1].isspace():
            return []
        offered = complete(typed, len(typed), self._session.runs[:LOOKED_AT])
        return [text for text in offered if text != typed]
