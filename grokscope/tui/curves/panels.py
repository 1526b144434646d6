"""From curves and choices to panels: which quantities are shown, in what order, how drawn."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from grokscope.tui.curves import lines, marking
from grokscope.tui.curves.axes import Axis, axis, event
from grokscope.tui.curves.marking import ACCURACY
from grokscope.tui.curves.reading import readout as readout
from grokscope.tui.curves.reading import samples as samples
from grokscope.tui.curves.shown import Shown as Shown
from grokscope.tui.curves.view import View
from grokscope.tui.plot.drawing import GUTTER
from grokscope.tui.plot.palette import other_than
from grokscope.tui.plot.panel import Panel, Side

if TYPE_CHECKING:
    from grokscope.tui.curves.book import Book

OFFERED = "fisher_speed"
"""The measure that a run without any is offered."""
FEW = 10
"""Points from which on they make a curve."""
LETTERS = 2
"""Runs beyond which one name at the end of all of a run's curves must do."""
Keys = tuple[str, ...]
"""The quantities of one panel."""


def order(books: "Sequence[Book | None]", view: View) -> list[str]:
    """Return all quantities, the most important first: accuracy, then from the chosen one on.

    Those that all runs hold come before those that some do, and among either, curves come before
    a few points. A measure that none holds is offered at the end where there is no measure at all.
    """
    held = [book.quantities for book in books if book is not None]
    keys = list(dict.fromkeys(key for quantities in held for key in quantities))

    def rank(key: str) -> tuple[bool, bool]:
        found = [quantities[key] for quantities in held if key in quantities]
        points = max(trace.step.size for quantity in found for trace in quantity.traces)
        return len(found) < len(held), points < FEW

    keys.sort(key=rank)
    rest = [key for key in keys if key != ACCURACY]
    if not any("." in key for key in rest):
        rest.append(OFFERED)
    return [ACCURACY, *_from(rest, view.first)]


def layout(books: "Sequence[Book | None]", view: View) -> list[Keys]:
    """Return the quantities of each panel, in order: those chosen, or else one of each a panel.

    What was chosen and none of the runs holds is left out, as long as something is left.
    """
    held = {key for book in books if book is not None for key in book.quantities}
    groups = [tuple(key for key in keys if key in held or not held) for keys in view.chosen]
    groups = [keys for keys in groups if keys]
    if groups:
        firsts = [keys[0] for keys in groups[1:]]
        turned = _from(firsts, view.first)
        groups = [groups[0], *sorted(groups[1:], key=lambda keys: turned.index(keys[0]))]
    else:
        groups = [(key,) for key in order(books, view)]
    if view.second and len(groups) > 1:
        groups = [(*groups[0], *groups[1]), *groups[2:]]
    return groups


def panel(shown: Shown, keys: str | Keys, view: View, over: Axis | None = None) -> Panel:
    """Return the panel of one or several quantities of one run.

    Those that come after the first and have another scale are drawn against the right axis.
    """
    keys = (keys,) if isinstance(keys, str) else keys
    over = over or axis(view, [shown])
    parts = [_single(shown, key, view, over) for key in keys]
    whole = parts[0]
    for part, key in zip(parts[1:], keys[1:], strict=True):
        whole = _joined(whole, part, shown, key)
    return whole


def overlaid(
    all_shown: Sequence[Shown], keys: str | Keys, view: View, over: Axis | None = None
) -> Panel:
    """Return the panel of one or several quantities of several runs together, named at the ends.

    Of two runs the second is dotted; of more, each keeps its own hue and solid test curves.
    """
    over = over or axis(view, all_shown)
    parts = [(shown, panel(shown, keys, view, over)) for shown in all_shown]
    drawn, few = [], len(all_shown) <= LETTERS
    for index, (shown, part) in enumerate(parts):
        main = max((i for i, line in enumerate(part.lines) if line.label), default=-1)
        for at, line in enumerate(part.lines):
            named = bool(line.label) or len(part.lines) == 1
            label = f"{shown.letter} {line.label}".strip() if few and named else ""
            label = shown.letter if not few and at == max(main, 0) else label
            dotted = index > 0 if few else line.dotted
            drawn.append(replace(line, label=label, dotted=dotted, sign=shown.letter[:1]))
    found = tuple(
        replace(mark, text=f"{shown.letter} {mark.text}" if mark.text else "")
        for shown, part in parts
        for mark in part.marks
    )
    first = next((part for _, part in parts if part.lines), parts[0][1])
    token = ("overlaid", *((shown.letter, part.token) for shown, part in parts))
    margin = max((len(line.label) for line in drawn), default=0) + 1
    margin = margin if first.side is None else first.margin
    return replace(
        first,
        lines=tuple(drawn),
        marks=found if few else tuple(replace(mark, text="") for mark in found),
        token=token,
        ends=first.side is None,
        margin=margin,
        phases=(),
        owner="",
    )


def related(a: Shown, b: Shown, key: str, view: View, over: Axis | None = None) -> Panel:
    """Return the panel of the difference or the ratio of two runs in one quantity."""
    over = over or axis(view, [a, b])
    base = _single(a, key, view, over)
    quantity, other = lines.quantity(a, key), lines.quantity(b, key)
    if quantity is None or other is None:
        return base if quantity is None else _single(b, key, view, over)
    if not over.ordered:
        return replace(base, lines=(), empty=(f"{over.kind} is no common axis; x shows another",))
    sign = "A − B" if view.relation == "difference" else "A : B"
    log = (view.relation == "ratio") != (key in view.flipped)
    return replace(
        base,
        title=f"{base.title}, {sign}",
        lines=lines.related(a, b, key, view, over),
        marks=(),
        phases=(),
        log_y=log,
        bounds=None,
        rule=0.0 if view.relation == "difference" else 1.0,
        token=("related", view.relation, log, a.version, b.version, base.token),
    )


def shared(panels: Sequence[Panel], times: NDArray[np.float64]) -> list[Panel]:
    """Return the panels with axes that hold the curves of all, so that they compare.

    Parameters
    ----------
    times : array, increasing
        What all horizontal axes of the screen must hold.
    """
    seen = [(line.right, line.seen(one.window if line.ordered else None)) for one in panels
            for line in one.lines]  # fmt: skip
    together = (*(one.token for one in panels), *times.tolist())
    return [
        replace(
            one,
            times=(times,),
            values=tuple(values for right, values in seen if not right),
            right_values=tuple(values for right, values in seen if right),
            token=one.token and (one.token, together),
        )
        for one in panels
    ]


def aligned(panels: Sequence[Panel]) -> list[Panel]:
    """Return the panels with one margin at the right, so that their plots are of one width."""
    margin = max((one.margin for one in panels), default=0)
    return [replace(one, margin=margin, token=one.token and (one.token, margin)) for one in panels]


def missing(shown: Shown, key: str) -> Keys:
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


def _from(keys: list[str], first: str) -> list[str]:
    at = keys.index(first) if first in keys else 0
    return keys[at:] + keys[:at]


def _single(shown: Shown, key: str, view: View, over: Axis) -> Panel:
    title = _offered_title(key)
    empty = Panel(title, over.title, log_x=over.log, window=view.window, owner=shown.run.id)
    if shown.book is None:
        return replace(empty, empty=("reading …",))
    quantity = lines.quantity(shown, key)
    if quantity is None:
        return replace(empty, empty=missing(shown, key))
    return replace(
        empty,
        title=f"{quantity.title}, smoothed {view.smoothing}" if view.smoothing else quantity.title,
        lines=lines.of(shown, quantity, view, over),
        marks=marking.marks(shown, quantity, over),
        phases=marking.phases(shown, quantity, over),
        log_y=quantity.log_y != (key in view.flipped),
        bounds=quantity.bounds,
        empty=_why(shown, over),
        token=(shown.version, key, key in view.flipped, over, view.window, view.smoothing,
               view.band if shown.group else "", shown.hue),
    )  # fmt: skip


def _why(shown: Shown, over: Axis) -> Keys:
    """Return why none of the curves that there are has a place on the axis."""
    if over.origin and all(event(one, over.origin) is None for one in shown.members):
        return (f"no {over.origin} to align on; a aligns on another event",)
    if over.kind in ("wall time", "weight norm"):
        return (f"no {over.kind} recorded; x shows another axis",)
    return ("no evaluations yet",)


def _joined(whole: Panel, part: Panel, shown: Shown, key: str) -> Panel:
    """Return a panel with the curves of another one too, at the right where scales differ."""
    quantity = lines.quantity(shown, key)
    word = quantity.word if quantity is not None else key
    right = (part.bounds, part.log_y) != (whole.bounds, whole.log_y) or not same_unit(whole, part)
    added = tuple(
        replace(
            line,
            label=f"{word} {line.label}".strip() if line.label or len(part.lines) == 1 else "",
            ink=replace(line.ink, hue=other_than(line.ink.hue or "sky")),
            right=right,
        )
        for line in part.lines
    )
    side = whole.side
    if right and side is None and added:
        side = Side(part.title, part.log_y, part.bounds)
    return replace(
        whole,
        title=whole.title if right else f"{whole.title} and {part.title}",
        lines=(*whole.lines, *added),
        marks=(*whole.marks, *part.marks),
        side=side,
        margin=GUTTER if side is not None else whole.margin,
        token=("joined", whole.token, part.token),
    )


def same_unit(one: Panel, other: Panel) -> bool:
    """Return whether two panels' titles end in one unit."""
    return one.title.rpartition(", ")[1:] == other.title.rpartition(", ")[1:]


def _offered_title(key: str) -> str:
    name, _, variant = key.partition(".")
    title = name.replace("_", " ").capitalize()
    return f"{title}, {variant.replace('.', '/')}" if variant else title
