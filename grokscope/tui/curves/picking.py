"""Picking: quantities into panels, in an order, several in one where that is wanted."""

from collections.abc import Sequence

Groups = tuple[tuple[str, ...], ...]
"""The quantities of each panel."""


def toggled(groups: Groups, key: str) -> Groups:
    """Return the panels without a quantity, or with it in a panel of its own at the end."""
    without = _without(groups, key)
    return (*without, (key,)) if _panel(groups, key) is None else without


def joined(groups: Groups, key: str) -> Groups | None:
    """Return the panels with a quantity in the one before its own, or in its own once more.

    None where there is no panel before, or the quantity is not shown.
    """
    at = _panel(groups, key)
    if at is None:
        return None
    if groups[at][0] != key:
        rest = tuple(one for one in groups[at] if one != key)
        return (*groups[:at], rest, (key,), *groups[at + 1 :])
    if at == 0:
        return None
    return (*groups[: at - 1], (*groups[at - 1], *groups[at]), *groups[at + 1 :])


def listed(groups: Groups, offered: Sequence[str]) -> list[str]:
    """Return all quantities: those shown in their order, then the rest."""
    shown = [key for keys in groups for key in keys]
    return [*shown, *(key for key in offered if key not in shown)]


def number(groups: Groups, key: str) -> str:
    """Return which panel a quantity is in, counted from 1; empty where it is not shown."""
    at = _panel(groups, key)
    return "" if at is None else str(at + 1)


def _panel(groups: Groups, key: str) -> int | None:
    return next((at for at, keys in enumerate(groups) if key in keys), None)


def _without(groups: Groups, key: str) -> Groups:
    rest = (tuple(one for one in keys if one != key) for keys in groups)
    return tuple(keys for keys in rest if keys)
