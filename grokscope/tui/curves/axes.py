"""The horizontal axis: where an evaluation of a run lies on it, and which time lies at a place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from grokscope.tui.curves.view import EVENTS, KINDS, View

if TYPE_CHECKING:
    from grokscope.events import Moment
    from grokscope.tui.curves.book import Timeline, Trace
    from grokscope.tui.curves.shown import Shown

NORM = "weight_norm"
"""The quantity that the weight norm is read from."""
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Axis:
    """What curves are drawn over."""

    kind: str
    """One of `KINDS`."""
    origin: str = ""
    """The event from which time is counted."""
    log: bool = False

    @property
    def title(self) -> str:
        """What the axis is called, with its unit."""
        name = "wall time, s" if self.kind == "wall time" else self.kind
        return f"{name} since {self.origin}" if self.origin else name

    @property
    def ordered(self) -> bool:
        """Whether later evaluations lie further right."""
        return self.kind in ("epoch", "step")

    def along(self, shown: "Shown", step: NDArray[np.int64], epoch: Numbers) -> Numbers:
        """Return where evaluations lie; NaN where that is not known."""
        found = self._raw(shown, step, epoch)
        return found - self.start(shown) if self.origin else found

    def of(self, shown: "Shown", trace: "Trace") -> Numbers:
        """Return where the points of a curve lie."""
        return self.along(shown, trace.step, trace.epoch)

    def of_moment(self, shown: "Shown", moment: "Moment") -> float:
        """Return where something that happened lies."""
        return float(self.along(shown, np.array([moment.step]), np.array([moment.epoch]))[0])

    def place(self, shown: "Shown", time: float) -> float:
        """Return where a time in the run's own unit lies; NaN where that is not known."""
        if shown.book is None:
            return float("nan")
        if self.kind == shown.run.time_unit:
            return time - self.start(shown)
        line = shown.book.timeline
        own = line.told_in(shown.run.time_unit)
        if not own.size or not own[0] <= time <= own[-1]:
            return float("nan")
        return float(np.interp(time, own, self.along(shown, line.step, line.epoch)))

    def time(self, shown: "Shown", place: float, near: float | None = None) -> float:
        """Return the time in the run's own unit that lies at a place; NaN where none does.

        Parameters
        ----------
        near : float, optional
            Of times that lie at the same place, the one nearest to this is meant.
        """
        if shown.book is None:
            return float("nan")
        if self.kind == shown.run.time_unit:
            return place + self.start(shown)
        line = shown.book.timeline
        own, places = line.told_in(shown.run.time_unit), self.along(shown, line.step, line.epoch)
        if self.ordered:
            known = np.isfinite(places)
            if not known.any():
                return float("nan")
            return float(np.interp(place, places[known], own[known], np.nan, np.nan))
        far = abs(places - place)
        if not np.isfinite(far).any():
            return float("nan")
        if near is None:
            return float(own[int(np.nanargmin(far))])
        # a place that is passed several times: the nearest in time of about the nearest in place
        close = np.flatnonzero(far <= np.nanmin(far) + 0.01 * np.ptp(places[np.isfinite(places)]))
        return float(own[close[int(abs(own[close] - near).argmin())]])

    def _raw(self, shown: "Shown", step: NDArray[np.int64], epoch: Numbers) -> Numbers:
        if self.kind == "epoch":
            return epoch
        if self.kind == "step":
            return step.astype(np.float64)
        source = _over_steps(shown, self.kind)
        if source is None:
            return np.full(step.size, np.nan)
        known, values = source
        if known is step:
            return values
        return np.interp(step, known, values, np.nan, np.nan)

    def start(self, shown: "Shown") -> float:
        """Return where the event lies from which time is counted; NaN where it was not."""
        if not self.origin:
            return 0.0
        moment = event(shown, self.origin)
        if moment is None:
            return float("nan")
        return float(self._raw(shown, np.array([moment.step]), np.array([moment.epoch]))[0])


def axis(view: View, all_shown: "Sequence[Shown]") -> Axis:
    """Return the horizontal axis of a screen; the unit of its first run unless one is chosen."""
    own = all_shown[0].run.time_unit if all_shown else KINDS[0]
    return Axis(view.x or own, view.origin, view.log)


def kinds(all_shown: "Sequence[Shown]") -> list[str]:
    """Return what curves can be drawn over, the first run's own unit first."""
    own = all_shown[0].run.time_unit if all_shown else KINDS[0]
    return sorted(KINDS, key=lambda kind: kind != own)


def lacking(all_shown: "Sequence[Shown]", kind: str) -> bool:
    """Return whether no run on the screen knows where it is on such an axis."""
    return kind not in ("epoch", "step") and all(
        _over_steps(shown, kind) is None for shown in all_shown
    )


def happened(all_shown: "Sequence[Shown]") -> list[str]:
    """Return the events that some run on the screen can be aligned on."""
    return [name for name in EVENTS if any(event(shown, name) for shown in all_shown)]


def event(shown: "Shown", name: str) -> "Moment | None":
    """Return when a run's event was, None where it was not."""
    outcome = shown.run.outcome
    return getattr(outcome, name.removeprefix("t_"), None) if outcome is not None else None


def _over_steps(shown: "Shown", kind: str) -> tuple[NDArray[np.int64], Numbers] | None:
    """Return what an axis shows, over the steps at which it was recorded; None where it was not."""
    if shown.book is None:
        return None
    if kind == "wall time":
        line: Timeline = shown.book.timeline
        known, values = line.step, line.wall
    else:
        quantity = shown.book.quantities.get(NORM)
        if quantity is None or not quantity.traces:
            return None
        known, values = quantity.traces[0].step, quantity.traces[0].values
    finite = np.isfinite(values)
    if not finite.any():
        return None
    return (known, values) if finite.all() else (known[finite], values[finite])
