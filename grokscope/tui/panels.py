"""From curves and choices to panels: which quantities are shown, in what order, how marked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from grokscope import wording
from grokscope.tui.plot.palette import Ink
from grokscope.tui.plot.panel import Line, Mark, Panel
from grokscope.tui.session import View

if TYPE_CHECKING:
    from grokscope.store.listing.summary import RunSummary
    from grokscope.tui.book import Book, Quantity, Trace

ACCURACY = "accuracy"
OFFERED = "fisher_speed"
"""The measure that a run without any is offered."""
SHORT = 5
"""Characters of a time at an axis, whose ticks tell the rest."""


@dataclass(frozen=True)
class Shown:
    """A run on a screen: its summary, its curves once read, and how it is drawn."""

    run: "RunSummary"
    book: "Book | None"
    hue: str
    letter: str = ""


def order(books: "Sequence[Book | None]", view: View) -> list[str]:
    """Return the quantities to show, the most important first: accuracy, then from the chosen on.

    Those that all runs hold come before those that some do. A measure that none holds is
    offered at the end where there is no measure at all.
    """
    held = [book.quantities for book in books if book is not None]
    keys = list(dict.fromkeys(key for quantities in held for key in quantities))
    keys.sort(key=lambda key: not all(key in quantities for quantities in held))
    rest = [key for key in keys if key != ACCURACY]
    if not any(key.startswith(OFFERED) for key in rest):
        rest.append(OFFERED)
    if view.first in rest:
        at = rest.index(view.first)
        rest = rest[at:] + rest[:at]
    return [ACCURACY, *rest]


def panel(shown: Shown, key: str, view: View) -> Panel:
    """Return the panel of one quantity of one run."""
    run, book = shown.run, shown.book
    empty = Panel(key.replace("_", " ").capitalize(), run.time_unit, log_x=view.log_x)
    if book is None:
        return replace(empty, empty=("reading …",))
    quantity = book.quantities.get(key)
    if quantity is None:
        return replace(empty, title=_offered_title(key), empty=missing(shown, key))
    return Panel(
        quantity.title,
        run.time_unit,
        tuple(line(shown, trace) for trace in quantity.traces),
        marks(shown, quantity),
        view.log_x,
        quantity.log_y != (key in view.flipped),
        quantity.bounds,
        empty=("no evaluations yet",),
        token=(run.id, book.version, key, view.log_x, key in view.flipped, shown.hue),
    )


def overlaid(all_shown: Sequence[Shown], key: str, view: View) -> Panel:
    """Return the panel of one quantity of several runs together; all but the first dotted."""
    pairs = [(shown, panel(shown, key, view)) for shown in all_shown]
    parts = [part for _, part in pairs]
    lines = []
    for index, (shown, part) in enumerate(pairs):
        for drawn in part.lines:
            label = f"{shown.letter} {drawn.label}".strip()
            lines.append(replace(drawn, label=label, dotted=index > 0))
    found = tuple(
        replace(mark, text=f"{shown.letter} {mark.text}")
        for shown, part in pairs
        for mark in part.marks
    )
    first = next((part for part in parts if part.lines), parts[0])
    token = ("overlaid", *((shown.letter, part.token) for shown, part in pairs))
    return replace(first, lines=tuple(lines), marks=found, token=token)


def shared(panels: Sequence[Panel], times: NDArray[np.float64]) -> list[Panel]:
    """Return the panels with axes that hold the curves of all, so that they compare.

    Parameters
    ----------
    times : array, increasing
        What all time axes of the screen must hold.
    """
    values = tuple(line.values for one in panels for line in one.lines)
    ends = times[[0, -1]] if times.size else times
    together = (*(one.token for one in panels), *ends.tolist())
    return [
        replace(one, times=(times,), values=values, token=one.token and (one.token, together))
        for one in panels
    ]


def line(shown: Shown, trace: "Trace") -> Line:
    """Return a curve: the hue is the run's, train is dim and dotted, the rest solid and bright."""
    train = trace.label == "train"
    return Line(
        trace.label,
        trace.times(shown.run.time_unit),
        np.asarray(trace.values, np.float64),
        Ink(shown.hue, dim=train),
        dotted=train,
    )


def marks(shown: Shown, quantity: "Quantity") -> tuple[Mark, ...]:
    """Return the events that belong on a panel: learning times, or turning points found in it."""
    unit = shown.run.time_unit
    if quantity.key == ACCURACY:
        outcome = shown.run.outcome
        names = ("t_train", "t_test", "t_lost")
        times = [(name, getattr(outcome, name, None)) for name in names]
        found = [(name, time) for name, time in times if time is not None]
        return tuple(Mark(time, f"{name} {wording.moment(time, SHORT)}") for name, time in found)
    turns = [(word, when.told_in(unit)) for word, when in quantity.turns]
    return tuple(Mark(time, f"{word} {wording.moment(time, SHORT)}") for word, time in turns)


def missing(shown: Shown, key: str) -> tuple[str, ...]:
    """Return why a panel is empty and which command fills it."""
    if shown.book is not None and shown.book.problem:
        return (shown.book.problem,)
    if key == ACCURACY or (shown.book is not None and not shown.book.quantities):
        return ("no evaluations yet",) if shown.run.live else ("nothing was recorded",)
    name = key.partition(".")[0]
    return (
        f"no {name} stored for this run; to compute it:",
        f"grokscope measure {shown.run.id} {name}",
    )


def readout(shown: Shown, keys: Sequence[str], time: float) -> list[str]:
    """Return the values at a time, one text for each quantity."""
    unit = shown.run.time_unit
    texts = []
    for key in keys:
        quantity = shown.book.quantities.get(key) if shown.book is not None else None
        if quantity is None:
            continue
        write = wording.accuracy if key == ACCURACY else wording.number
        values = [
            f"{trace.label} {write(trace.at(time, unit))}".strip() for trace in quantity.traces
        ]
        named = " ".join(values)
        texts.append(named if key == ACCURACY else f"{quantity.word} {named}")
    return texts


def samples(all_shown: Sequence[Shown]) -> NDArray[np.float64]:
    """Return all times at which something was evaluated, increasing."""
    times = [
        quantity.traces[0].times(shown.run.time_unit)
        for shown in all_shown
        if shown.book is not None
        for quantity in shown.book.quantities.values()
        if quantity.traces
    ]
    return np.unique(np.concatenate(times)) if times else np.empty(0)


def events(all_shown: Sequence[Shown], keys: Sequence[str]) -> list[float]:
    """Return the times of all events on the shown quantities, increasing."""
    found = {
        mark.time
        for shown in all_shown
        if shown.book is not None
        for key in keys
        if key in shown.book.quantities
        for mark in marks(shown, shown.book.quantities[key])
    }
    return sorted(found)


def _offered_title(key: str) -> str:
    name, _, variant = key.partition(".")
    title = name.replace("_", " ").capitalize()
    return f"{title}, {variant.replace('.', '/')}" if variant else title
