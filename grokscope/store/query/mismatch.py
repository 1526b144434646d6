"""Comparisons that no run can pass: text against numbers, and numbers against words."""

from collections.abc import Sequence
from typing import Any

from grokscope.errors import BadQuery
from grokscope.store.listing.summary import RunSummary
from grokscope.store.query.fields import Field
from grokscope.store.query.syntax import EQUALITY, Comparison, Number
from grokscope.store.query.values import texts


def refuse_order(left: Field, tree: Comparison, runs: Sequence[RunSummary], text: str) -> None:
    """Refuse text that is to be more or less than a number; equality may mean its spelling.

    Raises
    ------
    BadQuery
        If the field holds text alone.
    """
    if tree.operator in EQUALITY or not isinstance(tree.right, Number):
        return
    held = _held(left, runs) if left.kind == "any" else []
    if left.kind not in ("number", "flag", "any") or (held and all(map(_wordy, held))):
        told = f"{left.name} is text and {tree.right.text[:40]!r} is a number"
        raise BadQuery(told, text, tree.right.span)


def refuse_word(
    left: Field, tree: Comparison, word: str, runs: Sequence[RunSummary], text: str
) -> None:
    """Refuse a word, or text in quotes, for a field that holds numbers alone.

    Equality with what one of the runs holds, or with what reads as a number, may be asked for.

    Raises
    ------
    BadQuery
        If no run could fit.
    """
    held = _held(left, runs) if left.kind == "any" else []
    if not held or any(map(_wordy, held)):
        return
    if tree.operator in EQUALITY:
        spelt = {each.casefold() for value in held for each in texts(value)}
        listing = any(isinstance(value, list | tuple) for value in held)
        if listing or word.casefold() in spelt or _numeric(word):
            return
    truth = all(isinstance(value, bool) for value in held)
    what = "true or false" if truth else f"a number and {word[:40]!r} is text"
    raise BadQuery(f"{left.name} is {what}", text, tree.right.span)


def _held(field: Field, runs: Sequence[RunSummary]) -> list[Any]:
    return [value for run in runs if (value := field.read(run)) is not None]


def _wordy(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(map(_wordy, value))
    return isinstance(value, str)


def _numeric(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True
