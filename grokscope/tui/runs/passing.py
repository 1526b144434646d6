"""Passing: which runs fit what was typed, and what sets those apart."""

from collections.abc import Iterator
from operator import attrgetter
from typing import TYPE_CHECKING

from grokscope.errors import BadQuery
from grokscope.tui import words

if TYPE_CHECKING:
    from grokscope.store.listing.summary import RunSummary


def fitting(runs: list["RunSummary"], text: str) -> list["RunSummary"]:
    """Return the runs that fit a query, the very list where it asks for nothing.

    Raises
    ------
    BadQuery
        Where it cannot be understood.
    """
    if not text.strip():
        return runs
    from grokscope.store.query import parse

    return parse(text).select(runs, loose=True)


def beginnings(problem: BadQuery) -> Iterator[str]:
    """Yield a query without its last words, one more each time, where it only ends too early."""
    text = problem.text.rstrip()
    while problem.span[0] >= len(problem.text.rstrip()) and (" " in text):
        text = text.rpartition(" ")[0].rstrip()
        yield text


def kinds(runs: list["RunSummary"]) -> list["RunSummary"]:
    """Return one of all runs that differ in nothing but seeds."""
    return list(dict(zip(map(attrgetter("glance.kin"), runs), runs, strict=True)).values())


def differing(kinds: list["RunSummary"]) -> list[str]:
    """Return the configuration keys that set kinds of runs apart, besides seeds and titles."""
    from grokscope.store.listing.glance import own

    return [key for key in words.differing(kinds) if not own(key)]
