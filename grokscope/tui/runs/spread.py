"""Several values in one cell: the middle one, and how far they spread."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from grokscope import wording

SHORT = 5
"""Characters of a number without its spread."""


def spread(values: Sequence[float | None], room: int, ended: float | None = None) -> str:
    """Return the median of values and half the range between their quartiles: '58±2'.

    Parameters
    ----------
    values : sequence of float or None
        None for a time that was not reached, which counts as later than all others; then no
        spread is told.
    room : int
        Cells; the spread is left out where it does not fit.
    ended : float, optional
        Where the runs ended, for a median that was not reached: '>200'.
    """
    known = sorted(math.inf if v is None or v != v else float(v) for v in values)
    low, high = known[(len(known) - 1) // 2], known[len(known) // 2]
    if math.isinf(low):
        return wording.MISSING if ended is None else f">{wording.moment(ended, SHORT)}"
    if math.isinf(high):
        return wording.MISSING if ended is None else f">{wording.moment(low, SHORT)}"
    middle = (low + high) / 2
    plain = _short(middle)
    if math.isinf(known[-1]):
        return plain
    half = (quantile(known, 0.75) - quantile(known, 0.25)) / 2
    whole = _together(middle, half)
    return whole if len(whole) <= room else plain


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return a quantile of values in rising order, straight lines between them."""
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def most(words: Sequence[str | None]) -> tuple[str, int]:
    """Return the most frequent word and how often it comes; empty where there is none."""
    counts = Counter(word for word in words if word)
    return counts.most_common(1)[0] if counts else ("", 0)


def fitting(texts: Iterator[str], room: int) -> str:
    """Return the first text that fits, else the last."""
    text = ""
    for text in texts:
        if len(text) <= room:
            break
    return text


def _together(middle: float, half: float) -> str:
    """Return two numbers in one unit, each with its suffix: '12.4k±0.2k'."""
    for least, scale, suffix in ((1e6, 1e6, "M"), (1e4, 1e3, "k")):
        if abs(middle) >= least:
            return f"{wording.number(middle / scale)}{suffix}±{_half(half / scale)}{suffix}"
    return f"{_short(middle)}±{_half(half)}"


def _short(middle: float) -> str:
    return wording.moment(middle, SHORT)


def _half(half: float) -> str:
    return f"{half:.0f}" if half >= 10 else f"{float(f'{half:.1g}'):g}"
