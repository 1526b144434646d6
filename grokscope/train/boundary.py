"""Boundary: where along a key runs begin to turn out otherwise, found by bisection.

What a run turns out as is a word, such as its regime. Between neighbouring values whose words
differ lies a boundary; each round asks for the values halfway, until the interval is narrow.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

DIGITS = 6
"""Significant digits of values that are asked for, so that every machine asks for the same."""

Ask = Callable[[Sequence[float]], Sequence[str]]
"""Returns what the runs of some values turned out as; trains them where they are not there."""


@dataclass(frozen=True)
class Interval:
    """Neighbouring values whose runs turned out differently."""

    low: float
    high: float
    below: str
    """What the run at the lower value turned out as."""
    above: str

    @property
    def width(self) -> float:
        """Length, as a share of the end that is farther from zero."""
        return (self.high - self.low) / max(abs(self.low), abs(self.high))

    def middle(self, whole: bool) -> float | None:
        """Return the value halfway, by ratio where both ends are positive; None for none."""
        ends = self.low, self.high
        middle = math.sqrt(math.prod(ends)) if self.low > 0 else sum(ends) / 2
        middle = round(middle) if whole else float(f"{middle:.{DIGITS}g}")
        return middle if self.low < middle < self.high else None


@dataclass(frozen=True)
class Search:
    """How finely boundaries are sought."""

    tolerance: float = 0.05
    """Width of an interval that is narrow enough; see `Interval.width`."""
    rounds: int = 8
    """Most bisections of an interval."""
    whole: bool = False
    """Whether the key takes whole numbers alone."""

    def along(self, values: Sequence[float], ask: Ask, near: "Line | None" = None) -> "Line":
        """Return what runs turn out as along a key, finest at the boundaries.

        Parameters
        ----------
        values : sequence of float, increasing
            Where to look first, and between which ends.
        near : Line, optional
            What was found along the same key beside this line. Where that is a single boundary,
            it is looked for there at first, then outwards value by value: further boundaries,
            which a look at all values would show, are not noticed.
        """
        line = Line({})
        if near is None or len(near.intervals) != 1 or not line.follow(near, values, ask):
            line.learn(values, ask)
        for _ in range(self.rounds):
            wide = [one for one in line.intervals if one.width > self.tolerance]
            middles = [m for one in wide if (m := one.middle(self.whole)) is not None]
            if not middles:
                break
            line.learn(middles, ask)
        return line


@dataclass(frozen=True)
class Line:
    """What runs turned out as at values of one key, all else being equal."""

    words: dict[float, str]

    @property
    def intervals(self) -> list[Interval]:
        """The boundaries, from the lowest value to the highest."""
        known = sorted(self.words.items())
        return [
            Interval(low, high, below, above)
            for (low, below), (high, above) in pairwise(known)
            if below != above
        ]

    def learn(self, values: Sequence[float], ask: Ask) -> None:
        """Ask for values that are not known yet."""
        new = [value for value in dict.fromkeys(values) if value not in self.words]
        if new:
            self.words.update(zip(new, ask(new), strict=True))

    def follow(self, near: "Line", values: Sequence[float], ask: Ask) -> bool:
        """Look for a boundary where it is on a line nearby; return whether its words are met."""
        (known,) = near.intervals
        self.learn([known.low, known.high], ask)
        while not self.intervals:
            (word,) = set(self.words.values())
            further = [v for v in values if v > max(self.words)]
            if word == known.above:
                further = [v for v in reversed(values) if v < min(self.words)]
            elif word != known.below:
                return False
            if not further:
                return True
            self.learn(further[:1], ask)
        return True

    def grid(self, values: Sequence[float]) -> int:
        """Return how many runs a grid from end to end of `values` has, as fine everywhere."""
        if not self.intervals:
            return len(values)
        low, high = values[0], values[-1]
        if low > 0:
            finest = min(math.log(one.high / one.low) for one in self.intervals)
            return math.ceil(round(math.log(high / low) / finest, DIGITS)) + 1
        finest = min(one.high - one.low for one in self.intervals)
        return math.ceil(round((high - low) / finest, DIGITS)) + 1
