"""Studies: the claims of papers as they were held against runs, newest table first."""

import textwrap
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from textual import work

from grokscope.tui import actions
from grokscope.tui.page import TextPage
from grokscope.tui.session import Session

WIDTH = 76
"""Cells of a line, so that all fits in 80."""
NONE = "no study in this store; `grokscope reproduce --list` tells what there is"
COLUMNS = (("verdict", 21), ("name", 22), ("paper", 19), ("ours", 14))
"""Of the overview, with their widths."""


class StudiesScreen(TextPage):
    """Every stored table: an overview, then what stands behind each verdict."""

    kind = actions.TEXT
    BINDINGS = actions.bindings(actions.TEXT)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._lines: list[tuple[str, bool]] = []

    def on_screen_resume(self) -> None:
        """Read the tables anew."""
        super().on_screen_resume()
        self._read()

    def lines(self) -> list[tuple[str, bool]]:
        """Return what was read last."""
        return self._lines

    @work(thread=True, group="studies", exit_on_error=False)
    def _read(self) -> None:
        from grokscope.store.studies import read_tables

        tables = read_tables(self.session.store).values()
        newest = sorted(tables, key=lambda told: -_number(told.get("made")))
        self._lines = [line for told in newest for line in described(told)] or [(NONE, False)]
        self.app.call_from_thread(self.redraw)


def described(told: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """Yield the lines of a table; True marks headings. What it lacks is left empty."""
    made = datetime.fromtimestamp(_number(told.get("made"))).strftime("%Y-%m-%d %H:%M")
    yield f"{_text(told, 'study')}, {_text(told, 'scale')}, {made}"[:WIDTH], True
    claims = [one for one in told["claims"] if isinstance(one, dict)]
    for one in claims:
        yield "".join(f"{_text(one, key)[: width - 1]:<{width}}" for key, width in COLUMNS), False
    for one in claims:
        yield "", False
        yield f"{_text(one, 'name')}: {_text(one, 'verdict')}", True
        expected = f"{_text(one, 'quantity')}: expected {_text(one, 'expected')}"
        for text in (f"{_text(one, 'statement')} ({_text(one, 'where')})", expected,
                     _text(one, "why"), _text(one, "note")):  # fmt: skip
            for line in textwrap.wrap(text, WIDTH - 2):
                yield f"  {line}", False
    yield "", False


def _text(told: Mapping[str, Any], key: str) -> str:
    """Return a text of a file that may be a stranger's, in printable characters."""
    return "".join(c if c.isprintable() else " " for c in str(told.get(key, ""))[:2000])


def _number(value: Any) -> float:
    usable = isinstance(value, int | float) and 0 <= value < 1e11
    return float(value) if usable else 0.0
