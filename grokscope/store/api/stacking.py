"""One group of several runs as one: a leading axis `run`, and times that are joined."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from grokscope.errors import DifferentShapes
from grokscope.store.api.contents import Contents
from grokscope.store.api.unread import Labelled, Stacked, Unread, fitting_type, missing
from grokscope.store.schema import Attribute

Join = Literal["outer", "inner"]
TIMES = ("step", "checkpoint")
"""Dimensions that runs are joined along."""


def stack(parts: Sequence[Contents | None], runs: Sequence[str], join: Join) -> Contents:
    """Return one group of several runs, each variable (run, time, axes...).

    Steps, or checkpoints, are the union of all by `join` "outer", else the intersection. What a
    run lacks is NaN, or '' where it is text; whole numbers then become real ones. Labels of
    other axes, which all runs share, stay without an axis `run`.

    Parameters
    ----------
    parts : sequence of Contents or None
        One for each run; None where the run has no such group.
    runs : sequence of str
        Their ids, for people.

    Raises
    ------
    DifferentShapes
        If a variable differs between runs in its axes, their lengths or their labels.
    """
    known = [part for part in parts if part is not None]
    names = dict.fromkeys(name for part in known for name in part)
    time = next((t for t in TIMES if any(t in v.dims for part in known for v in part.values())), "")
    labels, places = _times([_labels(part, time) for part in parts], join)
    stacked: Contents = {}
    for name in names:
        mine = [None if part is None else part.get(name) for part in parts]
        _require_equal(name, mine, runs, time)
        first = next(one for one in mine if one is not None)
        attrs = agreed([one.attrs for one in mine if one is not None])
        if name == time:
            stacked[name] = Labelled((time,), labels, attrs)
        elif first.dims == (name,):
            stacked[name] = Labelled(first.dims, first.data, attrs)
        elif time in first.dims:
            rest = tuple(dim for dim in first.dims if dim != time)
            values = _along_time([_led(one, time) for one in mine], places)
            stacked[name] = Labelled(("run", time, *rest), values, attrs)
        else:
            stacked[name] = Labelled(("run", *first.dims), _side_by_side(mine), attrs)
    return stacked


def agreed(each: Sequence[Any]) -> dict[str, Attribute]:
    """Return the attributes that several things agree on."""
    first, *others = each
    return {
        name: value
        for name, value in first.items()
        if all(name in other and other[name] == value for other in others)
    }


def _labels(part: Contents | None, time: str) -> NDArray[np.int64] | None:
    if part is None or time not in part:
        return None
    data = part[time].data
    assert not isinstance(data, Unread)
    return data


def _times(
    each: Sequence[NDArray[np.int64] | None], join: Join
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the joined times, and where each lies in each run, (run, time), -1 for nowhere."""
    known = [steps for steps in each if steps is not None]
    whole = known[0] if known else np.array([], np.int64)
    for steps in known[1:]:
        if join == "outer":
            whole = np.union1d(whole, steps)
        else:
            whole = np.intersect1d(whole, steps, assume_unique=True)
    places = np.full((len(each), whole.size), -1, np.int64)
    for row, mine in zip(places, each, strict=True):
        if mine is not None and mine.size:
            at = np.searchsorted(mine, whole).clip(max=mine.size - 1)
            row[:] = np.where(mine[at] == whole, at, -1)
    return whole, places


def _require_equal(
    name: str, mine: Sequence[Labelled | None], runs: Sequence[str], time: str
) -> None:
    first: tuple[str, Labelled] | None = None
    for run, one in zip(runs, mine, strict=True):
        if one is None:
            continue
        first = first or (run, one)
        if _fixed(one, time) != _fixed(first[1], time):
            raise DifferentShapes(
                f"{name} is {_fixed(first[1], time)} in run {first[0]!r}, {_fixed(one, time)} in"
                f" run {run!r}; a cube holds runs of equal shape: name fewer runs or variables"
            )
        if name != time and one.dims == (name,) and not _same(one, first[1]):
            raise DifferentShapes(f"runs {first[0]!r} and {run!r} label {name!r} differently")


def _same(one: Labelled, other: Labelled) -> bool:
    return np.array_equal(np.asarray(one.data), np.asarray(other.data))


def _fixed(one: Labelled, time: str) -> dict[str, int]:
    return {dim: size for dim, size in one.sizes.items() if dim != time}


def _led(one: Labelled | None, time: str) -> NDArray[Any] | Unread | None:
    """Return values with time as their first axis."""
    if one is None or isinstance(one.data, Unread):
        return None if one is None else one.data
    return np.moveaxis(one.data, one.dims.index(time), 0)


def _along_time(
    values: Sequence[NDArray[Any] | Unread | None], places: NDArray[np.int64]
) -> NDArray[Any] | Unread:
    unread = [one for one in values if isinstance(one, Unread)]
    if unread:
        return Stacked([one if isinstance(one, Unread) else None for one in values], places)
    known = [one for one in values if isinstance(one, np.ndarray)]
    holes = bool((places < 0).any()) or len(known) < len(values)
    dtype = fitting_type([one.dtype for one in known], holes)
    whole = np.full((*places.shape, *known[0].shape[1:]), missing(dtype), dtype)
    for row, one, at in zip(whole, values, places, strict=True):
        if isinstance(one, np.ndarray):
            here = at >= 0
            row[here] = one[at[here]]
    return whole


def _side_by_side(mine: Sequence[Labelled | None]) -> NDArray[Any]:
    known = [np.asarray(one.data) for one in mine if one is not None]
    dtype = fitting_type([values.dtype for values in known], len(known) < len(mine))
    whole = np.full((len(mine), *known[0].shape), missing(dtype), dtype)
    for row, one in enumerate(mine):
        if one is not None:
            whole[row] = one.data
    return whole
