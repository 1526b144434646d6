"""Logs: what the selected run recorded, and what was started from here, as it is written."""

import math
import time
from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.timer import Timer

from grokscope.tui import actions, words
from grokscope.tui.headings import Line
from grokscope.tui.pages.page import Page
from grokscope.tui.plot.palette import MUTED, PLAIN, STRONG
from grokscope.tui.runs.missing import missing
from grokscope.tui.session import Session
from grokscope.tui.widgets.bars import KeyBar, Lines

if TYPE_CHECKING:
    from grokscope.tui.acts.logs import Seen
    from grokscope.tui.acts.processes import Started

INTERVAL = 0.5
"""Seconds from one look at the logs to the next."""
MOST_ROWS = 7
NONE = " nothing was started from here"


class LogScreen(Page):
    """The selected run and the started processes, over the end of what the chosen one wrote."""

    kind = actions.LOG
    BINDINGS = actions.bindings(actions.LOG)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._seen: list[Seen] = []
        self._lines: list[str] = []
        self._shown: tuple[object, ...] = ()
        self._timer: Timer | None = None
        self._of_run: bool | None = None
        """Whether the run's own record is shown; None until that is decided."""

    def compose(self) -> ComposeResult:
        """Lay out list, log and footer."""
        yield Lines(self.session.depth, id="heading")
        with VerticalScroll(can_focus=False):
            yield Lines(self.session.depth, id="text")
        yield KeyBar(self.kind)

    def on_mount(self) -> None:
        """Look again and again while the page is shown."""
        self._timer = self.set_interval(INTERVAL, self._look)

    def on_screen_suspend(self) -> None:
        """Look no longer."""
        if self._timer is not None:
            self._timer.pause()

    def on_screen_resume(self) -> None:
        """Look at once, and from now on."""
        super().on_screen_resume()
        self._shown, self._of_run = (), None if self.session.watched is None else False
        self._look()
        if self._timer is not None:
            self._timer.resume()

    def on_resize(self) -> None:
        """Cut the lines anew."""
        self.redraw()

    def redraw(self) -> None:
        """Show the list, and the log of the chosen process."""
        from grokscope.tui.acts.logs import row, wrapped

        now, width = time.time(), self.size.width
        at = self._place()
        first = max(min(at - MOST_ROWS // 2, len(self._seen) - MOST_ROWS), 0)
        sign = ("▌", STRONG) if at < 0 else (" ", PLAIN)
        name = self.session.labels.get(self.session.selected, self.session.selected)
        # in line with when and how others went, where there are any
        own = f"{'':>8}{'recorded':<12} " if self._seen else "recorded  "
        own += words.shortened(name, max(width - len(own) - 1, 8))
        rows: list[Line] = [([sign, (own, STRONG if at < 0 else PLAIN)], [])]
        rows += [
            ([row(seen, now, width, index == at)], [])
            for index, seen in enumerate(self._seen[first : first + MOST_ROWS], first)
        ]
        count = f" {len(self._seen)} started here" if self._seen else NONE
        head = self.query_one("#heading", Lines)
        head.show(([(count, STRONG)], [("newest first ", MUTED)]), *rows)
        lines = wrapped(self._lines, width - 3)
        scroll = self.query_one(VerticalScroll)
        follows = scroll.scroll_offset.y >= scroll.max_scroll_y
        self.query_one("#text", Lines).show(*(([(f" {line}", PLAIN)], []) for line in lines))
        if follows:
            self.call_after_refresh(scroll.scroll_end, animate=False)

    def action_move(self, by: int) -> None:
        """Choose the process below or above in the list; by more than one, scroll the log."""
        if abs(by) > 1:
            self.scroll(by)
            return
        at = self._place() + by
        if not -1 <= at < len(self._seen):
            self.say("nothing further down" if by > 0 else "nothing further up")
            return
        self._choose(self._seen[at].started if at >= 0 else None)

    def action_edge(self, by: int) -> None:
        """Scroll to the top of the log, or to its end, and follow it."""
        self.scroll(by * math.inf)

    def _choose(self, one: "Started | None") -> None:
        self.session.watched, self._shown, self._of_run = one, (), one is None
        self._lines = []
        self.redraw()
        self._look()

    def _place(self) -> int:
        chosen = [seen.started for seen in self._seen]
        watched = self.session.watched
        return chosen.index(watched) if watched in chosen else -1

    @work(thread=True, exclusive=True, group="log", exit_on_error=False)
    def _look(self) -> None:
        from grokscope.tui.acts.logs import look, tail
        from grokscope.tui.acts.processes import started

        all_started = started(self.session.store)
        if self._of_run is None:
            self._decide(all_started)
        seen = [look(one) for one in all_started]
        chosen = next((one for one in seen if one.started == self.session.watched), None)
        # a running process shows for how long
        shown = (
            seen,
            int(time.time()) if any(one.ending is None for one in seen) else 0,
            self.session.run(self.session.selected) if chosen is None else None,
        )
        if shown != self._shown:
            lines = self._record() if chosen is None else tail(chosen.started.log)
            self.app.call_from_thread(self._take, shown, lines)

    def _decide(self, all_started: "list[Started]") -> None:
        """Choose what tells most of the selected run: a log that names it, else its own record."""
        from grokscope.tui.acts.logs import about

        run = self.session.run(self.session.selected)
        found = about(self.session.selected, all_started)
        if found is None and all_started and (run is None or run.status == "finished"):
            found = all_started[0]
        self.session.watched, self._of_run = found, found is None

    def _record(self) -> list[str]:
        id, width = self.session.selected, self.size.width - 3
        run = self.session.run(id)
        if run is None:
            return missing(id, self.session.broken.get(id), width)
        from grokscope.tui.runs.recorded import recorded

        return recorded(run, width)

    def _take(self, shown: "tuple[list[Seen], int, object]", lines: list[str]) -> None:
        self._shown, self._seen, self._lines = shown, shown[0], lines
        self.redraw()
