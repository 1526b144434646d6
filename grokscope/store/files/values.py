"""Values of a small file from a stranger: each one checked, and every text safe to show."""

import math
from collections.abc import Mapping
from typing import Any, get_args

from grokscope.events import Moment, Outcome, Regime
from grokscope.store.files.texts import readable


def clean(value: Any) -> Any:
    """Return a JSON value without NaN and infinity, which become None."""
    # what is most frequent is asked first: a listing has hundreds of thousands of values
    if isinstance(value, float):
        return number(value)
    if isinstance(value, str | int | None):
        return value
    if isinstance(value, dict | Mapping):
        return {key: clean(inner) for key, inner in value.items()}
    return [clean(inner) for inner in value] if isinstance(value, list | tuple) else value


def safe(value: Any) -> Any:
    """Return a JSON value whose texts, keys among them, are safe to show."""
    if isinstance(value, str):
        return readable(value)
    if isinstance(value, float | int | None):
        return value
    if isinstance(value, dict | Mapping):
        return {readable(str(key)): safe(inner) for key, inner in value.items()}
    return [safe(inner) for inner in value] if isinstance(value, list | tuple) else value


def number(value: float) -> float | None:
    """Return a number as JSON has it: None in the place of NaN and infinity."""
    return value if math.isfinite(value) else None


def real(value: float | None) -> float:
    """Return a number as `number` stored it: NaN in the place of None.

    Raises
    ------
    ValueError, TypeError, OverflowError
        If it is no number.
    """
    return math.nan if value is None else float(value)


def finite(value: Any) -> float:
    """Return a finite number.

    Raises
    ------
    ValueError, TypeError, OverflowError
        If it is none.
    """
    found = float(value)
    if not math.isfinite(found):
        raise ValueError(f"{found} where a finite number belongs")
    return found


def whole(value: Any) -> int:
    """Return a whole number of at most 64 bits.

    Raises
    ------
    ValueError, TypeError, OverflowError
        If it is none.
    """
    found = int(value)
    if not -(1 << 63) <= found < 1 << 63:
        raise ValueError("a whole number of more than 64 bits")
    return found


def stored_outcome(data: Mapping[str, Any]) -> Outcome:
    """Return the outcome that `Outcome.as_json` wrote.

    Raises
    ------
    ValueError, TypeError, KeyError, OverflowError
        If it is none.
    """
    reals = ("train_threshold", "test_threshold", "train_maximum", "test_maximum", "luck")
    if data["regime"] not in (None, *get_args(Regime)):
        raise ValueError(f"regime {data['regime']!r:.40}")
    told: dict[str, Any] = {name: real(data[name]) for name in reals}
    for name in ("train", "test", "lost", "last"):
        told[name] = data[name] and stored_moment(data[name]["step"], data[name]["epoch"])
    # runs written before it was told lack it
    if first := data.get("first"):
        told["first"] = stored_moment(first["step"], first["epoch"])
    told |= {name: readable(str(data[name])) for name in ("rule", "time_unit")}
    return Outcome(regime=data["regime"], **told)


def stored_moment(step: Any, epoch: Any) -> Moment:
    """Return an evaluation at which something happened.

    Raises
    ------
    ValueError, TypeError, OverflowError
        If its times are no finite numbers.
    """
    return Moment(whole(step), finite(epoch))
