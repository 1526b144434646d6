"""Fields: the values of one configuration section, checked against its dataclass."""

import sys
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, Literal, TypeVar, get_args, get_origin

from grokscope.errors import BadConfig, listed, nearest

S = TypeVar("S")

MOST = 2**63
"""Whole numbers stay below it, as files hold them."""


def build(section: type[S], values: Mapping[str, Any], where: str) -> S:
    """Return `section(**values)` with every value checked and given its field's type.

    Parameters
    ----------
    where : str
        Name of the section in messages, such as "optimizer".

    Raises
    ------
    BadConfig
        Naming the unknown key and its nearest known one, the missing key, or the value that
        does not fit and what would.
    """
    hints = typing.get_type_hints(section)
    known = {field.name: field for field in fields(section)}  # type: ignore[arg-type]
    for key in values:
        if key not in known:
            raise BadConfig(
                f"unknown key {where}.{key}{nearest(key, known)}; "
                f"[{where}] accepts: {listed(known)}"
            )
    for key, field in known.items():
        required = field.default is MISSING and field.default_factory is MISSING
        if required and key not in values:
            raise BadConfig(f"{where}.{key} is missing; it has no default")
    checked = {key: coerce(value, hints[key], f"{where}.{key}") for key, value in values.items()}
    return section(**checked)


def coerce(value: Any, kind: Any, key: str) -> Any:
    """Return `value` as the annotated type `kind`.

    Raises
    ------
    BadConfig
        If it does not fit; the message says what `key` accepts.
    """
    origin, args = get_origin(kind), get_args(kind)
    if origin in (typing.Union, types.UnionType):
        if value is None and types.NoneType in args:
            return None
        return coerce(value, next(a for a in args if a is not types.NoneType), key)
    if origin is Literal:
        if value not in args:
            raise BadConfig(f"{key} must be one of {listed(map(str, args))}, got {value!r}")
        return value
    if origin is tuple:
        return _coerce_items(value, args, key)
    if not _fits(value, kind):
        most = " below 2^63" if kind is int and _fits(value, float) and abs(value) >= MOST else ""
        raise BadConfig(f"{key} must be {_NOUNS[kind]}{most}, got {value!r}")
    return kind(value)


_NOUNS = {int: "a whole number", float: "a finite number", bool: "true or false", str: "a text"}


def _fits(value: Any, kind: type) -> bool:
    if kind is bool or isinstance(value, bool):
        return kind is bool and isinstance(value, bool)
    if kind is int:
        whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        return whole and abs(value) < MOST
    if kind is float:
        return isinstance(value, int | float) and abs(value) <= sys.float_info.max
    return isinstance(value, kind)


def _coerce_items(value: Any, args: tuple[Any, ...], key: str) -> tuple[Any, ...]:
    open_ended = len(args) == 2 and args[1] is Ellipsis
    kinds = args[:1] if open_ended else args
    if isinstance(value, str) and "," in value:
        quote = '"' if args[0] is str else ""
        items = ", ".join(f"{quote}{item.strip()}{quote}" for item in value.split(","))
        raise BadConfig(f"{key} must be a list such as [{items}], got {value!r}")
    if not isinstance(value, list | tuple):
        value = [value]
    if not open_ended and len(value) != len(kinds):
        raise BadConfig(f"{key} must be a list of {len(kinds)} values, got {list(value)!r}")
    each = kinds * len(value) if open_ended else kinds
    return tuple(coerce(v, kind, key) for v, kind in zip(value, each, strict=True))
