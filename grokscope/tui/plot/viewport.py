"""What part of the time axis is seen: zoomed about a place, moved along, never beyond its ends."""

from grokscope.tui.plot.scale import Scale

Window = tuple[float, float]
"""Least and greatest time that are seen."""
NARROWEST = 1e-6
"""Part of the whole axis that is the least that zooming shows."""
SNAP = 0.02
"""What is so near to all of the axis is all of it: the gap before it differs with the width."""
LEAST_BEHIND_GAP = 0.02
"""Part of it that is seen behind the 0 of a log axis."""


def zoomed(shown: Scale, whole: Scale, time: float, factor: float) -> Window | None:
    """Return the part of the axis that is `factor` as long as what is shown, None for all of it.

    Parameters
    ----------
    shown, whole : Scale
        The axis as it is seen, and as it is unzoomed; both linear or both logarithmic.
    time : float
        What keeps its place on the screen.
    """
    start, end = _span(shown, whole)
    at = min(max(_place(whole, time), start), end)
    length = max((end - start) * factor, NARROWEST)
    left = at - (at - start) * length / (end - start)
    return _window(whole, left, left + length)


def panned(shown: Scale, whole: Scale, share: float) -> Window | None:
    """Return the part of the axis that lies `share` of what is seen further on."""
    start, end = _span(shown, whole)
    length = end - start
    left = min(max(start + share * length, 0.0), 1 - length)
    return _window(whole, left, left + length)


def selected(whole: Scale, one: float, other: float) -> Window | None:
    """Return the part of the axis between two times, None where there is nothing between."""
    left, right = sorted((_place(whole, one), _place(whole, other)))
    return _window(whole, left, right) if right - left > NARROWEST else None


def _span(shown: Scale, whole: Scale) -> tuple[float, float]:
    # 0 on a log axis is no value of the scale, but where the gap begins
    start = 0.0 if shown.zero_gap else _place(whole, shown.low)
    end = _place(whole, shown.high)
    return start, max(end, start + NARROWEST)


def _place(whole: Scale, time: float) -> float:
    place = float(whole.place([time])[0])
    return min(max(place, 0.0), 1.0) if place == place else 0.0


def _window(whole: Scale, left: float, right: float) -> Window | None:
    left, right = max(left, 0.0), min(right, 1.0)
    if left <= SNAP and right >= 1 - SNAP:
        return None
    # so near to the gap before the first time, its 0 is seen as well
    if whole.zero_gap and left < whole.zero_gap:
        return 0.0, whole.value(max(right, whole.zero_gap + LEAST_BEHIND_GAP))
    return whole.value(left), whole.value(right)
