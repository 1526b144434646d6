"""Claims on what networks pay for being compressible."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from grokscope.studies.grokking_vs_learning.compression import AT_THE_END
from grokscope.studies.grokking_vs_learning.groups import (
    COMPRESSED,
    COMPRESSIVE,
    GROKS,
    ISING_GROKS,
    ISING_LEARNS,
    ISING_SCALES,
)
from grokscope.studies.grokking_vs_learning.readings import at, by_convention, last, pairs
from grokscope.study import Claim, Evidence, Readings, Trained
from grokscope.trade_off import fit_interval, linear_fit, resampled_fits

ENOUGH = 5
"""Runs that a correlation takes at least."""


def trade_off(*groups: str, curve: str = "train_loss") -> Callable[[Evidence], list[float]]:
    """Return what reads how closely compressibility follows a loss, over all runs at once.

    One correlation coefficient in [-1, 1], of the finite ends of at least five runs; else NaN.
    """

    def read(evidence: Evidence) -> list[float]:
        found = ends(evidence, groups, curve)
        through = linear_fit(*found)
        return [math.copysign(math.sqrt(through.r2), through.slope) if enough(*found) else math.nan]

    return read


def line(*groups: str) -> Callable[[Evidence], Readings]:
    """Return what reads the line through compressibility over train loss: its slope and R2.

    Where there are at least five runs, each with its 95 % interval by the bootstrap.
    """

    def read(evidence: Evidence) -> Readings:
        found = ends(evidence, groups, "train_loss")
        through = linear_fit(*found)
        told = {"slope per nat": [through.slope], "R2": [through.r2]}
        if not enough(*found):
            return told
        low, high = fit_interval(resampled_fits(*found))
        slopes = {"slope at least": [low.slope], "slope at most": [high.slope]}
        return told | slopes | {"R2 at least": [low.r2], "R2 at most": [high.r2]}

    return read


def enough(loss: ArrayLike, compressibility: ArrayLike) -> bool:
    """Return whether the finite ends of runs are enough to tell a relation."""
    return int(np.isfinite(np.add(loss, compressibility)).sum()) >= ENOUGH


def ends(evidence: Evidence, groups: Sequence[str], curve: str) -> tuple[list[float], list[float]]:
    """Return the last loss and compressibility of all runs of some groups."""
    runs = [run for group in groups for run in evidence[group]]
    return [last(run, curve) for run in runs], [end(run) for run in runs]


def gain(one: Trained, other: Trained) -> float:
    """Return how many times more compressible the first run ends."""
    return end(one) / end(other)


def end(run: Trained) -> float:
    """Return the compressibility of the last checkpoint."""
    return at(run.measure(f"compressibility {AT_THE_END}"), math.inf)


CLAIMS = [
    Claim(
        name="trade-off-steady",
        statement="compressive networks trade train loss for compressibility",
        where="section 5.1, fig. 5",
        paper="linear, the larger the loss the more compressible",
        groups=COMPRESSIVE,
        quantity="correlation of compressibility with the last train loss, init_scale 0.1 and 0.4",
        low=0.7,
        read=by_convention(over_all_runs=trade_off(*COMPRESSIVE)),
        beside=line(*COMPRESSIVE),
        note="after 200 epochs here; the paper trained 1000",
    ),
    Claim(
        name="trade-off-grokking",
        statement="grokking networks do not",
        where="section 5.1, fig. 5",
        paper="no relation",
        groups=(GROKS, "modadd-5"),
        quantity="correlation of compressibility with the last train loss, init_scale 5 and 10",
        low=-0.7,
        high=0.7,
        read=by_convention(over_all_runs=trade_off(GROKS, "modadd-5")),
        beside=line(GROKS, "modadd-5"),
    ),
    Claim(
        name="trade-off-test-loss",
        statement="test loss has no part in that",
        where="section 5.1",
        paper="no relation",
        groups=COMPRESSIVE,
        quantity="correlation of compressibility with the last test loss, init_scale 0.1 and 0.4",
        low=-0.7,
        high=0.7,
        read=by_convention(over_all_runs=trade_off(*COMPRESSIVE, curve="test_loss")),
    ),
    Claim(
        name="trade-off-ising",
        statement="there is no such trade-off on Ising phases",
        where="section 5.1",
        paper="absent",
        groups=tuple(ISING_SCALES.values()),
        quantity="correlation of compressibility with the last train loss, runs that do not grok "
        "and those that do",
        low=-0.7,
        high=0.7,
        read=by_convention(
            steady=trade_off(ISING_SCALES[1.0], ISING_SCALES[3.0]),
            grokking=trade_off(ISING_SCALES[5.0], ISING_SCALES[10.0]),
        ),
    ),
    Claim(
        name="trade-off-25x",
        statement="at ten times the weight decay the relation is the other way round",
        where="appendix E",
        paper="train loss and compressibility anticorrelate",
        groups=(COMPRESSED,),
        quantity="correlation of compressibility with the last loss at weight decay 3e-4",
        high=-0.7,
        read=by_convention(
            train=trade_off(COMPRESSED), test=trade_off(COMPRESSED, curve="test_loss")
        ),
        beside=line(COMPRESSED),
        note="of one init_scale here; the paper has several",
    ),
    Claim(
        name="steady-more-compressible",
        statement="steady networks in the compressive regime are more compressible than "
        "grokked ones",
        where="section 5.1",
        paper="more",
        groups=(COMPRESSIVE[0], GROKS),
        quantity="compressibility at init_scale 0.1 over that at 10, at the end",
        low=1.1,
        read=by_convention(raw=pairs(COMPRESSIVE[0], GROKS, gain)),
    ),
    Claim(
        name="ising-no-gain",
        statement="on Ising phases steady networks are not more compressible than grokked ones",
        where="section 5.1",
        paper="no gain",
        groups=(ISING_LEARNS, ISING_GROKS),
        quantity="compressibility at init_scale 1 over that at 5, at the end",
        high=1.1,
        read=by_convention(raw=pairs(ISING_LEARNS, ISING_GROKS, gain)),
    ),
]
