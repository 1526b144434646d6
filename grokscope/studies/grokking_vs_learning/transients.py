"""Claims on the compressibility that comes and goes just after generalising."""

import math
from functools import partial

import numpy as np

from grokscope.studies.grokking_vs_learning.compression import PRUNED
from grokscope.studies.grokking_vs_learning.groups import GROKS, ISING_GROKS, LEARNS
from grokscope.studies.grokking_vs_learning.readings import at, by_convention, each, pairs, window
from grokscope.study import Claim, Trained

NORMALISED = "normalised_compressibility"


def peak(run: Trained, name: str = "compressibility") -> float:
    """Return the largest compressibility since t_test, beside that of the last checkpoint."""
    values = window(run, f"{name} {PRUNED}", run.t_test, math.inf)
    return float(values.max()) / float(values[-1]) if values.size else math.nan


def peak_delay(run: Trained) -> float:
    """Return the epochs from t_test to the largest compressibility since then."""
    result = run.measure(f"compressibility {PRUNED}")
    since = result[(result["epoch"].values >= run.t_test) & ~np.isnan(result.values)]
    return float(since["epoch"][since.values.argmax()]) - run.t_test if since.size else math.nan


def relative_delay(run: Trained) -> float:
    """Return the delay of the peak as a share of t_test."""
    return peak_delay(run) / run.t_test


def ipr_after_peak(run: Trained, convention: str = "") -> float:
    """Return how many times larger the IPR is at the end than where compressibility peaks."""
    result = run.measure(f"fourier_ipr {convention}")
    return at(result, math.inf) / at(result, run.t_test + peak_delay(run))


CLAIMS = [
    Claim(
        name="peak-grokking",
        statement="compressibility peaks just after the plateau",
        where="section 6.2, fig. 6",
        paper="67 % above its end",
        groups=(GROKS,),
        quantity="largest compressibility since t_test over the last one",
        low=1.4,
        read=by_convention(
            raw=each(GROKS, peak),
            normalised=each(GROKS, partial(peak, name=NORMALISED)),
        ),
    ),
    Claim(
        name="peak-steady",
        statement="it does so in steady learning too",
        where="section 6.2, fig. 6",
        paper="50 % above its end",
        groups=(LEARNS,),
        quantity="largest compressibility since t_test over the last one",
        low=1.25,
        read=by_convention(
            raw=each(LEARNS, peak),
            normalised=each(LEARNS, partial(peak, name=NORMALISED)),
        ),
    ),
    Claim(
        name="peak-order",
        statement="the peak is the higher one in grokking",
        where="section 6.2",
        paper="67 % in grokking, 50 % in steady learning",
        groups=(GROKS, LEARNS),
        quantity="peak over end of the grokking run, over that of the steady one",
        low=1,
        read=by_convention(
            raw=pairs(GROKS, LEARNS, lambda one, other: peak(one) / peak(other)),
            normalised=pairs(
                GROKS, LEARNS, lambda one, other: peak(one, NORMALISED) / peak(other, NORMALISED)
            ),
        ),
    ),
    Claim(
        name="peak-delay",
        statement="the peak comes right after generalisation",
        where="section 6.2",
        paper="just after",
        groups=(GROKS,),
        quantity="epochs from t_test to the largest compressibility",
        low=0,
        high=20,
        read=by_convention(raw=each(GROKS, peak_delay)),
    ),
    Claim(
        name="ipr-after-peak",
        statement="neurons go on becoming single frequencies while compressibility declines",
        where="section 6.2",
        paper="IPR keeps growing",
        groups=(GROKS,),
        quantity="IPR at the end over that at the largest compressibility",
        low=1,
        read=by_convention(
            output=each(GROKS, ipr_after_peak),
            input=each(GROKS, partial(ipr_after_peak, convention="side=input")),
        ),
        note="it grows on for some 25 epochs and then falls to where it ends, which the paper does "
        "not mention",
    ),
    Claim(
        name="ising-peak",
        statement="compressibility declines slightly after its peak on Ising phases too",
        where="section 6.2, fig. 7",
        paper="a slight decline, no number",
        groups=(ISING_GROKS,),
        quantity="largest compressibility since t_test over the last one",
        low=1.05,
        high=1.5,
        read=by_convention(
            raw=each(ISING_GROKS, peak),
            normalised=each(ISING_GROKS, partial(peak, name=NORMALISED)),
        ),
        note="slight is taken as less than the 50 % of modular addition",
    ),
    Claim(
        name="ising-peak-delay",
        statement="that peak comes shortly after test accuracy saturates",
        where="section 6.2",
        paper="shortly after",
        groups=(ISING_GROKS,),
        quantity="time from t_test to the largest compressibility, over t_test",
        low=0,
        high=1,
        read=by_convention(raw=each(ISING_GROKS, relative_delay)),
        note="one checkpoint in five is pruned, every 1,000 epochs",
    ),
]
