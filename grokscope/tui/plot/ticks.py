"""Ticks: round numbers along a scale, and how they are written."""

import math

from grokscope.tui.plot.scale import Scale

SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
DECADE, ENOUGH = 10.0, 4
"""A logarithmic scale of less than one decade has linear ticks where it has fewer others."""
MANTISSAS = ((1, 2, 5), (1, 3), (1,))


def ticks(scale: Scale, most: int) -> list[tuple[float, str]]:
    """Return at most `most` round values of a scale with their labels, lowest first.

    Linear scales step by 1, 2 or 5; logarithmic ones show 1-2-5, then 1-3, then whole decades,
    then every n-th decade, the densest that fits. A logarithmic scale too narrow for several such
    values shows linear ones.
    """
    most = max(most, 2)
    values = _decades(scale, most) if scale.log else []
    narrow = scale.log and scale.high < DECADE * scale.low
    if len(values) < (ENOUGH if narrow else 2):
        values = _even(scale, most)
    if scale.zero_gap:
        values = [0.0, *values]
    return list(zip(values, labels(values), strict=True))


def labels(values: list[float]) -> list[str]:
    """Return round values as short text, alike in style: 0, 0.5, 20, 1.5k, 10⁻⁴."""
    positive = [abs(v) for v in values if v]
    if positive and max(positive) < 1e-2:
        return [power(v) for v in values]
    return [compact(v) if abs(v) >= 1e-3 or not v else power(v) for v in values]


def compact(value: float) -> str:
    """Return a round value with at most three digits and a k, M or G behind large ones."""
    for size, suffix in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size and (suffix != "k" or abs(value) >= 1e4 or value % 1000 == 0):
            return f"{value / size:.3g}{suffix}"
    return f"{value:.4g}"


def power(value: float) -> str:
    """Return a small round value as a power of ten: 10⁻⁵, 2e-5."""
    if not value:
        return "0"
    exponent = math.floor(math.log10(abs(value)) + 1e-9)
    mantissa = value / 10**exponent
    if math.isclose(mantissa, 1):
        return f"10{str(exponent).translate(SUPERSCRIPT)}"
    return f"{mantissa:.2g}e{exponent}"


def _decades(scale: Scale, most: int) -> list[float]:
    first = math.floor(math.log10(scale.low))
    last = math.ceil(math.log10(scale.high))
    inside = (scale.low * (1 - 1e-9), scale.high * (1 + 1e-9))
    found: list[float] = []
    for mantissas in MANTISSAS:
        values = [m * 10.0**e for e in range(first, last + 1) for m in mantissas]
        found = [v for v in values if inside[0] <= v <= inside[1]]
        if len(found) <= most:
            return found
    stride = math.ceil(len(found) / most)
    return found[::stride]


def _even(scale: Scale, most: int) -> list[float]:
    size = 10.0 ** math.floor(math.log10((scale.high - scale.low) / most))
    for mantissa in (1, 2, 5, 10, 20):
        step = size * mantissa
        first, last = math.ceil(scale.low / step - 1e-9), math.floor(scale.high / step + 1e-9)
        if last - first < most:
            break
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return [round(n * step, decimals) + 0.0 for n in range(first, last + 1)]
