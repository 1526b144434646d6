"""`grokscope run --refine`: find where along a key of a sweep runs turn out otherwise."""

import itertools
import json
import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import click

from grokscope.cli.terminal import room, table
from grokscope.cli.training import Means, carry_out, exit_code
from grokscope.config import Experiment, Sweep
from grokscope.config.overrides import full_key
from grokscope.errors import BadConfig, listed, nearest
from grokscope.store.listing.summary import RunSummary
from grokscope.store.query import parse
from grokscope.store.query.fields import FIELDS
from grokscope.store.query.finding import is_query
from grokscope.train.boundary import Line, Search
from grokscope.train.plan import plan
from grokscope.wording import value

ENDED = ("finished", "failed")
UNKNOWN = "none"
"""What a run turned out as that does not say."""


@dataclass(frozen=True)
class Refinement:
    """What is sought along which key of a sweep, the other keys being held.

    Parameters
    ----------
    what : str
        `regime` or another field of words, which are compared; else a condition that runs fit or
        do not fit, such as `t_grok>100`.
    between : str, optional
        The key; where not given, the first of the sweep.

    Raises
    ------
    BadConfig, BadQuery
        If `what` is neither.
    """

    sweep: Sweep
    what: str
    between: str | None = None
    tolerance: float = 0.05
    rounds: int = 8

    def __post_init__(self) -> None:
        """Refuse what tells no two runs apart, before any is trained."""
        words = [name for name, field in FIELDS.items() if field.kind in ("text", "flag")]
        if is_query(self.what):
            parse(self.what)
        elif self.what not in words:
            raise BadConfig(
                f"--refine {self.what}: no word that a run turns out as"
                f"{nearest(self.what, words)}; accepted: regime, another field of words, or a"
                " condition such as 't_grok>100'"
            )

    def lines(self) -> Iterator[dict[str, Any]]:
        """Yield the values of the other keys, for each combination of them."""
        for point in itertools.product(*(axis.points for axis in self._others)):
            pairs = zip(self._others, point, strict=True)
            yield dict(p for axis, row in pairs for p in zip(axis.keys, row, strict=True))

    @property
    def key(self) -> str:
        """The key along which is sought, in full.

        Raises
        ------
        BadConfig
            If no axis of the sweep is of that key alone.
        """
        alone = [self._full(axis.keys[0]) for axis in self.sweep.axes if len(axis.keys) == 1]
        if not alone:
            raise BadConfig("--refine needs a sweep over a key, such as --sweep init_scale=0.1,10")
        wanted = alone[0] if self.between is None else self._full(self.between)
        if wanted not in alone:
            raise BadConfig(f"--between {self.between}: the sweep is over {listed(alone)}")
        return wanted

    @property
    def values(self) -> list[float]:
        """The values of that key in the sweep, increasing.

        Raises
        ------
        BadConfig
            If they are not two or more different numbers.
        """
        key = self.key
        (axis,) = (a for a in self.sweep.axes if list(map(self._full, a.keys)) == [key])
        given = [row[0] for row in axis.points]
        if len(given) < 2 or any(type(one) not in (int, float) for one in given):
            raise BadConfig(f"{axis.source}: --refine takes two or more numbers")
        if not all(map(math.isfinite, given)):
            raise BadConfig(f"{axis.source}: --refine takes finite numbers")
        return sorted(given)

    @property
    def search(self) -> Search:
        """How finely is sought: where the key holds whole numbers, between whole numbers."""
        section, _, name = self.key.rpartition(".")
        holds = getattr(getattr(self.sweep.base, section, None), name, 0.0)
        return Search(self.tolerance, self.rounds, type(holds) is int)

    def experiments(self, fixed: dict[str, Any], values: Sequence[float]) -> list[Experiment]:
        """Return the experiments of some values, the other keys being held."""
        return [self.sweep.at([*fixed.items(), (self.key, v)]) for v in values]

    def word(self, run: RunSummary) -> str:
        """Return what a run turned out as."""
        if is_query(self.what):
            return self.what if parse(self.what).select([run]) else f"not {self.what}"
        found = FIELDS[self.what].read(run)
        return UNKNOWN if found is None else str(found)

    @property
    def _others(self) -> list[Any]:
        return [a for a in self.sweep.axes if list(map(self._full, a.keys)) != [self.key]]

    def _full(self, key: str) -> str:
        return full_key(self.sweep.base.as_config(whole=True), key)


def refine(wanted: Refinement, means: Means) -> None:
    """Train what it takes to find the boundaries of a sweep, print them, and exit accordingly."""
    values, search = wanted.values, wanted.search
    trained: dict[str, RunSummary] = {}
    found: list[tuple[dict[str, Any], Line]] = []
    for fixed in wanted.lines():

        def ask(asked: Sequence[float], fixed: dict[str, Any] = fixed) -> list[str]:
            plans = plan(wanted.experiments(fixed, asked), means.store)
            runs = carry_out(plans, means)
            trained.update({run.id: run for run in runs})
            if len(runs) < len(plans) or any(run.status not in ENDED for run in runs):
                sys.exit(exit_code(runs) or 1)
            return [wanted.word(run) for run in runs]

        near = found[-1][1] if found else None
        found.append((fixed, search.along(values, ask, near)))
    _print(wanted, found, means.as_json)
    sys.exit(exit_code(list(trained.values())))


def _print(wanted: Refinement, found: Sequence[tuple[dict[str, Any], Line]], as_json: bool) -> None:
    runs = sum(len(line.words) for _, line in found)
    grid = sum(line.grid(wanted.values) for _, line in found)
    if as_json:
        lines = [
            {
                "fixed": fixed,
                "runs": len(line.words),
                "intervals": list(map(asdict, line.intervals)),
            }
            for fixed, line in found
        ]
        told = {"refine": wanted.what, "between": wanted.key, "runs": runs, "grid": grid}
        click.echo(json.dumps(told | {"lines": lines}, indent=1))
        return
    rows = [row for fixed, line in found for row in _rows(wanted, fixed, line)]
    if rows:
        click.echo(table(rows, ("low", "high", "runs"), room()))
    for fixed, line in found:
        if not line.intervals:
            click.echo(_none(wanted, fixed, line))
    click.echo(f"{runs} runs, where a grid as fine takes {grid}")


def _rows(wanted: Refinement, fixed: dict[str, Any], line: Line) -> list[dict[str, str]]:
    """Return a row for each boundary of a line."""
    held = {key: value(one) for key, one in fixed.items()} | {"key": wanted.key}
    rows = [
        {"low": f"{i.low:g}", "high": f"{i.high:g}", "below": i.below, "above": i.above}
        for i in line.intervals
    ]
    return [held | row | {"runs": str(len(line.words))} for row in rows]


def _none(wanted: Refinement, fixed: dict[str, Any], line: Line) -> str:
    """Return in words that a line has no boundary."""
    held = "".join(f"{key} = {value(one)}, " for key, one in fixed.items())
    (word,) = set(line.words.values())
    low, high = min(line.words), max(line.words)
    return f"{held}{wanted.key}: no boundary between {low:g} and {high:g}: all {word}"
