"""Names that a file cannot hold as they were given, kept beside those that it holds."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from grokscope.errors import BadArgument
from grokscope.store.schema import METRIC_NAMES, Attribute, canonical, curve_name


class MetricNames:
    """Names of the metrics of one run, as they were given; a file has '.' in the place of '/'.

    Parameters
    ----------
    attrs : dict
        Root attributes of the run, which tell of names given before it was resumed.
    """

    def __init__(self, attrs: Mapping[str, Any]) -> None:
        self._given: dict[str, str] = {}
        self._seen: set[str] = set()
        try:
            self._given |= dict(json.loads(str(attrs.get(METRIC_NAMES, "{}"))))
        except (TypeError, ValueError, RecursionError):
            # what cannot be read is told anew
            self._given = {}

    def new(self, names: Collection[str]) -> dict[str, str]:
        """Return the names not seen before, by what they are stored as.

        Raises
        ------
        BadArgument
            If one would be stored under the name of another.
        ValueError
            If one cannot be stored.
        """
        if self._seen.issuperset(names):
            return {}
        fresh = {curve_name(name): name for name in names if name not in self._seen}
        known = {curve_name(name): name for name in self._seen} | self._given
        for stored, name in fresh.items():
            if known.get(stored, name) != name:
                raise BadArgument(
                    f"metric {name!r:.80} would be stored as {stored!r:.80}, as"
                    f" {known[stored]!r:.80} is; each needs a name of its own"
                )
        return fresh

    def keep(self, fresh: Mapping[str, str]) -> dict[str, Attribute]:
        """Take new names as seen; return the attribute that tells of changed ones, if any is."""
        self._seen.update(fresh.values())
        changed = {stored: name for stored, name in fresh.items() if stored != name}
        self._given |= changed
        return {METRIC_NAMES: canonical(self._given)} if changed else {}
