"""What a recorder is made with and told, checked before anything of a run is on disk."""

import math
import operator
from collections.abc import Mapping
from typing import Any, Literal, get_args

import numpy as np

from grokscope.errors import BadArgument, told
from grokscope.events import Yardstick
from grokscope.store.schema import Attribute

TimeUnit = Literal["epoch", "step"]
LAST = (1 << 63) - 1
"""Greatest step that files hold."""
DEEPEST = 64
"""Tables within tables that a configuration may have."""
JSON = "text, numbers, truth values, None, and lists and tables of these can be stored"


def whole_step(step: Any) -> int:
    """Return a step, which may be an integer of any library.

    Raises
    ------
    BadArgument
        If it is none, or one that files do not hold.
    """
    if type(step) is not int:
        step = _whole(step)
    if isinstance(step, int) and 0 <= step <= LAST:
        return step
    raise BadArgument(f"step {step!r:.40}; a step is from 0 to {LAST}, a whole number")


def yardstick(
    chance: Any, n_test: Any, train_ceiling: Any, test_ceiling: Any, time_unit: Any
) -> Yardstick:
    """Return what accuracies are held against.

    Raises
    ------
    BadArgument
        If one is out of its range.
    """
    examples = _whole(n_test)
    if not isinstance(examples, int) or not 1 <= examples <= LAST:
        raise BadArgument(f"n_test is {told(n_test)}; the number of test examples, 1 or more")
    if time_unit not in get_args(TimeUnit):
        raise BadArgument(f"time_unit is {told(time_unit)}; 'epoch' or 'step' can be given")
    luck = _real(chance)
    if luck is None or not 0 <= luck <= 1:
        raise BadArgument(f"chance is {told(chance)}; a test accuracy is from 0 to 1")
    ceilings = []
    for name, value in (("train_ceiling", train_ceiling), ("test_ceiling", test_ceiling)):
        ceiling = _real(value)
        if ceiling is None or not 0 < ceiling <= 1:
            raise BadArgument(f"{name} is {told(value)}; a best accuracy is above 0, at most 1")
        ceilings.append(ceiling)
    return Yardstick(luck, examples, ceilings[0], ceilings[1], time_unit)


def epochs_ahead(total: Any) -> float | None:
    """Return how far a run is to go; infinity is no end.

    Raises
    ------
    BadArgument
        If it is no number of epochs.
    """
    found = _real(total)
    if total is not None and (found is None or not found >= 0):
        raise BadArgument(f"total_epochs is {told(total)}; a number from 0 up, or None")
    return found


def configuration(
    name: Any, seed: Any, task: Any, model: Any, config: Any
) -> tuple[int, dict[str, Any]]:
    """Return the root seed of a run, and its whole configuration.

    Raises
    ------
    BadArgument
        If one of them cannot be stored, naming the place in `config`.
    """
    for argument, value in (("name", name), ("task", task), ("model", model)):
        if not isinstance(value, str) or not _storable(value):
            raise BadArgument(f"{argument} is {told(value)}; a text can be given")
    root = _whole(seed)
    if not isinstance(root, int):
        raise BadArgument(f"seed is {told(seed)}; a whole number can be given")
    if config is not None and not isinstance(config, Mapping):
        raise BadArgument(f"config is {told(config)}; a table of JSON values can be given")
    _check_json(config or {}, "config", ())
    named = {"name": name, "task": {"name": task}, "model": {"name": model}}
    whole: dict[str, Any] = named | {"seed": {"root": root}} | dict(config or {})
    again = whole["seed"].get("root") if isinstance(whole["seed"], Mapping) else whole["seed"]
    if again is not None and not isinstance(_whole(again), int):
        raise BadArgument(f"config['seed'] is {told(again)}; a whole number can be given")
    return root, whole


def attributes(attrs: Any) -> dict[str, Attribute]:
    """Return further attributes of a run; their values are checked where they are written.

    Raises
    ------
    BadArgument
        If they are no table, or a name or a text in it cannot be stored.
    """
    if attrs is not None and not isinstance(attrs, Mapping):
        raise BadArgument(f"attrs is {told(attrs)}; a table of texts and numbers can be given")
    found = dict(attrs or {})
    for name, value in found.items():
        if not isinstance(name, str) or not name or not _storable(name):
            raise BadArgument(f"attrs has a name {told(name)}; texts can be names")
        if isinstance(value, str) and not _storable(value):
            raise BadArgument(f"attrs[{name!r}] is {told(value)}, which no file holds")
    return found


def _check_json(value: Any, path: str, above: tuple[int, ...]) -> None:
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | float):
        return
    if isinstance(value, str):
        if not _storable(value, "\0"):
            raise BadArgument(f"{path} is {told(value)}, which no file holds")
        return
    if not isinstance(value, Mapping | list | tuple):
        raise BadArgument(f"{path[:200]} is {told(value)}; {JSON}")
    if id(value) in above:
        raise BadArgument(f"{path[:200]} is the table or list that it is in; {JSON}")
    if len(above) == DEEPEST:
        raise BadArgument(f"{path[:80]}... is nested in more than {DEEPEST} tables and lists")
    inner = (*above, id(value))
    if not isinstance(value, Mapping):
        for place, one in enumerate(value):
            _check_json(one, f"{path}[{place}]", inner)
        return
    for key, one in value.items():
        if not _storable(str(key), "\0"):
            raise BadArgument(f"{path[:200]} has a key {told(key)}, which no file holds")
        _check_json(one, f"{path}[{key!r}]", inner)
    if len({str(key) for key in value}) < len(value):
        raise BadArgument(f"{path[:200]} has keys that are the same as texts; each needs its own")


def _storable(text: str, beside: str = "") -> bool:
    """Return whether a file holds a text: no half characters, and no NUL but where JSON is."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return bool(beside) or "\0" not in text


def _whole(value: Any) -> Any:
    """Return a whole number as Python has it, and anything else as it is."""
    try:
        return operator.index(value)
    except (TypeError, ValueError, RuntimeError):
        return int(value) if isinstance(value, float) and value.is_integer() else value


def _real(value: Any) -> float | None:
    """Return a real number, of any library; None where it is none."""
    if isinstance(value, str | bytes):
        return None
    try:
        return float(value)
    except (TypeError, ValueError, RuntimeError, OverflowError):
        return None if not isinstance(value, int) else math.copysign(math.inf, value)
