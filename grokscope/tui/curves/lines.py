"""Curves as lines: a run's own, the band of several, and one run against another."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from grokscope.tui.curves import derived
from grokscope.tui.curves.axes import Axis
from grokscope.tui.curves.derived import Curve, once
from grokscope.tui.curves.shown import Shown
from grokscope.tui.curves.view import View
from grokscope.tui.plot.palette import Ink
from grokscope.tui.plot.panel import Line

if TYPE_CHECKING:
    from grokscope.tui.curves.book import Quantity, Trace


def quantity(shown: Shown, key: str) -> "Quantity | None":
    """Return a quantity of a run, None where it holds none or is not read."""
    return shown.book.quantities.get(key) if shown.book is not None else None


def of(shown: Shown, shows: "Quantity", view: View, over: Axis) -> tuple[Line, ...]:
    """Return the curves of a quantity: the hue is the run's, train is dim and dotted.

    Several runs drawn as one are a median between two dim edges.
    """
    if shown.group and over.ordered:
        token = ("band", shown.version, shows.key, view.band, over, view.smoothing, shown.hue)
        return once(token, lambda: _bands(shown, shows, view, over))
    return tuple(_line(shown, shows, trace, view, over) for trace in shows.traces)


def related(a: Shown, b: Shown, key: str, view: View, over: Axis) -> tuple[Line, ...]:
    """Return the curves of one run less those of another, or divided by them, of equal name.

    Of several runs drawn as one it is the medians that are compared.
    """
    token = ("related", a.version, b.version, key, view.relation, view.band, over, view.smoothing)
    return once(token, lambda: _related(a, b, key, view, over))


def _related(a: Shown, b: Shown, key: str, view: View, over: Axis) -> tuple[Line, ...]:
    first, second = ({line.label: line for line in _medians(one, key, view, over)}
                     for one in (a, b))  # fmt: skip
    found = []
    for label, line in first.items():
        if label in second:
            curves = (_known(line), _known(second[label]))
            places, values = derived.related(*curves, view.relation)
            found.append(replace(line, time=places, values=values))
    return tuple(found)


def _medians(shown: Shown, key: str, view: View, over: Axis) -> list[Line]:
    shows = quantity(shown, key)
    if shows is None:
        return []
    drawn = of(shown, shows, view, over)
    return [*drawn[2::3]] if shown.group else [*drawn]


def _bands(shown: Shown, shows: "Quantity", view: View, over: Axis) -> tuple[Line, ...]:
    drawn: list[Line] = []
    for index, trace in enumerate(shows.traces):
        curves: list[Curve] = []
        for member in shown.members:
            same = quantity(member, shows.key)
            if same is not None and index < len(same.traces):
                line = _line(member, same, same.traces[index], view, over)
                curves.append(_known(line))
        plain = _line(shown, shows, trace, view, over)
        places, low, middle, high = derived.band(curves, view.band)
        edge = replace(plain, label="", ink=Ink(shown.hue, dim=True), time=places, dotted=False)
        drawn += [replace(edge, values=low), replace(edge, values=high)]
        drawn.append(replace(plain, time=places, values=middle))
    return tuple(drawn)


def _line(shown: Shown, shows: "Quantity", trace: "Trace", view: View, over: Axis) -> Line:
    train = trace.label == "train"
    token = ("smoothed", shown.run.id, shown.version, shows.key, trace.label, view.smoothing)
    values: NDArray[np.float64] = np.asarray(trace.values, np.float64)
    if view.smoothing:
        values = once(token, lambda: derived.smoothed(trace.values, view.smoothing))
    return Line(
        trace.label,
        over.of(shown, trace),
        values,
        Ink(shown.hue, dim=train),
        dotted=train,
        ordered=over.ordered,
    )


def _known(line: Line) -> Curve:
    known = np.isfinite(line.time)
    return (line.time, line.values) if known.all() else (line.time[known], line.values[known])
