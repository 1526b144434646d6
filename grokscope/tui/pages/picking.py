"""A page of measures to pick from, one a line, for the screen before it."""

from collections.abc import Sequence

from textual import on
from textual.events import Click

from grokscope.tui.pages.lined import Lined
from grokscope.tui.plot.palette import MUTED, PLAIN, STRONG
from grokscope.tui.widgets.bars import Lines
from grokscope.tui.widgets.inks import Span

REST, SHORT, LEAST = 40, 18, 30
"""Cells kept for what is said of a measure, where there is no note, and fewest of its title."""


class Picking(Lined):
    """One measure a line, which is shown or not."""

    noun = "measure"

    def told(self) -> str:
        """Return how many measures there are, and how many panels show them."""
        raise NotImplementedError

    def count(self) -> int:
        """Return how many measures there are."""
        return len(self.entries())

    def entries(self) -> Sequence[tuple[str, str, str]]:
        """Return of each measure the number of its panel, empty for none; title; what to know."""
        raise NotImplementedError

    def empty(self) -> str:
        """Return why there is nothing to pick from."""
        return "nothing is stored yet"

    def action_mark(self) -> None:
        """Show the measure under the cursor, last of all, or hide it."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Show which measures there are, and which panel each is in."""
        told = f"   {self.told()}"
        self.query_one("#heading", Lines).show(([(" measures", STRONG), (told, MUTED)], []))
        lines: list[tuple[list[Span], list[Span]]] = [
            (self._line(index, *entry), []) for index, entry in enumerate(self.entries())
        ]
        self.query_one("#text", Lines).show(*(lines or [([(f" {self.empty()}", MUTED)], [])]))

    @on(Click, "#text")
    def _on_clicked(self, event: Click) -> None:
        if count := self.count():
            self.at = min(event.y, count - 1)
            self.action_mark()

    def _line(self, index: int, panel: str, title: str, note: str) -> list[Span]:
        here = "▌" if index == self.at else " "
        wide = max(self.size.width - (REST if note else SHORT), LEAST)
        title = title if len(title) <= wide else title[: wide - 1] + "…"
        told = f"panel {panel}" if panel else ""
        return [
            (here, STRONG),
            (f"[{'x' if panel else ' '}] ", STRONG),
            (f"{title:<{wide}}", PLAIN),
            (f"  {told:<9}{f'   {note}' if note else ''}", MUTED),
        ]
