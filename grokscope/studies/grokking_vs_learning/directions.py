"""Claims on where a network heads: on along its path, or to the origin."""

import math
from functools import partial

from grokscope.studies.grokking_vs_learning.groups import (
    GROKS,
    ISING_GROKS,
    ISING_LEARNS,
    LEARNS,
)
from grokscope.studies.grokking_vs_learning.readings import (
    ISING_RISEN,
    MODADD_RISEN,
    by_convention,
    each,
    median,
    pairs,
    plateau_end,
    window,
)
from grokscope.study import Claim, Trained

COSINE, ORIGIN = "fisher_cosine", "fisher_origin_cosine"
CHORD, ISING_CHORD = "chord_over_arc window=20", "chord_over_arc interval=200 window=10"
REACH, ISING_REACH = 10, 1000
"""Epochs from the middle of these stretches to either end."""
MODEL, STEP = "score=model metric=full", "interval=200"


def plateau(run: Trained, measure: str, reach: float = 0) -> float:
    """Return a measure's median from t_train to the end of the plateau.

    Parameters
    ----------
    reach : float
        Epochs that a value looks to either side; all of them are to lie on the plateau.
    """
    end = plateau_end(run, MODADD_RISEN)
    return median(window(run, measure, run.t_train + reach, end - reach))


def late_plateau(run: Trained, measure: str, reach: float = 0) -> float:
    """Return a measure's median over the second half of the plateau; see `plateau`."""
    end = plateau_end(run, ISING_RISEN)
    start = max((run.t_train + end) / 2, run.t_train + reach)
    return median(window(run, measure, start, end - reach))


def peak(run: Trained, measure: str, end: float | None = None) -> float:
    """Return a measure's largest value up to an epoch, by default a tenth beyond t_test."""
    values = window(run, measure, 0, 1.1 * run.t_test if end is None else end)
    return float(values.max()) if values.size else math.nan


def straighter(one: Trained, other: Trained, end: float | None = None) -> float:
    """Return by how much the first run's largest consecutive cosine of Ising steps is larger."""
    measure = f"{COSINE} {STEP}"
    return peak(one, measure, end) - peak(other, measure, end)


def start(run: Trained, measure: str) -> float:
    """Return a measure's median up to t_train."""
    return median(window(run, measure, 0, run.t_train))


def settled(run: Trained, measure: str) -> float:
    """Return a measure's median over the last 50 epochs."""
    end = float(run.metrics["epoch"][-1])
    return median(window(run, measure, end - 50, end))


CLAIMS = [
    Claim(
        name="modadd-straight",
        statement="on the plateau the network moves along a straight line",
        where="section 6.3, fig. 8",
        paper="approximately, by the peak of the cosine",
        groups=(GROKS,),
        quantity="cosine of consecutive steps: its peak, else its median on the plateau",
        low=0.9,
        read=by_convention(
            peak=each(GROKS, partial(peak, measure=COSINE)),
            output_diagonal_test=each(GROKS, partial(plateau, measure=COSINE)),
            model_full_test=each(GROKS, partial(plateau, measure=f"{COSINE} {MODEL}")),
            model_full_train=each(
                GROKS, partial(plateau, measure=f"{COSINE} {MODEL} inputs=train")
            ),
        ),
        note="neighbouring steps alone do not test a straight line",
    ),
    Claim(
        name="modadd-no-decay",
        statement="weight decay does not dominate the plateau of modular addition",
        where="section 6.3, fig. 8",
        paper="origin cosine slightly negative, then slightly positive",
        groups=(GROKS,),
        quantity="median cosine of steps with the direction to the origin on the plateau",
        high=0.5,
        read=by_convention(
            output_diagonal_test=each(GROKS, partial(plateau, measure=ORIGIN)),
            model_full_test=each(GROKS, partial(plateau, measure=f"{ORIGIN} {MODEL}")),
            model_full_train=each(
                GROKS, partial(plateau, measure=f"{ORIGIN} {MODEL} inputs=train")
            ),
        ),
        note="with coupled weight decay the direction to the origin is not that of the decay",
    ),
    Claim(
        name="modadd-cosine-end",
        statement="in the end neighbouring steps have nothing to do with each other",
        where="section 6.3, fig. 8",
        paper="consecutive cosine about 0",
        groups=(GROKS, LEARNS),
        quantity="median cosine of consecutive steps over the last 50 epochs",
        low=-0.2,
        high=0.2,
        read=by_convention(
            grokking=each(GROKS, partial(settled, measure=COSINE)),
            steady=each(LEARNS, partial(settled, measure=COSINE)),
        ),
        note="independent jumps about a fixed point have a cosine of -1/2",
    ),
    Claim(
        name="ising-straight",
        statement="on the plateau the network moves along a straight line",
        where="section 6.3, fig. 8",
        paper="peak of the consecutive cosine nearly 1",
        groups=(ISING_GROKS,),
        quantity="cosine of consecutive steps of 200 epochs: its peak, else its median over the "
        "second half of the plateau",
        low=0.98,
        read=by_convention(
            peak=each(ISING_GROKS, partial(peak, measure=f"{COSINE} {STEP}")),
            output_diagonal_test=each(
                ISING_GROKS, partial(late_plateau, measure=f"{COSINE} {STEP}")
            ),
            model_full_test=each(
                ISING_GROKS,
                partial(late_plateau, measure=f"{COSINE} {STEP} {MODEL}"),
            ),
        ),
        note="neighbouring steps alone do not test a straight line",
    ),
    Claim(
        name="ising-straighter",
        statement="the path of a grokking network is straighter than that of a steady one",
        where="section 6.3, fig. 8",
        paper="peak about 1, clearly above the steady one's",
        groups=(ISING_GROKS, ISING_LEARNS),
        quantity="largest consecutive cosine of the grokking run less that of the steady one, up "
        "to t_test or of the whole run",
        low=0.005,
        read=by_convention(
            up_to_t_test=pairs(ISING_GROKS, ISING_LEARNS, straighter),
            of_the_whole_run=pairs(ISING_GROKS, ISING_LEARNS, partial(straighter, end=math.inf)),
        ),
        note="a steady run has but one to five steps of 200 epochs up to t_test",
    ),
    Claim(
        name="ising-decay",
        statement="weight decay dominates the plateau of Ising phases",
        where="section 6.3, fig. 8",
        paper="origin cosine about +1",
        groups=(ISING_GROKS,),
        quantity="median cosine of steps with the direction to the origin, second half of the "
        "plateau",
        low=0.5,
        read=by_convention(
            output_diagonal_test=each(
                ISING_GROKS, partial(late_plateau, measure=f"{ORIGIN} {STEP}")
            ),
            model_full_test=each(
                ISING_GROKS,
                partial(late_plateau, measure=f"{ORIGIN} {STEP} {MODEL}"),
            ),
        ),
        note="with coupled weight decay the direction to the origin is not that of the decay; the "
        "text calls a positive cosine growing weights, its own definition and code shrinking ones",
    ),
    Claim(
        name="ising-decay-steady",
        statement="in steady learning of Ising phases the network moves away from the origin",
        where="section 6.3, fig. 8",
        paper="origin cosine negative early",
        groups=(ISING_LEARNS,),
        quantity="median cosine of steps with the direction to the origin, up to t_train",
        high=0,
        read=by_convention(
            output_diagonal_test=each(ISING_LEARNS, partial(start, measure=f"{ORIGIN} {STEP}")),
            model_full_test=each(ISING_LEARNS, partial(start, measure=f"{ORIGIN} {STEP} {MODEL}")),
        ),
    ),
    Claim(
        name="modadd-chord",
        statement="that line is straight over more than two steps",
        where="section 6.3",
        paper="a straight line",
        groups=(GROKS,),
        quantity="median chord over arc of stretches of 20 steps on the plateau",
        low=0.9,
        read=by_convention(
            output_diagonal_test=each(
                GROKS, partial(plateau, measure=f"fisher_{CHORD}", reach=REACH)
            ),
            euclidean=each(GROKS, partial(plateau, measure=f"euclidean_{CHORD}", reach=REACH)),
        ),
    ),
    Claim(
        name="ising-chord",
        statement="that line is straight over more than two steps",
        where="section 6.3",
        paper="a straight line",
        groups=(ISING_GROKS,),
        quantity="median chord over arc of stretches of 10 steps of 200 epochs on the plateau, "
        "their middles in its second half",
        low=0.9,
        read=by_convention(
            output_diagonal_test=each(
                ISING_GROKS,
                partial(late_plateau, measure=f"fisher_{ISING_CHORD}", reach=ISING_REACH),
            ),
            euclidean=each(
                ISING_GROKS,
                partial(late_plateau, measure=f"euclidean_{ISING_CHORD}", reach=ISING_REACH),
            ),
        ),
    ),
]
