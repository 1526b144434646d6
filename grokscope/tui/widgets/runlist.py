"""The list of runs: drawn line by line, so that a hundred thousand cost no more than ten."""

from typing import ClassVar

from rich.style import Style
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from grokscope.tui.plot.palette import MUTED, STRONG
from grokscope.tui.runs import table
from grokscope.tui.runs.column import Column
from grokscope.tui.runs.folding import Row
from grokscope.tui.session import Session
from grokscope.tui.widgets.inks import Span, strip

HEADER = 2


class RunList(ScrollView):
    """Two header lines and one line a row; the screen owns keys, selection and marks."""

    can_focus = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"runlist--cursor"}
    DEFAULT_CSS = """
    RunList { scrollbar-size-vertical: 1; overflow-x: hidden; }
    RunList > .runlist--cursor { background: $surface-lighten-2; text-style: bold; }
    """

    class Clicked(Message):
        """A row was clicked."""

        def __init__(self, row: int) -> None:
            super().__init__()
            self.row = row

    class Headed(Message):
        """The heading of a column was clicked."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, session: Session, id: str | None = None) -> None:
        super().__init__(id=id)
        self.columns: list[Column] = []
        """Those that are shown, left to right."""
        self._session = session
        self._rows: list[Row] = []
        self._shape: list[tuple[str, str]] = []
        """Which row stands where."""
        self._fitted: tuple[object, ...] = ()
        """What the columns were chosen for."""
        self._told: dict[int, list[Span]] = {}
        """What rows tell, as long as rows and columns stay: some stand for thousands of runs."""
        self._look: object = None
        """What all rows hang on."""
        self._drawn = 0
        """The row that was last drawn as selected."""

    def show(self) -> None:
        """Take in the session's rows, draw what changed, and keep the selected one in view."""
        session, listing = self._session, self._session.listing
        listing.refresh(session)
        old, self._rows = self._rows, listing.rows
        if self._rows is not old:
            shape = [(row.id, row.branch) for row in self._rows]
            if shape != self._shape:
                self._shape, self._look = shape, None
                self.virtual_size = Size(self.size.width, len(shape) + HEADER)
        self._lay_out()
        heads = table.header(self.columns, listing.sort, listing.inverted)
        look = heads, dict(session.marks), session.labels
        if look != self._look:
            self._look = look
            self.refresh()
        for row in range(self.scroll_offset.y, min(self._last_row, len(old), len(self._rows))):
            if old[row] != self._rows[row]:
                self._draw_row(row)
        self.follow()

    def _lay_out(self) -> None:
        """Choose the columns anew where listing, choices or width changed; it looks at all runs."""
        listing, width = self._session.listing, self.size.width
        width -= len(self._rows) + HEADER > self.size.height
        choices = listing.chosen, dict(listing.widths), width
        if not self._fitted or self._fitted[0] is not self._rows or self._fitted[1] != choices:
            self._fitted = self._rows, choices
            self._told.clear()
            self.columns = table.laid_out(self._session, width)

    def follow(self) -> None:
        """Draw the selection where it is now; where it cannot be seen, scroll half a page.

        A page that scrolls is painted whole, so it had better not scroll at every key.
        """
        row = self._session.listing.index(self._session)
        room = max(self.size.height - HEADER, 1)
        top = self.scroll_offset.y
        if not top <= row < top + room:
            top = min(max(row - room // 2, 0), max(len(self._rows) - room, 0))
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, force=True)
            self.refresh()
        for changed in {row, self._drawn}:
            self._draw_row(changed)
        self._drawn = row

    def render_line(self, y: int) -> Strip:
        """Return a header line or a row's."""
        width, base, depth = self.size.width, self.rich_style, self._session.depth
        listing = self._session.listing
        if y < HEADER:
            text = table.header(self.columns, listing.sort, listing.inverted)[y]
            return strip([(text, STRONG if y == 0 else MUTED)], width, depth, base)
        index = y - HEADER + self.scroll_offset.y
        if index >= len(self._rows):
            return Strip.blank(width, base)
        chosen = index == listing.index(self._session)
        if chosen:
            base += self.get_component_rich_style("runlist--cursor")
        line = strip(self._spans(index, chosen), width, depth, base)
        return line.apply_style(Style(meta={"row": index}))

    def on_click(self, event: Click) -> None:
        """Tell the screen what was clicked."""
        row = event.y - HEADER + self.scroll_offset.y
        if event.y < HEADER:
            if key := table.at(self.columns, event.x):
                self.post_message(self.Headed(key))
        elif row < len(self._rows):
            self.post_message(self.Clicked(row))

    def on_resize(self) -> None:
        """Keep the selected row in view."""
        self.show()

    def _draw_row(self, row: int) -> None:
        self.refresh(Region(0, HEADER + row - self.scroll_offset.y, self.size.width, 1))

    @property
    def _last_row(self) -> int:
        return self.scroll_offset.y + self.size.height - HEADER

    def _spans(self, index: int, chosen: bool) -> list[Span]:
        marks, listing = self._session.marks, self._session.listing
        letters = (letter for letter, id in marks.items() if listing.place(id) == index)
        if index not in self._told:
            self._told[index] = self._cells(self._rows[index])
        return [(f"{'▌' if chosen else ' '}{next(letters, ' ')}", STRONG), *self._told[index]]

    def _cells(self, row: Row) -> list[Span]:
        star = "★" if any(run.annotations.starred for run in row.runs) else " "
        spans: list[Span] = [(star, STRONG)]
        if not row.runs:
            name = self.columns[0]
            return [
                *spans,
                (f"{name.fit(name.cell(row)[0])} ", MUTED),
                (f"✗ {_told(row)}", STRONG),
            ]
        for column in self.columns:
            text, ink = column.cell(row)
            spans.append((column.fit(text) + " ", ink))
        return spans


def _told(row: Row) -> str:
    """Return why a row has no run, without its name."""
    return row.problem.removeprefix(f"run '{row.id}'").lstrip(": ")
