"""What screens with panels share: one cursor in time, axes, and the order of quantities."""

from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on
from textual.message import Message

from grokscope.tui.acting import Acting
from grokscope.tui.session import View, version
from grokscope.tui.widgets.plots import Plots

if TYPE_CHECKING:
    from grokscope.store.listing.summary import RunSummary
    from grokscope.tui.panels import Shown


class Wanted(Message):
    """A screen shows a run of which newer curves than its own are stored."""

    def __init__(self, run: "RunSummary") -> None:
        super().__init__()
        self.run = run


class PlotPage(Acting):
    """A page with panels: a cursor in time, axes, and the order of quantities."""

    def shown(self) -> "list[Shown]":
        """Return the runs on the screen."""
        raise NotImplementedError

    def pointed(self) -> None:
        """Show what the cursor stands on."""

    @property
    def plots(self) -> Plots:
        """The panels."""
        return self.query_one(Plots)

    @property
    def cursor(self) -> float | None:
        """The time that the cursor stands at."""
        return self.session.view.cursor

    def as_shown(self, run: "RunSummary") -> "Shown":
        """Return a run with what is known of its curves."""
        from grokscope.tui.panels import Shown

        book = self.session.books.get(run.id)
        return Shown(run, book, self.session.hue(run.id), self.session.letter(run.id))

    def ask(self) -> None:
        """Ask for the curves of the shown runs where what is known of them is out of date."""
        for shown in self.shown():
            if shown.book is None or shown.book.version != version(shown.run):
                self.post_message(Wanted(shown.run))

    def keys(self) -> list[str]:
        """Return the quantities in the order they are shown."""
        from grokscope.tui import panels

        return panels.order([shown.book for shown in self.shown()], self.session.view)

    def look(self, view: View) -> None:
        """Change how curves are looked at."""
        self.session.view = view
        self.redraw()

    def point(self, time: float | None) -> None:
        """Move the cursor."""
        self.session.view = replace(self.session.view, cursor=time)
        self.plots.point(self.cursor)
        self.pointed()

    @on(Plots.Pointed)
    def _on_pointed(self, message: Plots.Pointed) -> None:
        from grokscope.tui import panels

        times = panels.samples(self.shown())
        if times.size:
            self.point(float(times[abs(times - message.time).argmin()]))

    @on(Plots.TitleClicked)
    def action_measure(self) -> None:
        """Show the next quantity below the accuracy."""
        rest = self.keys()[1:]
        if len(rest) < 2:
            self.say("no other measure is stored; `grokscope measures` lists what can be computed")
            return
        self.look(replace(self.session.view, first=rest[1]))

    def action_toggle_x(self) -> None:
        """Turn the time axis the other way."""
        self.look(replace(self.session.view, log_x=not self.session.view.log_x))

    def action_toggle_y(self) -> None:
        """Turn the value axis of the quantity below the accuracy the other way."""
        self.look(self.session.view.toggled(self.keys()[1]))

    def action_sample(self, by: int) -> None:
        """Move the cursor by evaluations."""
        from grokscope.tui import panels

        self._step(panels.samples(self.shown()).tolist(), by, "no evaluation")

    def action_event(self, by: int) -> None:
        """Move the cursor to the next event or the one before."""
        from grokscope.tui import panels

        self._step(panels.events(self.shown(), self.keys()), by, "no event")

    def action_column(self, by: int) -> None:
        """Move the cursor by a column, to the nearest evaluation that lies there or beyond."""
        from grokscope.tui import panels

        times = panels.samples(self.shown())
        start = self._start(times.tolist())
        target = None if start is None else self.plots.column_step(start, by)
        if start is None or target is None:
            self.say("no evaluation further on" if by > 0 else "no evaluation before")
            return
        beyond = times[times >= target] if by > 0 else times[times <= target]
        nearest = beyond.min() if by > 0 and beyond.size else beyond.max() if beyond.size else start
        self.point(float(nearest))

    def _start(self, times: list[float]) -> float | None:
        if self.cursor is not None:
            return self.cursor
        return times[-1] if times else None

    def _step(self, times: list[float], by: int, lacking: str) -> None:
        start = self._start(times)
        if start is None:
            self.say(lacking)
            return
        beyond = [t for t in times if (t > start if by > 0 else t < start)]
        if not beyond:
            self.say(f"{lacking} {'further on' if by > 0 else 'before'}")
            self.point(start)
            return
        self.point(min(beyond) if by > 0 else max(beyond))

    def action_mark(self) -> None:
        """Mark the selected run or take its mark away."""
        if self.session.run(self.session.selected) is None:
            self.say("no run to mark")
            return
        letter = self.session.mark(self.session.selected)
        self.say(f"marked {letter}" if letter else "mark taken away")
        self.redraw()

    def action_compare(self) -> None:
        """Set the marked runs side by side."""
        problem = self.session.pair()
        if problem:
            self.say(problem)
        else:
            self.visit("compare")

    def action_why(self) -> None:
        """Explain the regime."""
        self.visit("why")
