"""Sweeps: an experiment with several values for some keys, one run for each combination."""

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from grokscope.config.axes import Axis
from grokscope.config.experiment import Experiment
from grokscope.config.idle import refuse_idle
from grokscope.config.overrides import NAMES, assign, full_key, parse_assignment
from grokscope.errors import BadConfig, listed

MOST = 100_000
"""Most runs of a sweep."""


@dataclass(frozen=True)
class Sweep:
    """An experiment with several values for some keys; without axes, the experiment itself."""

    base: Experiment
    axes: tuple[Axis, ...] = ()
    given: tuple[tuple[str, Any], ...] = ()
    """Keys and values that were set for all; they may need a task or model of an axis."""

    def changed(self, assignments: Sequence[str], axes: Sequence[Axis]) -> "Sweep":
        """Return the sweep with values set and further axes; they replace those of the same keys.

        Raises
        ------
        BadConfig
            If a key is given twice, or an axis lost some of its keys and kept others.
        """
        given = [self._full(a.partition("=")[0].strip()) for a in assignments]
        new = [(axis, [self._full(key) for key in axis.keys]) for axis in axes]
        for axis, keys in new:
            for key in keys:
                if key in given:
                    raise BadConfig(f"{axis.source}: {key} is given twice")
                given.append(key)
        kept = []
        for axis in self.axes:
            lost = [key for key in axis.keys if self._full(key) in given]
            if lost and len(lost) < len(axis.keys):
                others = listed(key for key in axis.keys if key not in lost)
                raise BadConfig(f"{axis.source} changes {listed(lost)} with {others}; give all")
            kept += [] if lost else [axis]
        pairs = (*self.given, *map(parse_assignment, assignments))
        found = Sweep(self.base, (*kept, *axes), pairs)
        return found if found._many_named else replace(found, base=assign(self.base, pairs))

    def __len__(self) -> int:
        return math.prod(len(axis.points) for axis in self.axes)

    def experiments(self) -> Iterator[Experiment]:
        """Yield one experiment for each combination, the last axis changing fastest.

        Raises
        ------
        BadConfig
            If there are more than `MOST`, or a key or a value does not fit.
        """
        if len(self) > MOST:
            sizes = " x ".join(str(len(axis.points)) for axis in self.axes)
            raise BadConfig(f"a sweep of {sizes} = {len(self)} runs; at most {MOST} are accepted")
        self._require_keys()
        for point in itertools.product(*(axis.points for axis in self.axes)):
            pairs = zip(self.axes, point, strict=True)
            yield self.at(p for axis, row in pairs for p in zip(axis.keys, row, strict=True))

    def at(self, pairs: Iterable[tuple[str, Any]]) -> Experiment:
        """Return the experiment whose keys have these values.

        Raises
        ------
        BadConfig
            If a key or a value does not fit, or does nothing there.
        """
        asked = [*self.given, *pairs]
        found = assign(self.base, asked)
        refuse_idle(found, (key for key, _ in asked))
        return found

    def _require_keys(self) -> None:
        """Refuse an axis of an unknown key by its source, where no axis decides the keys."""
        config = self.base.as_config(whole=True)
        for axis in [] if self._many_named else self.axes:
            for key in axis.keys:
                try:
                    full_key(config, key)
                except BadConfig as error:
                    raise BadConfig(f"{axis.source}: {error}") from error

    @property
    def _many_named(self) -> bool:
        """Whether an axis decides which keys there are."""
        return any(key in NAMES for axis in self.axes for key in axis.keys)

    def _full(self, key: str) -> str:
        try:
            return full_key(self.base.as_config(whole=True), key)
        except BadConfig:
            # it may exist once the task or the model is another one
            return key
