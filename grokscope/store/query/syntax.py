"""What a query is made of: a tree of plain values, each written as it is read."""

import re
from dataclasses import dataclass, field
from datetime import datetime

Span = tuple[int, int]
"""Where something stands in a query: its first character and the one behind its last."""
KEYWORDS = frozenset({"and", "or", "not"})
FUNCTIONS = ("last", "max", "min")
"""What a metric is reduced by; a metric's bare name means its last value."""
COMPARISONS = ("==", "!=", "<=", ">=", "<", ">", "=")
"""Signs between two values; those that begin as a shorter one stand before it."""
EQUALITY = ("=", "==", "!=")
"""Those of them that any two values can be compared with."""
UNITS = {
    "s": 1.0,
    "m": 60.0,
    "min": 60.0,
    "h": 3600.0,
    "d": 86400.0,
    "w": 604800.0,
    "B": 1.0,
    "kB": 1e3,
    "KB": 1e3,
    "MB": 1e6,
    "GB": 1e9,
    "TB": 1e12,
    "KiB": 1024.0,
    "MiB": 1024.0**2,
    "GiB": 1024.0**3,
    "TiB": 1024.0**4,
    "k": 1e3,
    "M": 1e6,
}
"""What a number may carry: times in seconds, sizes in bytes, thousands and millions."""
NUMBER = re.compile(r"((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([A-Za-z]*)")
_DAY = r"\d{4}-\d\d-\d\d"
TIME = re.compile(rf"{_DAY}[T ]\d\d:\d\d(?::\d\d)?\b")
"""A day with the time of it."""
DATE = re.compile(rf"{TIME.pattern}|{_DAY}")
NAME = re.compile(r"[^\W\d][\w.]*")
_PLAIN = re.compile(r"[\w.@?\[\]%^][\w.@?\[\]%^*/+-]*|\*[\w.@?\[\]%^*/+-]*")
_PATTERN = re.compile(r"""[^\s()"']+""")
_TIGHT = {"+": 1, "-": 1, "*": 2, "/": 2}


def quoted(text: str) -> str:
    """Return text between double quotes, as a query reads it back."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def written(text: str) -> str:
    """Return a word as a query has it: bare where that can be, else quoted."""
    bare = _PLAIN.fullmatch(text) and text.lower() not in KEYWORDS
    return text if bare else quoted(text)


def patterned(text: str) -> str:
    """Return a pattern as it stands behind a colon: bare where that can be, else quoted."""
    return text if _PATTERN.fullmatch(text) else quoted(text)


@dataclass(frozen=True, kw_only=True)
class Placed:
    """What stands at a place of a query, which does not make it another."""

    span: Span = field(default=(0, 0), compare=False, repr=False)


@dataclass(frozen=True)
class Word(Placed):
    """A run by id, start of its id, name or glob; in a filter, what may stand anywhere in it."""

    text: str

    def __str__(self) -> str:
        return written(self.text)


@dataclass(frozen=True)
class Newest(Placed):
    """The newest runs of the store, `@last`."""

    count: int = 1

    def __str__(self) -> str:
        return "@last" if self.count == 1 else f"@last:{self.count}"


@dataclass(frozen=True)
class Match(Placed):
    """A field that fits a glob, `field:pattern`."""

    name: str
    pattern: str

    def __str__(self) -> str:
        return f"{written(self.name)}:{patterned(self.pattern)}"


@dataclass(frozen=True)
class Number(Placed):
    """A number with its unit, or a date, as it was written."""

    text: str

    @property
    def value(self) -> float | int:
        """What it says: times in seconds, sizes in bytes, a date as the Unix time it begins at.

        Raises
        ------
        ValueError, OverflowError, OSError
            If it is a date that no calendar here has.
        """
        if DATE.fullmatch(self.text):
            return datetime.fromisoformat(self.text).timestamp()
        number = NUMBER.fullmatch(self.text)
        if number is None:
            raise ValueError(f"{self.text!r} is no number")
        digits, unit = number.groups()
        if unit:
            return float(digits) * UNITS[unit]
        return int(digits) if digits.isdigit() else float(digits)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Text(Placed):
    """Text to compare with."""

    text: str

    def __str__(self) -> str:
        return quoted(self.text)


@dataclass(frozen=True)
class Name(Placed):
    """A field; on the right of a comparison with text, that text."""

    name: str

    def __str__(self) -> str:
        return self.name if NAME.fullmatch(self.name) else quoted(self.name)


@dataclass(frozen=True)
class Reduced(Placed):
    """A metric's last, greatest or least value."""

    function: str
    metric: str

    def __str__(self) -> str:
        return f"{self.function}({written(self.metric)})"


@dataclass(frozen=True)
class Negative(Placed):
    """A value with its sign changed."""

    value: "Value"

    def __str__(self) -> str:
        tight = not isinstance(self.value, Arithmetic)
        return f"-{self.value}" if tight else f"-({self.value})"


@dataclass(frozen=True)
class Arithmetic(Placed):
    """Two values joined by + - * or /."""

    operator: str
    left: "Value"
    right: "Value"

    def __str__(self) -> str:
        mine = _TIGHT[self.operator]
        left = _within(self.left, mine)
        # of equal operators the left one comes first, so a right one needs its parentheses
        return f"{left} {self.operator} {_within(self.right, mine + 1)}"


Value = Number | Text | Name | Reduced | Negative | Arithmetic


@dataclass(frozen=True)
class Comparison(Placed):
    """Two values compared; false for a run that lacks one of them."""

    operator: str
    left: Value
    right: Value

    def __str__(self) -> str:
        return f"{self.left}{self.operator}{self.right}"


@dataclass(frozen=True)
class Not:
    """What a condition leaves out."""

    condition: "Condition"

    def __str__(self) -> str:
        loose = isinstance(self.condition, Both | Either)
        return f"not ({self.condition})" if loose else f"not {self.condition}"


@dataclass(frozen=True)
class Both:
    """Two conditions or more that must all hold."""

    conditions: tuple["Condition", ...]

    def __str__(self) -> str:
        parts = (f"({c})" if isinstance(c, Both | Either) else str(c) for c in self.conditions)
        return " and ".join(parts)


@dataclass(frozen=True)
class Either:
    """Two conditions or more of which one must hold."""

    conditions: tuple["Condition", ...]

    def __str__(self) -> str:
        parts = (f"({c})" if isinstance(c, Either) else str(c) for c in self.conditions)
        return " or ".join(parts)


Condition = Word | Newest | Match | Comparison | Not | Both | Either


def _within(value: Value, least: int) -> str:
    loose = isinstance(value, Arithmetic) and _TIGHT[value.operator] < least
    return f"({value})" if loose else str(value)
