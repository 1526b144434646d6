"""Reading curves off: which times there are, and what every curve shows at one of them."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from grokscope import wording
from grokscope.tui import words
from grokscope.tui.curves.axes import Axis
from grokscope.tui.curves.derived import once
from grokscope.tui.curves.marking import ACCURACY
from grokscope.tui.curves.shown import Shown

if TYPE_CHECKING:
    from grokscope.tui.curves.book import Quantity


def samples(all_shown: Sequence[Shown], axis: Axis | None = None) -> NDArray[np.float64]:
    """Return all times at which something was evaluated, in the first run's unit, rising.

    Parameters
    ----------
    axis : Axis, optional
        Tells which time of the first run lies where one of another does; by default all are
        told in the same unit.
    """
    if not all_shown:
        return np.empty(0)
    token = ("samples", axis, tuple(shown.version for shown in all_shown))
    return once(token, lambda: _samples(all_shown, axis))


def places(all_shown: Sequence[Shown], axis: Axis) -> NDArray[np.float64]:
    """Return the ends of all that was evaluated along the axis, with what comes first after 0."""
    token = ("places", axis, tuple(shown.version for shown in all_shown))
    return once(token, lambda: _places(all_shown, axis))


def _places(all_shown: Sequence[Shown], axis: Axis) -> NDArray[np.float64]:
    found = []
    for shown in all_shown:
        for member in shown.members:
            if member.book is None:
                continue
            for times in _lines(member):
                along = axis.along(member, *times)
                found.append(along[np.isfinite(along)])
    whole = np.concatenate(found) if found else np.empty(0)
    if not whole.size:
        return whole
    positive = whole[whole > 0]
    ends = [whole.min(), whole.max(), *([positive.min()] if positive.size else [])]
    return np.unique([*ends, *([0.0] if (whole == 0).any() else [])])


def own_time(all_shown: Sequence[Shown], shown: Shown, axis: Axis, time: float) -> float:
    """Return the time of a run that lies where a time of the first run on the screen does."""
    first = all_shown[0]
    if shown is first or axis.kind == "weight norm":
        return time
    return axis.time(shown, axis.place(first, time))


def readout(shown: Shown, keys: Sequence[str], time: float) -> list[str]:
    """Return the values at a time, one text for each quantity."""
    return [text for text, _ in _told(shown, keys, time)]


def fitted(shown: Shown, keys: Sequence[str], time: float, room: int, gap: int) -> list[str]:
    """Return the values at a time that fit into a line, each with its gap, `…` for the rest.

    Where not all fit, quantities without a value at that time make room for the others.
    """
    told = _told(shown, keys, time)
    texts = [text for text, _ in told]
    if len(words.fitting(texts, room, gap)) < len(texts):
        texts = [text for text, known in told if known] or texts
    kept = words.fitting(texts, room, gap)
    if len(kept) == len(texts):
        return kept
    return [*words.fitting(texts, room - gap - 1, gap), "…"]


def _told(shown: Shown, keys: Sequence[str], time: float) -> list[tuple[str, bool]]:
    """Return the values at a time, a text for each quantity, and whether there is any."""
    found, names = [], _variants(keys)
    for key in keys:
        quantity = shown.book.quantities.get(key) if shown.book is not None else None
        if quantity is None:
            continue
        write = wording.accuracy if key == ACCURACY else wording.number
        values = [_value(shown, key, index, time, write) for index in range(len(quantity.traces))]
        labels = [trace.label for trace in quantity.traces]
        word = "" if key == ACCURACY else f"{quantity.word} {names[key]}".strip()
        pairs = " ".join(
            f"{one} {value}".strip() for one, value in zip(labels, values, strict=True)
        )
        found.append((f"{word} {pairs}".strip(), any(one != wording.MISSING for one in values)))
    return found


def _variants(keys: Sequence[str]) -> dict[str, str]:
    """Return by key what tells a measure's variants apart, empty for one that has no other."""
    found = {}
    for key in keys:
        name, *own = key.split(".")
        kin = [one.split(".")[1:] for one in keys if one != key and one.split(".")[0] == name]
        alike = all(len(other) == len(own) for other in kin)
        unlike = [
            part
            for place, part in enumerate(own)
            if not alike or any(other[place] != part for other in kin)
        ]
        found[key] = "/".join(unlike) if kin else ""
    return found


def _value(shown: Shown, key: str, index: int, time: float, write: Callable[[float], str]) -> str:
    unit, found = shown.run.time_unit, []
    for member in shown.members:
        quantity = member.book.quantities.get(key) if member.book is not None else None
        if quantity is not None and index < len(quantity.traces):
            found.append(quantity.traces[index].at(time, unit))
    known = sorted(value for value in found if np.isfinite(value))
    if not known:
        return write(float("nan"))
    low, high = write(known[0]), write(known[-1])
    if low == high:
        return low
    middle = write(float(np.median(known)))
    return f"{middle} ({low}–{high})"


def _samples(all_shown: Sequence[Shown], axis: Axis | None) -> NDArray[np.float64]:
    first, found = all_shown[0], []
    for shown in all_shown:
        for member in shown.members:
            for step, epoch in _lines(member):
                if axis is not None and axis.ordered and member.run.id != first.run.id:
                    times = _as_of(first, axis, axis.along(member, step, epoch))
                else:
                    times = step.astype(np.float64) if member.run.time_unit == "step" else epoch
                found.append(times[np.isfinite(times)])
    return np.unique(np.concatenate(found)) if found else np.empty(0)


def _as_of(first: Shown, axis: Axis, places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the first run's times at places along the axis."""
    if axis.kind == first.run.time_unit:
        return places + axis.start(first)
    line = first.book.timeline if first.book is not None else None
    if line is None or not line.step.size:
        return np.full(places.size, np.nan)
    base = axis.along(first, line.step, line.epoch)
    return np.interp(places, base, line.told_in(first.run.time_unit), np.nan, np.nan)


def _lines(shown: Shown) -> "list[tuple[NDArray[np.int64], NDArray[np.float64]]]":
    """Return the steps and epochs of a run's curves, each different one once."""
    quantities: Sequence[Quantity] = list(shown.book.quantities.values()) if shown.book else []
    lines = {id(trace.step): trace for quantity in quantities for trace in quantity.traces[:1]}
    return [(trace.step, trace.epoch) for trace in lines.values()]
