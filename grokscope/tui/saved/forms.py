"""Forms: how curves, a sweep and training time are looked at, as values that TOML has.

What is read may be edited by hand or come from another version: what does not fit is passed over.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from grokscope.tui.curves.view import BANDS, EVENTS, KINDS, RELATIONS, WIDTHS, View
from grokscope.tui.sweeps.sweep import Sweep
from grokscope.tui.through.shots import Film, Shot

AMONG: dict[str, tuple[str | int, ...]] = {
    "x": ("", *KINDS),
    "origin": ("", *EVENTS),
    "smoothing": WIDTHS,
    "band": BANDS,
    "relation": RELATIONS,
}
"""Choices of a view of curves, and what they can be."""
SWITCHES = ("log_x", "log_other", "second", "overlay")
LARGEST = 12
"""How often panels are enlarged at most; the screen stops earlier."""


def of_curves(view: View) -> dict[str, Any]:
    """Return what of a view of curves is not as usual."""
    told = {one.name: getattr(view, one.name) for one in fields(view)
            if getattr(view, one.name) != one.default}  # fmt: skip
    return {name: _listed(value) for name, value in told.items()}


def curves(stored: Mapping[str, Any]) -> View:
    """Return the view of curves that was stored."""
    found: dict[str, Any] = {
        name: stored[name] for name, every in AMONG.items() if _one_of(stored.get(name), every)
    }
    found |= {name: stored[name] for name in SWITCHES if isinstance(stored.get(name), bool)}
    if isinstance(first := stored.get("first"), str):
        found["first"] = first
    if len(cursor := numbers([stored.get("cursor")])) == 1:
        found["cursor"] = cursor[0]
    if len(window := numbers(stored.get("window"))) == 2 and window[0] < window[1]:
        found["window"] = window
    found["flipped"] = frozenset(texts(stored.get("flipped")))
    chosen = stored.get("chosen")
    panels = (texts(keys) for keys in (chosen if isinstance(chosen, list) else ()))
    return View(**found, chosen=tuple(keys for keys in panels if keys))


def of_sweep(sweep: Sweep) -> dict[str, Any]:
    """Return what of how a sweep is looked at is not as usual."""
    cursor = {key: value for key, value in sweep.cursor.items() if isinstance(value, _SCALARS)}
    names = ("row", "column", "shows", "link", "log_x", "log_y")
    told = {name: getattr(sweep, name) for name in names} | {"cursor": cursor}
    return {name: value for name, value in told.items() if value != getattr(_USUAL, name)}


def sweep(stored: Mapping[str, Any]) -> Sweep:
    """Return how a sweep was looked at; keys that are gone give way to usual ones."""
    told = {
        name: stored[name]
        for name, kind in (("row", str), ("column", str), ("shows", str), ("link", str),
                           ("log_x", bool), ("log_y", bool))
        if isinstance(stored.get(name), kind)
    }  # fmt: skip
    cursor = stored.get("cursor")
    return Sweep(**told, cursor=dict(cursor) if isinstance(cursor, dict) else {})


def of_film(film: Film) -> dict[str, Any]:
    """Return how training time is looked at."""
    told: dict[str, Any] = {"pair": film.pair} if film.pair else {}
    told |= {"zoom": film.zoom} if film.zoom else {}
    if film.chosen:
        told["chosen"] = [shot.key for shot in film.chosen]
        told["pages"] = [shot.page for shot in film.chosen]
    return told if film.first is None else told | {"key": film.first.key, "page": film.first.page}


def film(stored: Mapping[str, Any]) -> Film:
    """Return how training time was looked at."""
    key, page, zoom = stored.get("key"), stored.get("page", 0), stored.get("zoom")
    whole = isinstance(page, int) and page >= 0
    pages = (int(page) for page in numbers(stored.get("pages")) if page >= 0)
    return Film(
        pair=stored.get("pair") is True,
        first=Shot(key, page) if isinstance(key, str) and whole else None,
        chosen=tuple(map(Shot, texts(stored.get("chosen")), pages)),
        zoom=min(max(zoom, 0), LARGEST) if isinstance(zoom, int) else 0,
    )


def texts(told: Any) -> tuple[str, ...]:
    """Return the texts of a stored list."""
    return tuple(one for one in told if isinstance(one, str)) if isinstance(told, list) else ()


def numbers(told: Any) -> tuple[float, ...]:
    """Return the finite numbers of a stored list."""
    every = told if isinstance(told, list) else ()
    usable = (one for one in every if isinstance(one, int | float) and not isinstance(one, bool))
    return tuple(float(one) for one in usable if math.isfinite(one))


_SCALARS = (str, bool, int, float)
_USUAL = Sweep()


def _one_of(value: Any, every: Iterable[str | int]) -> bool:
    return any(type(value) is type(one) and value == one for one in every)


def _listed(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    return [_listed(one) for one in value] if isinstance(value, tuple) else value
