"""Axes: several values for some keys, from `--sweep` or the table `[sweep]` of a file.

`key=values` takes values with commas between them; each is a value as of `--set`, a half-open
range `0:5` or `0:100:10`, `log(first, last, count)` or `lin(first, last, count)`, ends included.
Several keys change together when each value is a tuple: `lr,weight_decay=(1e-3,0.1),(1e-2,1)`.
In a file, `lr = "log(1e-4, 1e-2, 5)"` and `lr = [1e-3, 1e-2]` mean the same as there, and every
table `[[sweep.zip]]` holds keys that change together, a list each. Several axes make a product.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grokscope.config.overrides import parse_value
from grokscope.errors import BadConfig, listed
from grokscope.store.schema import canonical, flatten

MOST = 100_000
"""Most values of an axis."""
FORM = (
    "key=values, such as init_scale=0.1,1,10 or seed=0:5 or 'lr=log(1e-4,1e-2,5)' or"
    " 'lr,weight_decay=(1e-3,0.1),(1e-2,1)'"
)
RANGE = re.compile(r"[-+\d]\d*:[-+\d]\d*(:[-+\d]\d*)?")
NUMERIC = re.compile(r"[-+.\deE]*\d[-+.\deE]*(:[-+.\deE]*)+")
DASHED = re.compile(r"(\d{1,9})\s*-\s*(\d{1,9})")
CALL = re.compile(r"([A-Za-z_]\w*)\s*\((.*)\)", re.DOTALL)
PAIRS = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True)
class Axis:
    """Keys that change together, and the values that they take."""

    keys: tuple[str, ...]
    points: tuple[tuple[Any, ...], ...]
    """One value for each key."""
    source: str
    """As it was written, for messages."""


def parse_axis(text: str) -> Axis:
    """Return the axis that a text such as "lr=log(1e-4,1e-2,5)" means.

    Raises
    ------
    BadConfig
        Naming the column of what cannot be understood, and what would be accepted.
    """
    names, equals, _ = text.partition("=")
    keys = tuple(name.strip() for name in names.split(","))
    if not equals or not all(keys):
        raise BadConfig(f"--sweep takes {FORM}; got {text!r}")
    axis = _Text(text, f"--sweep {text!r}").axis(keys, len(names) + 1)
    _refuse_repeats(axis, axis.keys)
    return axis


def table_axes(table: Mapping[str, Any]) -> tuple[Axis, ...]:
    """Return the axes of a file's table `[sweep]`.

    Raises
    ------
    BadConfig
        Naming the key whose value makes no axis, and what would.
    """
    rest = {key: value for key, value in table.items() if key != "zip"}
    zips = table.get("zip", [])
    if isinstance(zips, Mapping):
        zips = [zips]
    if not isinstance(zips, list) or not all(isinstance(z, Mapping) and z for z in zips):
        raise BadConfig("sweep.zip must be tables [[sweep.zip]] of lists that change together")
    axes = [_zipped({key: value}, f"sweep.{key}") for key, value in flatten(rest).items()]
    axes += [_zipped(flatten(z), f"sweep.zip[{i}]") for i, z in enumerate(zips)]
    _refuse_repeats(None, [key for axis in axes for key in axis.keys])
    return tuple(axes)


class _Text:
    """An axis as text, read from left to right; errors tell the column."""

    def __init__(self, text: str, source: str) -> None:
        self.text = text
        self.source = source

    def axis(self, keys: tuple[str, ...], start: int) -> Axis:
        pieces = self._pieces(start, len(self.text))
        if len(keys) == 1:
            rows = [(value,) for place, piece in pieces for value in self._values(place, piece)]
        else:
            rows = [self._tuple(place, piece, len(keys)) for place, piece in pieces]
        return _axis(keys, rows, self.source)

    def column(self) -> list[Any]:
        """Return the values of a single key."""
        pieces = self._pieces(0, len(self.text))
        return [value for place, piece in pieces for value in self._values(place, piece)]

    def _pieces(self, start: int, end: int) -> list[tuple[int, str]]:
        """Return what stands between commas, and where; brackets and quotes hold together."""
        pieces, open_, quote, begin = [], [], "", start
        for place, character in enumerate(self.text[start:end], start):
            if quote:
                quote = "" if character == quote else quote
            elif character in "\"'":
                quote = character
            elif character in PAIRS:
                open_.append((place, PAIRS[character]))
            elif character in PAIRS.values():
                if not open_ or open_.pop()[1] != character:
                    raise self._error(place, f"{character!r} closes nothing")
            elif character == "," and not open_:
                pieces.append((begin, self.text[begin:place]))
                begin = place + 1
        if open_:
            raise self._error(open_[-1][0], f"{open_[-1][1]!r} is missing")
        pieces.append((begin, self.text[begin:end]))
        for place, piece in pieces:
            if not piece.strip():
                raise self._error(place, "a value is missing")
        return [(p + len(piece) - len(piece.lstrip()), piece.strip()) for p, piece in pieces]

    def _values(self, place: int, piece: str) -> Iterable[Any]:
        if RANGE.fullmatch(piece):
            return self._range(place, piece)
        if NUMERIC.fullmatch(piece):
            accepted = "first:end or first:end:step of whole numbers, or lin(first,last,count)"
            raise self._error(place, f"{piece!r} is no range; accepted: {accepted}")
        if dashed := DASHED.fullmatch(piece):
            first, last = map(int, dashed.groups())
            meant = f"did you mean {first}:{last}, which ends before {last}?"
            raise self._error(place, f"{piece!r} is no range, {meant}")
        if call := CALL.fullmatch(piece):
            return self._spaced(place, *call.groups())
        if piece.startswith("("):
            raise self._error(place, "a tuple needs as many keys, such as lr,weight_decay=(1,2)")
        return [parse_value(piece)]

    def _range(self, place: int, piece: str) -> Iterable[int]:
        try:
            values = range(*map(int, piece.split(":")))
        except ValueError as error:
            raise self._error(place, f"{piece!r} is no range: {error}") from error
        if not 0 < len(values) <= MOST:
            raise self._error(place, f"{piece!r} holds {len(values)} numbers; 1 to {MOST} are")
        return values

    def _spaced(self, place: int, name: str, inside: str) -> list[float]:
        try:
            space = {"log": _log, "lin": _lin}[name]
        except KeyError:
            raise self._error(place, f"no values {name}(...); known: log, lin") from None
        told = [parse_value(part) for part in inside.split(",")]
        numbers = [n for n in told if type(n) in (int, float) and math.isfinite(n)]
        if len(told) != 3 or len(numbers) != 3 or type(told[2]) is not int:
            raise self._error(place, f"{name} takes (first, last, count), got ({inside})")
        first, last, count = told
        if not 2 <= count <= MOST:
            raise self._error(place, f"{name} makes 2 to {MOST} values, got {count}")
        if name == "log" and not (first > 0 and last > 0):
            raise self._error(place, f"log needs ends greater than 0, got {first} and {last}")
        return space(first, last, count)

    def _tuple(self, place: int, piece: str, size: int) -> tuple[Any, ...]:
        if not (piece.startswith("(") and piece.endswith(")")):
            raise self._error(place, f"{size} keys take tuples of {size} values, got {piece!r}")
        parts = self._pieces(place + 1, place + len(piece) - 1)
        if len(parts) != size:
            raise self._error(place, f"{size} keys take tuples of {size} values, got {piece!r}")
        return tuple(parse_value(part) for _, part in parts)

    def _error(self, place: int, what: str) -> BadConfig:
        return BadConfig(f"{self.source}, column {place + 1}: {what}")


def _log(first: float, last: float, count: int) -> list[float]:
    """Return values of equal ratio, to six digits, so that every machine finds the same."""
    ratio = last / first
    return [float(f"{first * ratio ** (i / (count - 1)):.6g}") for i in range(count)]


def _lin(first: float, last: float, count: int) -> list[float]:
    """Return values of equal distance, to twelve digits."""
    return [float(f"{first + (last - first) * (i / (count - 1)):.12g}") for i in range(count)]


def _zipped(columns: Mapping[str, Any], source: str) -> Axis:
    values = {key: _column(key, value, source) for key, value in columns.items()}
    sizes = {len(column) for column in values.values()}
    if len(sizes) > 1:
        told = listed(f"{key} {len(column)}" for key, column in values.items())
        raise BadConfig(f"{source}: keys that change together need as many values each; {told}")
    return _axis(tuple(values), list(zip(*values.values(), strict=True)), source)


def _column(key: str, value: Any, source: str) -> list[Any]:
    if isinstance(value, str):
        return _Text(value, f"{source} = {value!r}").column()
    if isinstance(value, list) and value:
        return value
    raise BadConfig(f'{source}: {key} takes a list or a text such as "0:5", got {value!r}')


def _axis(keys: tuple[str, ...], rows: Sequence[tuple[Any, ...]], source: str) -> Axis:
    seen: set[str] = set()
    for row in rows:
        if (text := canonical(row)) in seen:
            told = canonical(row[0] if len(row) == 1 else row)
            raise BadConfig(f"{source}: {told} stands there twice")
        seen.add(text)
    return Axis(keys, tuple(rows), source)


def _refuse_repeats(axis: Axis | None, keys: Sequence[str]) -> None:
    for key in keys:
        if keys.count(key) > 1:
            raise BadConfig(f"{axis.source if axis else 'sweep'}: {key} is given twice")
