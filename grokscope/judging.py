"""Judging: a claim held against runs, and its verdict, which follows from readings by one rule."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from grokscope.errors import MissingData, listed
from grokscope.store.files.values import number
from grokscope.study import Claim, Evidence, Readings

Verdict = Literal["reproduced", "convention-dependent", "not reproduced", "inconclusive", "not run"]


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
        """Return what is stored and printed; as JSON has no infinity, only words tell of one."""
        claim = self.claim
        told = {
            key: getattr(claim, key)
            for key in ("name", "statement", "where", "paper", "quantity", "expected", "note")
        }
        readings = {
            name: [number(float(v)) for v in values] for name, values in self.readings.items()
        }
        return told | {
            "ours": self.ours,
            "verdict": self.verdict,
            "why": self.why,
            "readings": readings,
            "runs": list(self.runs),
        }


def judge(claim: Claim, evidence: Evidence) -> Finding:
    """Hold a claim against runs.

    It is reproduced where it holds by every convention it is read by, convention-dependent where
    it holds by some, not reproduced where it fails by all, and inconclusive otherwise. By one
    convention it holds where it does for all its parts, and fails where it does for one.
    """
    missing = [name for name in claim.groups if not evidence.get(name)]
    runs = tuple(run.path.name for name in claim.groups for run in evidence.get(name, ()))
    if missing:
        return Finding(claim, "not run", f"{listed(missing)}: not trained at this scale", {}, runs)
    try:
        readings = claim.read(evidence)
    except MissingData as error:
        return Finding(claim, "inconclusive", str(error), {}, runs)
    found = [
        _whole([claim.holds(values) for values in parts.values()])
        for parts in claim.by_convention(readings).values()
    ]
    why = "; ".join([_why(claim, readings), *_beside(claim, evidence)])
    return Finding(claim, _verdict(found), why, readings, runs)


def _whole(parts: Sequence[bool | None]) -> bool | None:
    """Return whether all parts hold; None where that cannot be told."""
    return False if False in parts else None if None in parts else True


def _verdict(found: Sequence[bool | None]) -> Verdict:
    if found and all(found):
        return "reproduced"
    if any(found):
        return "convention-dependent"
    return "inconclusive" if None in found or not found else "not reproduced"


def _why(claim: Claim, readings: Readings) -> str:
    """Return for each convention the share of seeds for which the claim holds."""
    parts = []
    for name, values in readings.items():
        finite = [v for v in values if not math.isnan(v)]
        held = sum(claim.low <= v <= claim.high for v in finite)
        parts.append(f"{name}: {spread(values)}, holds for {held} of {len(finite)}")
    return "; ".join(parts)


def _beside(claim: Claim, evidence: Evidence) -> list[str]:
    """Return what is told beside the readings, or why it cannot be: it decides nothing."""
    if claim.beside is None:
        return []
    try:
        return [f"{name} {spread(values)}" for name, values in claim.beside(evidence).items()]
    except MissingData as error:
        return [str(error)]


def spread(values: Sequence[float]) -> str:
    """Return mean ± standard deviation of values and how many there are, in a few characters."""
    finite = np.array([v for v in values if not math.isnan(v)])
    if not finite.size:
        return "-"
    if finite.size == 1 or np.isinf(finite).any():
        return _digits(np.median(finite), 3) + (f" ({finite.size})" if finite.size > 1 else "")
    return f"{_digits(finite.mean(), 3)} ± {_digits(finite.std(ddof=1), 2)} ({finite.size})"


def _digits(value: float, digits: int) -> str:
    """Return a number with so many digits that count, epochs of a long run without an exponent."""
    short = f"{value:.{digits}g}"
    return f"{float(short):,.0f}" if 10**digits <= abs(value) < 1e6 else short
