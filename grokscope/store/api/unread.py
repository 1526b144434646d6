"""Arrays that lie in a run's files until they are used; they hold paths, and no open file."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grokscope.store.schema import Attribute

Key = tuple[Any, ...]
"""For each axis a slice or a whole number; one of them may be an array of indices."""


class Unread(ABC):
    """An array of which parts can be read."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    @abstractmethod
    def take(self, key: Key) -> NDArray[Any]:
        """Return what a key selects; whole numbers drop their axis."""


@dataclass(frozen=True)
class Labelled:
    """A variable, its values in memory or unread."""

    dims: tuple[str, ...]
    data: NDArray[Any] | Unread
    attrs: Mapping[str, Attribute] = field(default_factory=dict)

    @property
    def sizes(self) -> dict[str, int]:
        """Length of each dimension."""
        return dict(zip(self.dims, self.data.shape, strict=True))


class Lazy(Unread):
    """An array that `read` gives, by a key of which only the first may be an array."""

    def __init__(
        self, read: Callable[[Key], NDArray[Any]], shape: tuple[int, ...], dtype: np.dtype[Any]
    ) -> None:
        self.read = read
        self.shape = shape
        self.dtype = dtype

    def take(self, key: Key) -> NDArray[Any]:
        """Return what a key selects."""
        plain, axis, indices = list(key), 0, None
        for place, part in enumerate(key):
            if place and isinstance(part, np.ndarray):
                low = int(part.min(initial=self.shape[place]))
                plain[place] = slice(low, int(part.max(initial=low - 1)) + 1)
                axis = sum(not isinstance(before, int | np.integer) for before in key[:place])
                indices = part - low
        values = self.read(tuple(plain))
        return values if indices is None else np.take(values, indices, axis)


class Stacked(Unread):
    """Unread arrays of several runs as one, (run, time, *axes); NaN where a run lacks a time.

    Parameters
    ----------
    parts : sequence of Unread or None
        One for each run, (time, *axes), or None where a run has nothing.
    places : ndarray of int, (run, time)
        Where each time lies in each part; -1 where it does not.
    """

    def __init__(self, parts: Sequence[Unread | None], places: NDArray[np.int64]) -> None:
        known = [part for part in parts if part is not None]
        self.shape = (*places.shape, *known[0].shape[1:])
        holes = len(known) < len(parts) or bool((places < 0).any())
        self.dtype = fitting_type([part.dtype for part in known], holes)
        self.parts = parts
        self.places = places

    def take(self, key: Key) -> NDArray[Any]:
        """Return what a key selects; runs of which nothing is wanted are not opened."""
        runs, times, rest = key[0], key[1], key[2:]
        which = np.atleast_1d(np.arange(self.shape[0])[runs])
        when = np.atleast_1d(np.arange(self.shape[1])[times])
        inner = np.empty((1, *self.shape[2:]), np.uint8)[(slice(None), *rest)].shape[1:]
        values = np.full((len(which), len(when), *inner), missing(self.dtype), self.dtype)
        for row, run in enumerate(which):
            part, places = self.parts[run], self.places[run, when]
            here = np.flatnonzero(places >= 0)
            if part is not None and here.size:
                values[row, here] = part.take((places[here], *rest))
        alone = (isinstance(one, int | np.integer) for one in (runs, times))
        return values[tuple(0 if one else slice(None) for one in alone)]


def fitting_type(types: Sequence[np.dtype[Any]], gaps: bool) -> np.dtype[Any]:
    """Return the type that holds values of all these, and NaN too where there are gaps."""
    if any(kind.kind == "O" for kind in types):
        return np.dtype(object)
    whole = np.result_type(*types)
    return np.dtype(np.float64) if gaps and whole.kind in "iub" else whole


def missing(dtype: np.dtype[Any]) -> Any:
    """Return what stands for a missing value: NaN, '' for text."""
    return "" if dtype.kind == "O" else np.nan if dtype.kind == "f" else 0
