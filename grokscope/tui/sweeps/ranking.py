"""The ranking: which configuration keys go along with a quantity, and how it differs along one."""

import math
from typing import TYPE_CHECKING

from grokscope import association
from grokscope.quantities import REGIME, regimes
from grokscope.tui import words
from grokscope.tui.plot.palette import MUTED, PLAIN, STRONG, regime_ink
from grokscope.tui.sweeps.sweep import key_name
from grokscope.tui.sweeps.underneath import median

if TYPE_CHECKING:
    from grokscope.pivot import Link
    from grokscope.tui.headings import Span
    from grokscope.tui.session import Session

BAR = 24
"""Cells of a bar of strength 1."""
WIDEST = 22
NOTES = (
    "ρ rank correlation; η how far ranks part by value, less what luck gives",
    "a bar as long as ┆ comes by luck once in 20; association is not cause",
)


def ranking(session: "Session", height: int) -> "tuple[list[list[Span]], int]":
    """Return at most `height` lines, one a key, and which key the first of them is of."""
    links, at = session.sweep.links(session), session.sweep.link_place(session)
    room = max(height - 2, 1)
    first = max(min(at - room // 2, len(links) - room), 0)
    wide = min(max(len(key_name(link.key)) for link in links), WIDEST)
    head = f"  {'key':<{wide}} {'strength':<{BAR + 5}} {'ρ':>6} {'η':>6} {'values':>7} {'runs':>6}"
    lines: list[list[Span]] = [[(head, MUTED)]]
    for place, link in list(enumerate(links))[first : first + room]:
        lines.append(_row(link, wide, place == at))
    return lines, first


def details(session: "Session", width: int, height: int) -> "list[list[Span]]":
    """Return at most `height` lines on the key under the cursor: runs and medians by its values."""
    sweep = session.sweep
    table, link = sweep.table(session), sweep.links(session)[sweep.link_place(session)]
    by_value = table.pivot("", link.key)
    head: list[Span] = [(f" {key_name(link.key)}", STRONG)]
    if twins := table.twins(link.key):
        names = ", ".join(map(key_name, twins))
        head.append((f"  cannot be told from {names}: they change together", MUTED))
    lines, labels = [head], by_value.columns.labels
    wide = min(max(map(len, labels)), WIDEST)
    for (_, column), members in list(by_value.cells.items())[: max(height - 1, 0)]:
        label = words.shortened(labels[column], wide)
        spans: list[Span] = [
            (f"   {label:>{wide}} ", PLAIN),
            (f"{members.size:>5} {'run ' if members.size == 1 else 'runs'}  ", MUTED),
        ]
        if sweep.shows != REGIME:
            spans.append((f"{median(table, sweep.shows, members)}   ", PLAIN))
        for word, count in regimes(table.quantity(REGIME), members):
            spans.append((f"{word[:1] or '?'}{count} ", regime_ink(word, bold=True)))
        lines.append(spans)
    return lines[:height]


def summary(session: "Session") -> str:
    """Return of which runs the ranking is: how many, and how many of them are alike."""
    sweep = session.sweep
    quantity = sweep.table(session).quantity(sweep.shows)
    numbers = quantity.numbers[quantity.numbers == quantity.numbers]
    never = sum(map(math.isinf, numbers.tolist()))
    tied = numbers.size - len(set(numbers.tolist()))
    told = [f"{numbers.size} runs"]
    if never:
        told.append(f"{never} ended first and rank last")
    if tied and quantity.name != REGIME:
        told.append(f"{tied} tied")
    return ", ".join(told)


def _row(link: "Link", wide: int, chosen: bool) -> "list[Span]":
    bar, luck = _bar(link.strength), round(association.luck(link.count) * BAR)
    bar = bar[: luck - 1] + ("┆" if bar[luck - 1] == " " else bar[luck - 1]) + bar[luck:]
    beyond = link.strength > association.luck(link.count)
    name = words.shortened(key_name(link.key), wide)
    numbers = (
        f" {link.strength:4.2f} {_signed(link.correlation):>6} {_plain(link.ratio):>6}"
        f" {link.levels:>7} {link.count:>6}"
    )
    ink = PLAIN if beyond else MUTED
    return [("▌ " if chosen else "  ", STRONG), (f"{name:<{wide}} ", STRONG if chosen else PLAIN),
            (bar, ink), (numbers, ink)]  # fmt: skip


def _bar(strength: float) -> str:
    return f"{'█' * round(strength * BAR):<{BAR}}"


def _signed(number: float) -> str:
    return "–" if math.isnan(number) else f"{number:+.2f}".replace("-", "−")


def _plain(number: float) -> str:
    return "–" if math.isnan(number) else f"{number:.2f}"
