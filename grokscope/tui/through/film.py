"""Through training time: the checkpoints there are, which one is looked at, and how it plays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from grokscope import wording
from grokscope.tui.plot.palette import MUTED, PLAIN, STRONG, Ink

if TYPE_CHECKING:
    from grokscope.store.listing.summary import RunSummary
    from grokscope.tui.curves.shown import Shown
    from grokscope.tui.headings import Line, Span

CURSOR = "▲"
BLANK = "\N{NO-BREAK SPACE}"
"""A blank that belongs to a name."""
HEIGHTS = "▁▂▃▄▅▆▇█"
LONGEST = 15.0
"""Seconds from the first checkpoint to the last."""
SLOWEST = 6.0
"""Checkpoints a second, where there are few."""


@dataclass(frozen=True)
class Timeline:
    """The times at which there is something to see, in the runs' unit."""

    stops: NDArray[np.float64]
    """Increasing; at least one."""

    def at(self, time: float | None) -> int:
        """Return the last stop at or before a time; the last of all for None."""
        if time is None:
            return self.stops.size - 1
        return max(int(np.searchsorted(self.stops, time, "right")) - 1, 0)

    def nearest(self, time: float) -> int:
        """Return the stop nearest to a time."""
        return int(abs(self.stops - time).argmin())

    def column(self, index: int, width: int) -> int:
        """Return the column of a stop; all are equally far apart."""
        return round(index * (width - 1) / max(self.stops.size - 1, 1))

    def stop(self, column: int, width: int) -> int:
        """Return the stop nearest to a column."""
        last = self.stops.size - 1
        return min(max(round(column * last / max(width - 1, 1)), 0), last)

    def further(self, index: int, by: int, width: int) -> int:
        """Return the stop a column further on, at least one stop away."""
        step = max(round((self.stops.size - 1) / max(width - 1, 1)), 1)
        return min(max(index + by * step, 0), self.stops.size - 1)

    @property
    def pace(self) -> float:
        """Stops a second at which it plays."""
        return max(self.stops.size / LONGEST, SLOWEST)


@dataclass(frozen=True)
class Playing:
    """A clock that tells where a playing timeline is; what comes too late is never shown."""

    began: float
    """Seconds."""
    start: int

    def index(self, now: float, timeline: Timeline) -> int:
        """Return the stop to be shown now."""
        past = int((now - self.began) * timeline.pace)
        return min(self.start + past, timeline.stops.size - 1)


def events(run: "RunSummary") -> list[tuple[float, str]]:
    """Return what happened in a run and when, in its unit, in order."""
    outcome = run.outcome
    names = ("t_train", "t_test", "t_lost")
    found = [(getattr(outcome, name, None), name) for name in names]
    found += [(moment.told_in(run.time_unit), name) for name, moment in run.moments.items()]
    return sorted((time, name) for time, name in found if time is not None)


def scrubber(
    timeline: Timeline, index: int, all_shown: "Sequence[Shown]", playing: bool, width: int
) -> "list[Line]":
    """Return a bar line of each run's test accuracy, and the cursor and events below them."""
    unit = all_shown[0].run.time_unit
    now, last = wording.moment(timeline.stops[index]), wording.moment(timeline.stops[-1])
    when = f" {'▶ ' if playing else ''}{unit} {now}/{last}"
    head = prefix(all_shown, timeline)
    # a window may be drawn narrower than anything fits in, on its way to another size
    room = max(width - head - 1, 1)
    lines: list[Line] = []
    for shown in all_shown:
        heights, value = accuracies(shown, timeline, index, room)
        text = f" {shown.letter} test {wording.accuracy(value)}".replace("  ", " ")
        lines.append(([(f"{text:{head}}", PLAIN), (heights, Ink(shown.hue))], []))
    told: list[Span] = [(f"{when:{head}}"[:head], STRONG)]
    return [*lines, (told + _marks(timeline, index, all_shown, room), [])]


def prefix(all_shown: "Sequence[Shown]", timeline: Timeline) -> int:
    """Return the cells left of the bar line."""
    unit, last = all_shown[0].run.time_unit, wording.moment(timeline.stops[-1])
    return max(len(f" ▶ {unit} {last}/{last}"), len(" A test 0.000")) + 2


def accuracies(shown: "Shown", timeline: Timeline, index: int, width: int) -> tuple[str, float]:
    """Return test accuracies along a timeline as a line of bars, and the one at a stop."""
    quantity = shown.book.quantities.get("accuracy") if shown.book is not None else None
    traces = quantity.traces if quantity is not None else ()
    trace = next((trace for trace in traces if trace.label == "test"), None)
    if trace is None:
        return "", float("nan")
    unit = shown.run.time_unit
    times = timeline.stops[[timeline.stop(column, width) for column in range(width)]]
    text = "".join(_height(trace.at(float(time), unit)) for time in times)
    return text, trace.at(float(timeline.stops[index]), unit)


def _height(share: float) -> str:
    if not np.isfinite(share):
        return " "
    return HEIGHTS[min(max(int(share * len(HEIGHTS)), 0), len(HEIGHTS) - 1)]


def _marks(
    timeline: Timeline, index: int, all_shown: "Sequence[Shown]", width: int
) -> "list[Span]":
    """Return the cursor, and the events with as many of their names as there is room for."""
    cells, at = [" "] * width, timeline.column(index, width)
    cells[at] = CURSOR
    found = [(name, time, shown.letter) for shown in all_shown for time, name in events(shown.run)]
    # learning times are named before turning points of measures
    for name, time, letter in sorted(found, key=lambda one: not one[0].startswith("t_")):
        column = timeline.column(timeline.nearest(time), width)
        # the times of learning are written as they are everywhere
        said = name if name.startswith("t_") else name.replace("_", " ")
        text = f"{letter} {said} {wording.moment(time, 5)}".strip()
        for start in (column + 1, column - len(text)):
            if _free(cells, start, column, len(text)):
                # no sign of another event stands in the blanks of a name
                cells[start : start + len(text)] = text.replace(" ", BLANK)
                break
        if cells[column] == " ":
            cells[column] = "┆"
    text = "".join(cells).replace(BLANK, " ")
    return [(text[:at], MUTED), (text[at], STRONG), (text[at + 1 :], MUTED)]


def _free(cells: Sequence[str], start: int, sign: int, length: int) -> bool:
    """Return whether a name fits from a cell on, with a blank to what is not its own sign."""
    around = cells[max(start - 1, 0) : start + length + 1]
    own = CURSOR if cells[sign] == CURSOR else " "
    inside = start >= 0 and start + length <= len(cells)
    return inside and "".join(around).replace(own, " ").isspace()
