"""What runs hold, as queries compare it: numbers, texts and names."""

import fnmatch
import math
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from grokscope.store.listing.summary import RunSummary

BITS = 64
"""Whole numbers beyond so many bits are rounded."""


def real(thing: Any) -> float | int | None:
    """Return a value as a number, None where it is none; a list of one value counts as that."""
    if isinstance(thing, list | tuple) and len(thing) == 1:
        thing = thing[0]
    if isinstance(thing, bool):
        return int(thing)
    if isinstance(thing, int):
        if thing.bit_length() <= BITS:
            return thing
        try:
            return float(thing)
        except OverflowError:
            return None
    return thing if isinstance(thing, float) and not math.isnan(thing) else None


def texts(thing: Any) -> list[str]:
    """Return the texts that a value is matched by, none where it is missing.

    Each of several words is one; a list of other things is one text, its parts between commas.
    """
    if thing is None or (isinstance(thing, float) and math.isnan(thing)):
        return []
    if isinstance(thing, tuple) and all(isinstance(each, str) for each in thing):
        return list(thing)
    if isinstance(thing, list | tuple):
        return [",".join(text for each in thing for text in texts(each)[:1])]
    if isinstance(thing, bool):
        return ["true" if thing else "false"]
    if isinstance(thing, float):
        mantissa, e, exponent = f"{thing:.12g}".partition("e")
        return [f"{mantissa}e{int(exponent)}" if e else mantissa]
    number = real(thing) if isinstance(thing, int) else thing
    return [str(number)] if number is not None else []


def glob(pattern: str) -> Callable[[str], bool]:
    """Return whether a text fits a pattern with * ? and [...], as a function; case is ignored."""
    compiled = re.compile(fnmatch.translate(pattern), re.IGNORECASE)
    return lambda text: compiled.match(text) is not None


def names(run: RunSummary) -> Iterator[str]:
    """Yield what a run is called: id, name and tags."""
    yield run.id
    yield run.name
    yield from run.annotations.tags


def called(runs: Sequence[RunSummary], word: str) -> list[RunSummary]:
    """Return the run of this id, else those of this name, else those whose ids begin so."""
    found = [run for run in runs if run.id == word] or [run for run in runs if run.name == word]
    return found or [run for run in runs if word and run.id.startswith(word)]
