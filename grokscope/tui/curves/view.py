"""How curves are looked at: on which axes, which part of them, how joined; the same on screens."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

Window = tuple[float, float]
"""Least and greatest place that are seen."""
OWN = ""
"""Time as the run tells it."""
KINDS = ("epoch", "step", "wall time", "weight norm")
"""What curves can be drawn over."""
EVENTS = ("t_train", "t_test")
"""Events that curves can be aligned on."""
WIDTHS = (0, 5, 15, 51)
"""Evaluations that a curve is smoothed over, 0 for none."""
BANDS = ("", "range", "quartiles")
"""How runs that differ in seeds alone are drawn: one alone, or all in a band."""
RELATIONS = ("", "difference", "ratio")
"""How two runs are set against each other: both curves, or one that relates them."""


@dataclass(frozen=True)
class View:
    """How curves are looked at."""

    log_x: bool = True
    log_other: bool = False
    """Whether axes that are usually linear are logarithmic: norms, and times since an event."""
    flipped: frozenset[str] = frozenset()
    """Quantities whose value axis is not as usual."""
    first: str = ""
    """The quantity shown below the accuracy; empty for the first there is."""
    chosen: tuple[tuple[str, ...], ...] = ()
    """The quantities of each panel, in order; empty for all, one a panel."""
    second: bool = False
    """Whether the second panel is drawn against a right axis of the first."""
    cursor: float | None = None
    """A time, in the unit of the first run on the screen."""
    overlay: bool = False
    x: str = OWN
    """One of `KINDS`, or the run's own unit of time."""
    origin: str = ""
    """The event from which time is counted; empty for the start of the run."""
    window: Window | None = None
    """The part of the axis that is seen, None for all."""
    smoothing: int = 0
    """Evaluations that curves are smoothed over; events and readouts never are."""
    band: str = ""
    """One of `BANDS`."""
    relation: str = ""
    """One of `RELATIONS`."""

    @property
    def usual_log(self) -> bool:
        """Whether the axis is one that is logarithmic by default."""
        return not self.origin and self.x != "weight norm"

    @property
    def log(self) -> bool:
        """Whether the horizontal axis is logarithmic."""
        return self.log_x if self.usual_log else self.log_other

    def toggled(self, quantity: str) -> "View":
        """Return the view with the value axis of a quantity the other way."""
        return replace(self, flipped=self.flipped ^ {quantity})

    def turned(self) -> "View":
        """Return the view with its horizontal axis logarithmic instead of linear, or back."""
        if self.usual_log:
            return replace(self, log_x=not self.log_x, window=None)
        return replace(self, log_other=not self.log_other, window=None)

    def over(self, x: str, origin: str = "") -> "View":
        """Return the view over another horizontal axis, all of it."""
        return replace(self, x=x, origin=origin, window=None)


def after(value: str | int, among: Sequence[str | int]) -> str | int:
    """Return what comes after a value in a cycle, its first where it is not among them."""
    following = dict(pairwise([*among, among[0]]))
    return following.get(value, among[0])
