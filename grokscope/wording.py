"""Wording: numbers, times and differences, written alike on the command line and on screens."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from numbers import Real
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grokscope.events import Outcome
    from grokscope.store.listing.summary import RunSummary

MISSING = "–"
"""What does not apply, or is not known yet."""
TURNS = {"speed_min": "first minimum", "speed_max": "next maximum"}
"""Turning points in words, by the names they are stored under."""
TITLE = "title"
"""The configuration key that describes a run and decides nothing in it."""


def number(thing: Any, digits: int = 3) -> str:
    """Return a number with so many significant digits: 0.0123, 131, 12.3k, 4.5e-6.

    Anything else is written as `value` writes it; NaN is what was not recorded.
    """
    if isinstance(thing, bool) or not isinstance(thing, Real):
        return value(thing)
    try:
        real = float(thing)
    except OverflowError:
        return str(thing)
    if not math.isfinite(real):
        return MISSING if math.isnan(real) else str(real)
    size = abs(real)
    if size and (size < 1e-3 or size >= 1e9):
        mantissa, _, exponent = f"{real:.{digits - 1}e}".partition("e")
        return f"{_stripped(mantissa)}e{int(exponent)}"
    for least, scale, suffix in ((1e6, 1e6, "M"), (1e4, 1e3, "k")):
        if size >= least:
            return f"{significant(real / scale, digits)}{suffix}"
    return f"{real:.0f}" if size >= 1000 else significant(real, digits)


def significant(number: float, digits: int) -> str:
    """Return a number with so many significant digits, its zeros kept so that columns line up."""
    whole = len(f"{abs(number):.0f}") if abs(number) >= 1 else 0
    return f"{number:.{max(digits - whole, 0)}f}" if whole else f"{number:.{digits}g}"


def accuracy(share: float | None) -> str:
    """Return an accuracy with three decimals, so that a column of them lines up."""
    return MISSING if share is None or not math.isfinite(share) else f"{share:.3f}"


@lru_cache(maxsize=4096)
def moment(time: float | None, room: int = 9) -> str:
    """Return a time: exact to a millionth where that fits into `room` characters, else rounded."""
    if time is None or not math.isfinite(time):
        return MISSING
    text = f"{time:.0f}" if time == round(time) else f"{time:.6g}"
    return text if len(text) <= room and "e" not in text else number(time)


def event(outcome: "Outcome | None", name: str, live: bool, room: int = 9) -> str:
    """Return the time `t_train` or `t_test` of an outcome.

    A run that ended first shows when, as '>200', and one that was evaluated only later shows
    since when, as '≤400'; where it may still come, there is a dash.
    """
    if outcome is None:
        return MISSING
    began, ended = (
        None if end is None else end.told_in(outcome.time_unit)
        for end in (outcome.first, None if live else outcome.last)
    )
    return crossing(getattr(outcome, name), began, ended, room)


def crossing(time: float | None, began: float | None, ended: float | None, room: int = 9) -> str:
    """Return a time: as '≤400' where evaluations began with it, '>200' where they ended first."""
    if time is None:
        return MISSING if ended is None else f">{moment(ended, room)}"
    return ("≤" if time == began else "") + moment(time, room)


def reached(run: "RunSummary") -> str:
    """Return how far a run got, in its own unit: 'epoch 46/200'."""
    unit = run.time_unit
    now, total = (run.step, run.total_steps) if unit == "step" else (run.epoch, run.total_epochs)
    return f"{unit} {moment(now)}" + (f"/{moment(total)}" if total else "")


def value(thing: Any) -> str:
    """Return a configuration value, which may be anything, as short text."""
    if thing is None:
        return MISSING
    if isinstance(thing, bool):
        return "yes" if thing else "no"
    if isinstance(thing, float):
        mantissa, e, exponent = f"{thing:.12g}".partition("e")
        return f"{mantissa}e{int(exponent)}" if e else mantissa
    if isinstance(thing, list | tuple):
        return ",".join(value(inner) for inner in thing)
    return str(thing)


def differing(configs: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the keys whose values are not the same in all flat configurations, in their order.

    A key that one of them lacks differs; the title never does.
    """
    keys = dict.fromkeys(key for config in configs for key in config if key != TITLE)
    first = configs[0] if configs else {}
    return [k for k in keys if any(k not in one or one[k] != first.get(k) for one in configs)]


def shortened(keys: Sequence[str]) -> dict[str, str]:
    """Return keys without their tables, where that leaves no two alike."""
    ends = Counter(key.rpartition(".")[2] for key in keys)
    return {
        key: key if ends[end] > 1 or end in ("root", "name") else end
        for key in keys
        for end in [key.rpartition(".")[2]]
    }


def alike(configs: Sequence[Mapping[str, Any]]) -> int:
    """Return how many keys have one value in all flat configurations, the title not counted."""
    keys = {key for config in configs for key in config if key != TITLE}
    return len(keys) - len(differing(configs))


def _stripped(mantissa: str) -> str:
    return mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
