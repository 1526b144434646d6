"""Measuring: what can be computed on runs, what is stored, and the command that computes it."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Offer:
    """A measure that can be computed."""

    name: str
    title: str
    units: str
    source: str
    reads: str
    """What it needs of a run: curves, weights or the network."""
    parameters: Mapping[str, Any]
    """Conventions that change the number, with what they are unless chosen."""


def offers(printed: str) -> list[Offer]:
    """Return the measures that `grokscope measures --json` printed.

    Raises
    ------
    ValueError, KeyError, TypeError
        If it printed something else.
    """
    return [
        Offer(
            row["measure"],
            row["long_name"],
            row["units"],
            row["source"],
            row["reads"],
            dict(row["parameters"]),
        )
        for row in json.loads(printed)
    ]


def stored(name: str, keys: Collection[str]) -> list[str]:
    """Return the keys under which results of a measure are stored; a variable's name is no part."""
    return sorted(
        {key.partition("/")[0] for key in keys if key.partition("/")[0].split(".")[0] == name}
    )


def fitting(all_offers: Sequence[Offer], typed: str) -> list[Offer]:
    """Return the measures that every typed word fits.

    A word fits a measure whose name or title holds it, or a parameter of which it begins;
    `key=value` fits one that has the parameter.
    """
    return [one for one in all_offers if all(_fits(one, word) for word in typed.split())]


def _fits(offer: Offer, word: str) -> bool:
    key, equals, _ = word.partition("=")
    if equals:
        return key in offer.parameters
    begun = any(name.startswith(word) for name in offer.parameters)
    return begun or word.lower() in f"{offer.name} {offer.title}".lower()


def completion(offer: Offer, typed: str) -> str | None:
    """Return the line with its last word completed to a parameter, or to the value it has."""
    before, space, word = typed.rpartition(" ")
    if not word:
        return None
    for key, value in offer.parameters.items():
        whole = f"{key}={value}"
        if whole.startswith(word) and whole != word:
            return before + space + (whole if "=" in word else f"{key}=")
    return None


def command(ids: Sequence[str], offer: Offer, typed: str) -> list[str]:
    """Return what follows `grokscope` to compute a measure on runs."""
    chosen = [word for word in typed.split() if "=" in word]
    return ["measure", *ids, offer.name, *(part for word in chosen for part in ("--set", word))]
