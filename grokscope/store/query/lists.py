"""Lists in brackets, such as `hidden=[64,32]`, as a query compares them."""

import re
from collections.abc import Iterator
from contextlib import suppress

from grokscope.errors import BadQuery
from grokscope.store.query.syntax import EQUALITY
from grokscope.store.query.values import texts

_LIST = re.compile(r"\[([^\[\]]*)(\](?=[\s)]|$))?")
_ITEM = re.compile(r"""\s*("[^"]*"|'[^']*'|[^\s"'()]+)\s*""")


def read_list(text: str, start: int, sign: str) -> tuple[str, int]:
    """Return a list as the text that runs which hold it are matched by, `64,32`, and its end.

    Parameters
    ----------
    start : int
        Where its bracket opens.
    sign : str
        Of the comparison on whose right it stands.

    Raises
    ------
    BadQuery
        If it is not closed, or something in it is no number and no text, or it is to be ordered.
    """
    found = _LIST.match(text, start)
    assert found is not None
    end = found.end()
    if found[2] is None:
        told = {"[": "a list in a list has no meaning", "]": "a space is missing behind the list"}
        missing = "the list is not closed: ']' is missing"
        span = (end, end + 1) if text[end:] else (start, end)
        raise BadQuery(told.get(text[end : end + 1], missing), text, span)
    if sign not in EQUALITY:
        raise BadQuery(f"a list takes = or !=, and no {sign}", text, (start, end))
    return ",".join(_items(text, start + 1, found[1])), end


def _items(text: str, place: int, inside: str) -> Iterator[str]:
    for part in inside.split(",") if inside.strip() else ():
        item, size = _ITEM.fullmatch(part), max(len(part), 1)
        if item is None:
            what = f"{part.strip()[:40]!r} is no item" if part.strip() else "an item is missing"
            told = f"{what}; a list takes numbers or words with commas between"
            raise BadQuery(told, text, (place, place + size))
        yield _spelt(item[1])
        place += len(part) + 1


def _spelt(item: str) -> str:
    """Return an item as values are matched: numbers in their shortest form, words unquoted."""
    for kind in (int, float):
        with suppress(ValueError):
            return (texts(kind(item)) or [item])[0]
    return item.strip("\"'")
