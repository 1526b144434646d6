"""Studies: a paper's claims as runs, readings of them, and values expected beforehand.

A verdict follows from the readings by one rule, which is written down before anything runs.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import xarray as xr

from grokscope.analysis import measure, written
from grokscope.config import Experiment, preset
from grokscope.config.overrides import assign
from grokscope.errors import MissingData, UnknownName, listed, nearest
from grokscope.measures import MEASURES
from grokscope.store.api.tree import open_run
from grokscope.store.listing.summary import RunSummary, read_summary

if TYPE_CHECKING:
    from grokscope.figure import Figure

Verdict = Literal["reproduced", "convention-dependent", "not reproduced", "inconclusive", "not run"]
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


class Trained:
    """One run of a study, read as claims need it."""

    def __init__(self, path: Path, device: str = "auto") -> None:
        self.path = path
        self.device = device

    @cached_property
    def summary(self) -> RunSummary:
        """What listings know of it."""
        return read_summary(self.path)

    @cached_property
    def metrics(self) -> xr.Dataset:
        """Its recorded curves, (step,)."""
        return open_run(self.path)["metrics"].to_dataset()

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
        regime = self.summary.outcome.regime if self.summary.outcome else None
        return math.nan if regime is None else float(regime == "grokking")

    def measure(self, text: str) -> xr.DataArray:
        """Return a measure, such as `fisher_speed interval=200`; kept in the run.

        Those that share its work are kept too, for other claims ask for them.

        Raises
        ------
        MissingData, UnknownName, BadConfig
            As `analysis.measure` does.
        """
        request = written(text)
        one = request.measure
        shared = [m.name for m in MEASURES.values() if one.prepare and m.prepare is one.prepare]
        names = [one.name, *(name for name in shared if name != one.name)]
        return measure(self.path, names, request.values, device=self.device)[0]

    def _time(self, name: str) -> float:
        found = getattr(self.summary.outcome, name) if self.summary.outcome else None
        return math.nan if found is None else float(found)


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
    beside: Callable[[Evidence], Readings] | None = None
    """Numbers that are told with the verdict and have no part in it."""
    note: str = ""
    """What a reader of the verdict should know: where text, code and measurement disagree."""

    @property
    def expected(self) -> str:
        """The rule, in one line."""
        if math.isinf(self.high):
            return f"at least {self.low:g}"
        if math.isinf(self.low):
            return f"at most {self.high:g}"
        return f"{self.low:g} to {self.high:g}"

    def holds(self, values: Sequence[float]) -> bool | None:
        """Return whether it holds for most seeds; None where it does for about half of them.

        Values that cannot be had count for neither; None too if they are more than half.
        """
        finite = [v for v in values if not math.isnan(v)]
        if not finite or 2 * len(finite) < len(values):
            return None
        share = sum(self.low <= v <= self.high for v in finite) / len(finite)
        return True if share >= MOST else False if share <= FEW else None


@dataclass(frozen=True)
class Finding:
    """A claim beside what was measured."""

    claim: Claim
    verdict: Verdict
    why: str
    readings: Readings = field(default_factory=dict)
    runs: tuple[str, ...] = ()

    @property
    def ours(self) -> str:
        """The paper's own convention: mean and spread over seeds."""
        return spread(next(iter(self.readings.values()), ()))

    def as_json(self) -> dict[str, Any]:
        """Return what is stored and printed."""
        claim = self.claim
        told = {
            key: getattr(claim, key)
            for key in ("name", "statement", "where", "paper", "quantity", "expected", "note")
        }
        readings = {
            name: [None if math.isnan(v) else float(v) for v in values]
            for name, values in self.readings.items()
        }
        return told | {
            "ours": self.ours,
            "verdict": self.verdict,
            "why": self.why,
            "readings": readings,
            "runs": list(self.runs),
        }


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


def judge(claim: Claim, evidence: Evidence) -> Finding:
    """Hold a claim against runs.

    It is reproduced where it holds by every convention it is read by, convention-dependent where
    it holds by some, not reproduced where it fails by all, and inconclusive otherwise.
    """
    missing = [name for name in claim.groups if not evidence.get(name)]
    runs = tuple(run.path.name for name in claim.groups for run in evidence.get(name, ()))
    if missing:
        return Finding(claim, "not run", f"{listed(missing)}: not trained at this scale", {}, runs)
    try:
        readings = claim.read(evidence)
    except MissingData as error:
        return Finding(claim, "inconclusive", str(error), {}, runs)
    found = {name: claim.holds(values) for name, values in readings.items()}
    why = [_why(claim, readings)]
    if claim.beside is not None:
        why += [f"{name} {spread(values)}" for name, values in claim.beside(evidence).items()]
    return Finding(claim, _verdict(list(found.values())), "; ".join(why), readings, runs)


def _verdict(found: Sequence[bool | None]) -> Verdict:
    if all(found):
        return "reproduced"
    if any(found):
        return "convention-dependent"
    return "inconclusive" if None in found else "not reproduced"


def _why(claim: Claim, readings: Readings) -> str:
    """Return for each convention the share of seeds for which the claim holds."""
    parts = []
    for name, values in readings.items():
        finite = [v for v in values if not math.isnan(v)]
        held = sum(claim.low <= v <= claim.high for v in finite)
        parts.append(f"{name}: {spread(values)}, holds for {held} of {len(finite)}")
    return "; ".join(parts)


def spread(values: Sequence[float]) -> str:
    """Return mean ± standard deviation of values and how many there are, in a few characters."""
    finite = np.array([v for v in values if not math.isnan(v)])
    if not finite.size:
        return "-"
    if finite.size == 1 or np.isinf(finite).any():
        return f"{np.median(finite):.3g}" + (f" ({finite.size})" if finite.size > 1 else "")
    return f"{finite.mean():.3g} ± {finite.std(ddof=1):.2g} ({finite.size})"
