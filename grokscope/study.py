"""Studies: a paper's claims as runs, readings of them, and values expected beforehand.

A verdict follows from the readings by one rule, which is written down before anything runs.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xarray as xr

from grokscope.analysis import Request, Subject, written
from grokscope.config import Experiment, preset
from grokscope.config.overrides import assign
from grokscope.errors import UnknownName, listed, nearest
from grokscope.measures import MEASURES
from grokscope.store.listing.summary import RunSummary, read_summary

if TYPE_CHECKING:
    from grokscope.figure import Figure

MOST, FEW = 2 / 3, 1 / 3
"""Shares of seeds from which a claim holds, and up to which it fails; between, neither."""


@dataclass(frozen=True)
class Scale:
    """How much of a study is run."""

    name: str
    seeds: int
    """Of each group that belongs to it."""

    @property
    def option(self) -> str:
        """How a command asks for it."""
        return f"--seeds {self.seeds}" if self.name.startswith("seeds") else f"--{self.name}"

    @classmethod
    def of(cls, seeds: int | None, full: bool) -> "Scale":
        """Return the scale that a command asks for: quick where it asks for none."""
        if full:
            return cls("full", 10)
        return cls("quick", 3) if seeds is None else cls(f"seeds-{seeds}", seeds)


@dataclass(frozen=True, kw_only=True)
class Group:
    """Runs of one configuration, one for each seed."""

    name: str
    preset: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    quick: int = 3
    """Seeds at the quick scale; 0 where it takes too long for that."""

    def experiments(self, scale: Scale) -> list[Experiment]:
        """Return what is trained at a scale, in order of seed."""
        count = min(self.quick, scale.seeds) if scale.name == "quick" else scale.seeds
        usual = assign(preset(self.preset), self.changes.items())
        usual = replace(usual, name=self.name, title="")
        return [assign(usual, [("seed.root", seed)]) for seed in range(count)]


Found = Mapping[str, xr.DataArray]
"""Measures by what they are known as."""


class Trained:
    """One run of a study, read as claims need it."""

    def __init__(self, path: Path, device: str = "auto") -> None:
        self.path = path
        self.device = device
        self._known: dict[str, xr.DataArray | Exception] = {}

    @cached_property
    def summary(self) -> RunSummary:
        """What listings know of it."""
        return read_summary(self.path)

    @cached_property
    def metrics(self) -> xr.Dataset:
        """Its recorded curves, (step,)."""
        return self._subject.tree["metrics"].to_dataset()

    @property
    def t_train(self) -> float:
        """Time of fitting the training set by the default rule, in the task's unit, or NaN."""
        return self._time("t_train")

    @property
    def t_test(self) -> float:
        """Time of generalising by the default rule, in the task's unit, or NaN."""
        return self._time("t_test")

    @property
    def grokked(self) -> float:
        """1 if it grokked by the default rule, 0 if it did not, NaN where it cannot be told."""
        return self._regime("grokking")

    @property
    def steady(self) -> float:
        """1 if it learned steadily by the default rule, and not only did not grok; see there."""
        return self._regime("steady")

    def measure(self, text: str) -> xr.DataArray:
        """Return a measure, such as `fisher_speed interval=200`; kept in the run.

        Raises
        ------
        MissingData, UnknownName, BadConfig
            As `analysis.measure` does.
        """
        name = _name(written(text))
        if name not in self._known:
            self.learn(text, self.take(text))
        found = self._known[name]
        if isinstance(found, Exception):
            raise found
        return found

    def take(self, text: str) -> Found:
        """Return a measure and, for others will ask for them, those that share its work.

        Raises
        ------
        MissingData, UnknownName, BadConfig
            As `analysis.measure` does.
        """
        request = written(text)
        one = request.measure
        shared = [m for m in MEASURES.values() if one.prepare and m.prepare is one.prepare]
        requests = [replace(request, measure=m) for m in shared or [one]]
        return dict(zip(map(_name, requests), self._subject.measure(requests), strict=True))

    def learn(self, text: str, found: Found | Exception) -> None:
        """Know from now on what a measure that was asked for gave, or why it cannot be taken."""
        self._known |= {_name(written(text)): found} if isinstance(found, Exception) else found

    def knows(self, text: str) -> bool:
        """Return whether a measure, or why it cannot be taken, is known already."""
        return _name(written(text)) in self._known

    @cached_property
    def _subject(self) -> Subject:
        return Subject(self.path, self.device)

    def _regime(self, name: str) -> float:
        regime = self.summary.outcome.regime if self.summary.outcome else None
        return math.nan if regime is None else float(regime == name)

    def _time(self, name: str) -> float:
        found = getattr(self.summary.outcome, name) if self.summary.outcome else None
        return math.nan if found is None else float(found)


def _name(request: Request) -> str:
    return f"{request.key} every={request.every}"


Evidence = Mapping[str, Sequence[Trained]]
"""The runs of each group, in order of seed."""
Readings = Mapping[str, Sequence[float]]
"""Values by convention, the paper's own first; NaN where one cannot be had."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What a paper says, and how it is held against runs."""

    name: str
    statement: str
    where: str
    """In the paper."""
    paper: str
    """The paper's number, or what it says in words."""
    groups: tuple[str, ...]
    """Runs it is read from; with none of one of them it is not run."""
    quantity: str
    """What is read of them."""
    low: float = -math.inf
    high: float = math.inf
    """The claim holds for a seed whose value lies between, ends included."""
    read: Callable[[Evidence], Readings]
    parts: tuple[str, ...] = ()
    """What it says something of each of, where readings are named by these, then the convention."""
    beside: Callable[[Evidence], Readings] | None = None
    """Numbers that are told with the verdict and have no part in it."""
    note: str = ""
    """What a reader of the verdict should know: where text, code and measurement disagree."""

    @property
    def expected(self) -> str:
        """The rule, in one line."""
        if self.low == self.high:
            return f"{self.low:g}"
        if math.isinf(self.high):
            return f"at least {self.low:g}"
        if math.isinf(self.low):
            return f"at most {self.high:g}"
        return f"{self.low:g} to {self.high:g}"

    def by_convention(self, readings: Readings) -> dict[str, dict[str, Sequence[float]]]:
        """Return readings by convention, in each the parts of the claim."""
        found: dict[str, dict[str, Sequence[float]]] = {}
        for name, values in readings.items():
            part = next((part for part in self.parts if name.startswith(part)), "")
            found.setdefault(name.removeprefix(part).strip(), {})[name] = values
        return found

    def holds(self, values: Sequence[float]) -> bool | None:
        """Return whether it holds for most seeds; None where it does for about half of them.

        Values that cannot be had count for neither; None too if they are more than half.
        """
        finite = [v for v in values if not math.isnan(v)]
        if not finite or 2 * len(finite) < len(values):
            return None
        share = sum(self.low <= v <= self.high for v in finite) / len(finite)
        return True if share >= MOST else False if share <= FEW else None


@dataclass(frozen=True, kw_only=True)
class Study:
    """A paper's claims and the runs they are read from."""

    name: str
    title: str
    source: str
    groups: Mapping[str, Group]
    claims: Mapping[str, Claim]
    figures: "Mapping[str, Figure]" = field(default_factory=dict)

    def chosen(self, names: Sequence[str]) -> list[Claim]:
        """Return claims by name, all of them where none is named.

        Raises
        ------
        UnknownName
            If there is no such claim.
        """
        for name in names:
            if name not in self.claims:
                guess = nearest(name, self.claims)
                raise UnknownName(f"no claim {name!r}{guess}; there are {listed(self.claims)}")
        return [self.claims[name] for name in names or self.claims]

    def experiments(self, claims: Sequence[Claim], scale: Scale) -> dict[str, list[Experiment]]:
        """Return what is trained for claims at a scale, by group."""
        needed = [name for name in self.groups if any(name in c.groups for c in claims)]
        return {name: self.groups[name].experiments(scale) for name in needed}
