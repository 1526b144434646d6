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
    HIGH_DECAY,
    ISING_GROKS,
    ISING_LEARNS,
    ISING_SCALES,
    MODADD_SCALES,
)
from grokscope.studies.grokking_vs_learning.readings import at, by_convention, last, pairs
from grokscope.study import Claim, Evidence, Readings, Trained
from grokscope.trade_off import fit_interval, linear_fit, pareto_front, resampled_fits

ENOUGH = 5
"""Runs that a correlation takes at least."""
FEW_RUNS = "of six runs without any relation, one set in eight has a correlation beyond 0.7"


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

    Where there are at least five runs, each with its 95 % interval by the bootstrap. Of several
    groups also the correlation within seeds: each seed has a split, and a loss, of its own.
    """

    def read(evidence: Evidence) -> Readings:
        found = ends(evidence, groups, "train_loss")
        through = linear_fit(*found)
        told = {"slope per nat": [through.slope], "R2": [through.r2]}
        if len(groups) > 1:
            told["correlation within seeds"] = [within_seeds(evidence, groups)]
        if not enough(*found):
            return told
        low, high = fit_interval(resampled_fits(*found))
        slopes = {"slope at least": [low.slope], "slope at most": [high.slope]}
        return told | slopes | {"R2 at least": [low.r2], "R2 at most": [high.r2]}

    return read


def within_seeds(evidence: Evidence, groups: Sequence[str]) -> float:
    """Return the correlation of train loss and compressibility less the means of their seed.

    NaN where fewer than two seeds have all groups.
    """
    seeds = list(zip(*(evidence[group] for group in groups), strict=False))
    if len(seeds) < 2:
        return math.nan
    values = [[(last(run, "train_loss"), end(run)) for run in runs] for runs in seeds]
    with np.errstate(invalid="ignore"):
        left = np.array(values) - np.mean(values, axis=1, keepdims=True)
    through = linear_fit(*left.reshape(-1, 2).T)
    return math.copysign(math.sqrt(through.r2), through.slope)


def enough(loss: ArrayLike, compressibility: ArrayLike) -> bool:
    """Return whether the finite ends of runs are enough to tell a relation."""
    return int(np.isfinite(np.add(loss, compressibility)).sum()) >= ENOUGH


def ends(evidence: Evidence, groups: Sequence[str], curve: str) -> tuple[list[float], list[float]]:
    """Return the last loss and compressibility of all runs of some groups."""
    runs = [run for group in groups for run in evidence[group]]
    return [last(run, curve) for run in runs], [end(run) for run in runs]


def on_the_front(curve: str) -> Callable[[Evidence], list[float]]:
    """Return what reads how much of the loss-compression front of a seed is held by steady runs."""

    def share(runs: Sequence[Trained]) -> float:
        best = pareto_front([last(run, curve) for run in runs], [end(run) for run in runs])
        steady = np.array([run.steady for run in runs])[best]
        return float(steady.mean()) if steady.size else math.nan

    return lambda evidence: [
        share(runs)
        for runs in zip(*(evidence[name] for name in MODADD_SCALES.values()), strict=False)
    ]


def steady_share(evidence: Evidence) -> Readings:
    """Return the share of steady runs among all of a seed: what a front without a choice holds."""
    seeds = zip(*(evidence[name] for name in MODADD_SCALES.values()), strict=False)
    return {"share of all": [float(np.mean([run.steady for run in runs])) for runs in seeds]}


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
        where="section 5, fig. 5",
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
        where="section 5, fig. 5",
        paper="no relation",
        groups=(GROKS, "modadd-5"),
        quantity="correlation of compressibility with the last train loss, init_scale 5 and 10",
        low=-0.7,
        high=0.7,
        read=by_convention(over_all_runs=trade_off(GROKS, "modadd-5")),
        beside=line(GROKS, "modadd-5"),
        note=FEW_RUNS,
    ),
    Claim(
        name="trade-off-test-loss",
        statement="test loss has no part in that",
        where="section 5, appendix D, fig. 15",
        paper="no relation",
        groups=COMPRESSIVE,
        quantity="correlation of compressibility with the last test loss, init_scale 0.1 and 0.4",
        low=-0.7,
        high=0.7,
        read=by_convention(over_all_runs=trade_off(*COMPRESSIVE, curve="test_loss")),
        note=FEW_RUNS,
    ),
    Claim(
        name="trade-off-ising",
        statement="there is no such trade-off on Ising phases",
        where="section 5, figs. 5, 17",
        paper="absent",
        groups=tuple(ISING_SCALES.values()),
        quantity="correlation of compressibility with the last train loss, init_scale 1 and 3 as "
        "steady, 5 and 10 as grokking",
        low=-0.7,
        high=0.7,
        parts=("steady", "grokking"),
        read=by_convention(
            steady=trade_off(ISING_SCALES[1.0], ISING_SCALES[3.0]),
            grokking=trade_off(ISING_SCALES[5.0], ISING_SCALES[10.0]),
        ),
        beside=line(*ISING_SCALES.values()),
        note="single seeds at 3 grok; the line is through all of them",
    ),
    Claim(
        name="trade-off-25x",
        statement="at ten times the weight decay the relation is the other way round",
        where="appendix E, fig. 19",
        paper="train and test loss and compressibility anticorrelate",
        groups=(COMPRESSED, HIGH_DECAY),
        quantity="correlation of compressibility with the last loss at weight decay 3e-4",
        high=-0.7,
        parts=("train", "test"),
        read=by_convention(
            train=trade_off(COMPRESSED, HIGH_DECAY),
            test=trade_off(COMPRESSED, HIGH_DECAY, curve="test_loss"),
            train_compressive=trade_off(COMPRESSED),
            test_compressive=trade_off(COMPRESSED, curve="test_loss"),
        ),
        beside=line(COMPRESSED, HIGH_DECAY),
        note="of init_scale 0.4 and 10 here, or of the compressive 0.4 alone; the paper has "
        "several and does not say over which",
    ),
    Claim(
        name="front",
        statement="weighed against loss, steady networks are the better ones",
        where="section 5, abstract; no front is drawn there",
        paper="steady ones can be more compressible at like loss",
        groups=tuple(MODADD_SCALES.values()),
        quantity="share of steady networks among those that no other of their seed beats in both "
        "loss and compressibility, weight decay 3e-5",
        low=0.5,
        parts=("test", "train"),
        read=by_convention(
            test=on_the_front("test_loss"),
            train=on_the_front("train_loss"),
        ),
        beside=steady_share,
        note="of the six init_scales from 0.1 to 10, of which some grok",
    ),
    Claim(
        name="steady-more-compressible",
        statement="steady networks in the compressive regime are more compressible than "
        "grokked ones",
        where="section 5, fig. 5",
        paper="more",
        groups=(COMPRESSIVE[0], GROKS),
        quantity="compressibility at init_scale 0.1 over that at 10, at the end",
        low=1.1,
        read=by_convention(raw=pairs(COMPRESSIVE[0], GROKS, gain)),
    ),
    Claim(
        name="ising-no-gain",
        statement="on Ising phases steady networks are not more compressible than grokked ones",
        where="section 5, fig. 5",
        paper="no gain",
        groups=(ISING_LEARNS, ISING_GROKS),
        quantity="compressibility at init_scale 1 over that at 5, at the end",
        high=1.1,
        read=by_convention(raw=pairs(ISING_LEARNS, ISING_GROKS, gain)),
    ),
]
