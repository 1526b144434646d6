"""The list of runs: drawn line by line, so that a hundred thousand cost no more than ten."""

from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from grokscope.tui import table
from grokscope.tui.plot.palette import MUTED, STRONG
from grokscope.tui.session import Session
from grokscope.tui.widgets.inks import Span, strip

if TYPE_CHECKING:
    from grokscope.store.listing.summary import RunSummary

HEADER = 2


class RunList(ScrollView):
    """Two header lines and one line a run; the screen owns keys, selection and marks."""

    can_focus = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"runlist--cursor"}
    DEFAULT_CSS = """
    RunList { scrollbar-size-vertical: 1; overflow-x: hidden; }
    RunList > .runlist--cursor { background: $surface-lighten-2; text-style: bold; }
    """

    class Clicked(Message):
        """A row was clicked."""

        def __init__(self, run_id: str) -> None:
            super().__init__()
            self.run_id = run_id

    def __init__(self, session: Session, id: str | None = None) -> None:
        super().__init__(id=id)
        self._session = session
        self._rows: list[RunSummary] = []
        self._columns: list[table.Column] = []
        self._fitted: tuple[object, int] = (None, 0)
        """The listing and the width that the columns were chosen for."""
        self._look: object = None
        """What all rows hang on."""
        self._drawn = 0
        """The row that was last drawn as selected."""

    def show(self) -> None:
        """Take in the session's runs, draw what changed, and keep the selected one in view."""
        old, self._rows = self._rows, self._session.shown
        self._lay_out()
        look = (
            [(column.head, column.width) for column in self._columns],
            [run.id for run in self._rows],
            dict(self._session.marks),
        )
        if look != self._look:
            self._look = look
            self.virtual_size = Size(self.size.width, len(self._rows) + HEADER)
            self.refresh()
        for row in range(self.scroll_offset.y, min(self._last_row, len(old), len(self._rows))):
            if old[row] != self._rows[row]:
                self._draw_row(row)
        self.follow()

    def _lay_out(self) -> None:
        """Choose the columns anew where the listing or the width changed; it looks at all runs."""
        fitted = self._session.runs, self.size.width
        if fitted[0] is not self._fitted[0] or fitted[1] != self._fitted[1]:
            self._fitted = fitted
            self._columns = table.columns(self._session, self.size.width)

    def follow(self) -> None:
        """Draw the selection where it is now, scrolled to where it can be seen."""
        row = self._selected()
        room = max(self.size.height - HEADER, 1)
        top = min(max(self.scroll_offset.y, row - room + 1), row)
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, force=True)
            self.refresh()
        for changed in {row, self._drawn}:
            self._draw_row(changed)
        self._drawn = row

    def render_line(self, y: int) -> Strip:
        """Return a header line or a run's."""
        width, base, depth = self.size.width, self.rich_style, self._session.depth
        if y < HEADER:
            text = table.header(self._columns)[y]
            return strip([(text, STRONG if y == 0 else MUTED)], width, depth, base)
        row = y - HEADER + self.scroll_offset.y
        if row >= len(self._rows):
            return Strip.blank(width, base)
        run = self._rows[row]
        chosen = run.id == self._session.selected
        if chosen:
            base += self.get_component_rich_style("runlist--cursor")
        line = strip(self._spans(run, chosen), width, depth, base)
        return line.apply_style(Style(meta={"row": row}))

    def on_click(self, event: Click) -> None:
        """Tell the screen which run was clicked."""
        row = event.y - HEADER + self.scroll_offset.y
        if event.y >= HEADER and row < len(self._rows):
            self.post_message(self.Clicked(self._rows[row].id))

    def on_resize(self) -> None:
        """Keep the selected run in view."""
        self.show()

    def _draw_row(self, row: int) -> None:
        self.refresh(Region(0, HEADER + row - self.scroll_offset.y, self.size.width, 1))

    @property
    def _last_row(self) -> int:
        return self.scroll_offset.y + self.size.height - HEADER

    def _spans(self, run: "RunSummary", chosen: bool) -> list[Span]:
        spans: list[Span] = [("▌" if chosen else " ", STRONG)]
        spans.append((f"{self._session.letter(run.id) or ' '} ", STRONG))
        for column in self._columns:
            text, ink = column.cell(run)
            spans.append((column.fit(text) + " ", ink))
        return spans

    def _selected(self) -> int:
        ids = [run.id for run in self._rows]
        return ids.index(self._session.selected) if self._session.selected in ids else 0
