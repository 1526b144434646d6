"""What happened when: events, turning points and phases of a run, found on raw data alone."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from grokscope import wording
from grokscope.events import Moment, first_held
from grokscope.tui.curves.axes import Axis
from grokscope.tui.curves.derived import once
from grokscope.tui.curves.shown import Shown
from grokscope.tui.plot.panel import Mark, Phase

if TYPE_CHECKING:
    from grokscope.tui.curves.book import Quantity

ACCURACY = "accuracy"
TIMES = ("t_train", "t_test", "t_lost")
SHORT = 5
"""Characters of a time at an axis, whose ticks tell the rest."""


def moments(shown: Shown, quantity: "Quantity") -> list[tuple[str, Moment]]:
    """Return the events that belong to a quantity: learning times, or what was found in it."""
    if quantity.key != ACCURACY:
        return list(quantity.turns)
    outcome = shown.run.outcome
    found = [(name, getattr(outcome, name.removeprefix("t_"), None)) for name in TIMES]
    return [(name, moment) for name, moment in found if moment is not None]


def marks(shown: Shown, quantity: "Quantity", axis: Axis) -> tuple[Mark, ...]:
    """Return the events of a quantity as marks; of runs drawn as one, at the middle of each.

    Of several of a name the first alone is named, with how many there are.
    """
    if shown.group:
        return _middles(shown, quantity.key, axis)
    found = moments(shown, quantity)
    counts: dict[str, int] = {}
    for name, _ in found:
        counts[name] = counts.get(name, 0) + 1
    marked = []
    for name, moment in found:
        place = axis.of_moment(shown, moment)
        if np.isfinite(place):
            count = counts.pop(name, 0)
            text = f"{name} {told(place)}" if count == 1 else f"{count} {name}s" if count else ""
            marked.append(Mark(place, text))
    return tuple(marked)


def phases(shown: Shown, quantity: "Quantity", axis: Axis) -> tuple[Phase, ...]:
    """Return what a run went through: memorising, plateau, generalising, generalised.

    The plateau lasts from t_train until test accuracy first holds above what guessing explains,
    three evaluations in a row; generalising from there to t_test. Where test accuracy rises
    before the training set is fitted, both are learned at once. Nothing is said of a run that
    fitted nothing, nor of several drawn as one.
    """
    outcome = shown.run.outcome
    if axis.kind == "weight norm" or quantity.key != ACCURACY or shown.group:
        return ()
    if outcome is None or outcome.last is None:
        return ()
    fitted, done = outcome.train, outcome.test
    start = outcome.first or Moment(0, 0.0)
    if fitted is None:
        return ()
    rise = once(("rise", shown.version), lambda: _rise(quantity, outcome.luck))
    if rise is not None and rise.step <= fitted.step:
        both = done if done is not None and done.step > fitted.step else fitted
        stretches = [("learning", start, both)]
        if done is not None:
            stretches.append(("generalised", both, outcome.last))
    else:
        stretches = [("memorising", start, fitted)]
        stretches.append(("plateau", fitted, rise or outcome.last))
        if rise is not None:
            stretches.append(("generalising", rise, done or outcome.last))
        if done is not None:
            stretches.append(("generalised", done, outcome.last))
    return tuple(
        Phase(axis.of_moment(shown, begin), axis.of_moment(shown, end), word)
        for word, begin, end in stretches
        if end.step > begin.step
    )


def stops(all_shown: Sequence[Shown], keys: Sequence[str], axis: Axis) -> NDArray[np.float64]:
    """Return the times of all events on the shown quantities in the first run's unit, rising."""
    found = set()
    for shown in all_shown:
        for key in keys:
            quantity = shown.book.quantities.get(key) if shown.book is not None else None
            if quantity is None:
                continue
            if shown.group:
                found |= {
                    axis.time(all_shown[0], mark.time) for mark in marks(shown, quantity, axis)
                }
            elif shown is all_shown[0]:
                unit = shown.run.time_unit
                found |= {moment.told_in(unit) for _, moment in moments(shown, quantity)}
            elif axis.ordered:
                places = (axis.of_moment(shown, moment) for _, moment in moments(shown, quantity))
                found |= {axis.time(all_shown[0], place) for place in places}
    return np.array(sorted(time for time in found if np.isfinite(time)))


def told(place: float) -> str:
    """Return a place on the horizontal axis as it is written beside a mark."""
    return wording.moment(place, SHORT)


def _middles(shown: Shown, key: str, axis: Axis) -> tuple[Mark, ...]:
    places: dict[str, list[float]] = {}
    for member in shown.members:
        quantity = member.book.quantities.get(key) if member.book is not None else None
        if quantity is None:
            continue
        for name in dict(moments(member, quantity)):
            first = next(moment for word, moment in moments(member, quantity) if word == name)
            places.setdefault(name, []).append(axis.of_moment(member, first))
    marked = []
    for name, found in places.items():
        known = [place for place in found if np.isfinite(place)]
        if known:
            middle = float(np.median(known))
            share = "" if len(known) == len(shown.group) else f" ({len(known)}/{len(shown.group)})"
            marked.append(Mark(middle, f"{name} {told(middle)}{share}"))
    return tuple(marked)


def _rise(quantity: "Quantity", luck: float) -> Moment | None:
    test = next((trace for trace in quantity.traces if trace.label == "test"), None)
    at = first_held(test.values > luck) if test is not None else None
    if test is None or at is None:
        return None
    return Moment(int(test.step[at]), float(test.epoch[at]))
