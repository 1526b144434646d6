"""What screens with panels share: the runs on them, and one cursor in time through all panels."""

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from textual import on
from textual.message import Message

from grokscope import wording
from grokscope.tui.headings import Line
from grokscope.tui.pages.acting import Acting
from grokscope.tui.pages.taking import Taking
from grokscope.tui.plot.palette import MUTED, PLAIN, STRONG, Ink
from grokscope.tui.session import version
from grokscope.tui.widgets.plots import Plots

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from grokscope.store.listing.summary import RunSummary
    from grokscope.tui.curves.axes import Axis
    from grokscope.tui.curves.panels import Shown

MOST_READ = 4
"""Runs of an overlay whose values are read off at once."""
SEEN = 0.5 + 1e-6
"""How far from the middle of what is seen the cursor may stand, as a share of it."""
PATH_SHARE = 100
"""Part of a run's evaluations that a column is where the axis runs to and fro."""


class Wanted(Message):
    """A screen shows a run of which newer curves than its own are stored."""

    def __init__(self, run: "RunSummary") -> None:
        super().__init__()
        self.run = run


class PlotPage(Taking, Acting):
    """A page with panels and a cursor in time."""

    @property
    def axis(self) -> "Axis":
        """The horizontal axis of all panels."""
        from grokscope.tui.curves.axes import axis

        return axis(self.session.view, self.shown())

    def as_shown(self, run: "RunSummary") -> "Shown":
        """Return a run with what is known of its curves, and its seeds where they are wanted."""
        one = self._alone(run)
        if not self.session.view.band:
            return one
        kin = [other for other in self.session.runs if other.glance.kin == run.glance.kin]
        if len(kin) < 2:
            return one
        return replace(one, group=tuple(self._alone(other) for other in kin))

    def _alone(self, run: "RunSummary") -> "Shown":
        from grokscope.tui.curves.shown import Shown

        book = self.session.books.get(run.id)
        return Shown(run, book, self.session.hue(run.id), self.session.letter(run.id))

    def ask(self) -> None:
        """Ask for the curves of the shown runs where what is known of them is out of date."""
        members = [one for shown in self.shown() for one in shown.members]
        self.session.wanted = frozenset(one.run.id for one in members)
        for one in members:
            if one.book is None or one.book.version != version(one.run):
                self.post_message(Wanted(one.run))

    def point(self, time: float | None) -> None:
        """Move the cursor, and what is seen of the axis where the cursor would leave it."""
        self.session.view = replace(self.session.view, cursor=time)
        at, scales = self.places().get(""), self.plots.scales()
        beyond = 0.0
        if at is not None and scales is not None and self.session.view.window is not None:
            beyond = float(scales[0].place([at])[0]) - 0.5
        if abs(beyond) > SEEN:
            self._pan(beyond)
        self.plots.point(self.places())
        self.pointed()

    def places(self) -> dict[str, float]:
        """Return where the cursor stands on the horizontal axis, by run; '' is all others."""
        from grokscope.tui.curves.reading import own_time

        shown, over, time = self.shown(), self.axis, self.cursor
        if time is None or not shown:
            return {}
        found = {"": over.place(shown[0], time)}
        if over.kind == "weight norm":
            found |= {
                one.run.id: over.place(one, own_time(shown, one, over, time)) for one in shown
            }
        return {id: place for id, place in found.items() if place == place}

    def readouts(self) -> "list[Line]":
        """Return the values of every run on the screen under the cursor, a line each."""
        from grokscope.tui.curves.reading import fitted, own_time

        time, shown, over = self.cursor, self.shown(), self.axis
        if time is None or not shown:
            return [([(" no evaluations yet" if shown else "", MUTED)], [])]
        several, seen = len(shown) > 1, shown[:MOST_READ]
        times = [own_time(shown, one, over, time) for one in seen]
        whens = [
            f" {one.run.time_unit} {wording.moment(own)}"
            for one, own in zip(seen, times, strict=True)
        ]
        wide, gap = max(map(len, whens)), 2 if several else 3
        lines: list[Line] = []
        for one, own, when in zip(seen, times, whens, strict=True):
            # where all are at one time, it is told once
            told = when if not lines or when != whens[0] else ""
            spans = [(f"{told:<{wide}}", STRONG)]
            if several:
                spans.append((f"  {one.letter}", Ink(one.hue, bold=True)))
            room = self.size.width - sum(len(text) for text, _ in spans)
            values = fitted(one, self.keys(), own, room, gap)
            lines.append(([*spans, *((" " * gap + value, PLAIN) for value in values)], []))
        return lines

    @on(Plots.Pointed)
    def _on_pointed(self, message: Plots.Pointed) -> None:
        from grokscope.tui.curves.reading import samples

        shown = self.shown()
        times = samples(shown, self.axis)
        if times.size:
            time = self.axis.time(shown[0], message.place, self.cursor)
            if time == time:
                self.point(float(times[abs(times - time).argmin()]))

    def action_sample(self, by: int) -> None:
        """Move the cursor by evaluations."""
        from grokscope.tui.curves.reading import samples

        self._step(samples(self.shown(), self.axis), by, "no evaluation")

    def action_event(self, by: int) -> None:
        """Move the cursor to the next event or the one before."""
        from grokscope.tui.curves.marking import stops

        self._step(stops(self.shown(), self.keys(), self.axis), by, "no event")

    def action_column(self, by: int) -> None:
        """Move the cursor by a column, to the nearest evaluation that lies there or beyond."""
        from grokscope.tui.curves.reading import samples

        shown, over = self.shown(), self.axis
        times = samples(shown, over)
        start = self._start(times)
        if start is None or not times.size:
            self.say("no evaluation")
            return
        if over.ordered:
            place = self.plots.column_step(over.place(shown[0], start), by)
            target = None if place is None else over.time(shown[0], place)
        else:
            target = start + by * float(times[-1] - times[0]) / PATH_SHARE
        if target is None or target != target:
            self.say("no evaluation further on" if by > 0 else "no evaluation before")
            return
        beyond = times[times >= target] if by > 0 else times[times <= target]
        nearest = beyond.min() if by > 0 and beyond.size else beyond.max() if beyond.size else start
        self.point(float(nearest))

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

    def _start(self, times: "NDArray[np.float64]") -> float | None:
        if self.cursor is not None:
            return self.cursor
        return float(times[-1]) if times.size else None

    def _step(self, times: "NDArray[np.float64]", by: int, lacking: str) -> None:
        start = self._start(times)
        if start is None:
            self.say(lacking)
            return
        side: Literal["left", "right"] = "right" if by > 0 else "left"
        at = int(times.searchsorted(start, side)) - (by < 0)
        if not 0 <= at < times.size:
            self.say(f"{lacking} {'further on' if by > 0 else 'before'}")
            self.point(start)
            return
        self.point(float(times[at]))
