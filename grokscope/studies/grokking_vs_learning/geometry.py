"""Claims on the way that a network takes, in the Fisher metric."""

import math
from functools import partial

import numpy as np

from grokscope.analysis import cluster
from grokscope.extrema import speed_extrema
from grokscope.network import Score
from grokscope.studies.grokking_vs_learning.groups import (
    GROKS,
    ISING_GROKS,
    ISING_LEARNS,
    LEARNS,
)
from grokscope.studies.grokking_vs_learning.readings import (
    by_convention,
    each,
    pairs,
    plateau_end,
    window,
)
from grokscope.study import Claim, Evidence, Trained

SPEED, COSINE, ORIGIN = "fisher_speed", "fisher_cosine", "fisher_origin_cosine"
CHORD, ISING_CHORD = "chord_over_arc window=20", "chord_over_arc interval=200 window=10"
MODEL, STEP = "score=model metric=full", "interval=200"
MODADD_RISEN, ISING_RISEN = 0.1, 0.9
"""Test accuracies that end the plateau."""


def turn(run: Trained, moment: str, convention: str = "") -> float:
    """Return the epoch of an extremum of the Fisher speed."""
    speed = run.measure(f"{SPEED} {convention}")
    lowest, highest = speed_extrema(speed["epoch"].values, speed.values)
    found = lowest if moment == "speed_min" else highest
    return math.nan if found is None else float(speed["epoch"].values[found])


def plateau(run: Trained, measure: str) -> float:
    """Return a measure's median from t_train to the end of the plateau."""
    values = window(run, measure, run.t_train, plateau_end(run, MODADD_RISEN))
    return float(np.median(values)) if values.size else math.nan


def late_plateau(run: Trained, measure: str) -> float:
    """Return a measure's median over the second half of the plateau."""
    end = plateau_end(run, ISING_RISEN)
    values = window(run, measure, (run.t_train + end) / 2, end)
    return float(np.median(values)) if values.size else math.nan


def peak(run: Trained, measure: str) -> float:
    """Return a measure's largest value up to t_test and a tenth beyond."""
    values = window(run, measure, 0, 1.1 * run.t_test)
    return float(values.max()) if values.size else math.nan


def chance_of_clusters(evidence: Evidence, score: Score) -> list[float]:
    """Return how often shuffled labels agree as well with two clusters of all final networks."""
    runs = [(run.path, group) for group in (GROKS, LEARNS) for run in evidence[group]]
    paths, labels = zip(*runs, strict=True)
    return [cluster(paths, labels, score=score).separation.p_value]


CLAIMS = [
    Claim(
        name="speed-start",
        statement="the Fisher speed is least where generalising begins",
        where="section 6.3",
        paper="epoch 19 to 20",
        groups=(GROKS,),
        quantity="epoch of its first minimum",
        low=15,
        high=25,
        read=by_convention(
            output_diagonal_test=each(GROKS, partial(turn, moment="speed_min")),
            model_full_test=each(GROKS, partial(turn, moment="speed_min", convention=MODEL)),
            model_full_train=each(
                GROKS, partial(turn, moment="speed_min", convention=f"{MODEL} inputs=train")
            ),
        ),
        note="no test label is looked at, but the paper's metric is taken on test inputs",
    ),
    Claim(
        name="speed-end",
        statement="the Fisher speed is largest again where generalising ends",
        where="section 6.3",
        paper="epoch 46 to 47",
        groups=(GROKS,),
        quantity="epoch of the maximum that follows",
        low=42,
        high=54,
        read=by_convention(
            output_diagonal_test=each(GROKS, partial(turn, moment="speed_max")),
            model_full_test=each(GROKS, partial(turn, moment="speed_max", convention=MODEL)),
            model_full_train=each(
                GROKS, partial(turn, moment="speed_max", convention=f"{MODEL} inputs=train")
            ),
        ),
    ),
    Claim(
        name="modadd-straight",
        statement="on the plateau the network moves along a straight line",
        where="section 6.3, fig. 8",
        paper="consecutive cosine close to 1",
        groups=(GROKS,),
        quantity="median cosine of consecutive steps on the plateau",
        low=0.9,
        read=by_convention(
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
        name="ising-straight",
        statement="on the plateau the network moves along a straight line",
        where="section 6.3, fig. 8",
        paper="consecutive cosine about 1",
        groups=(ISING_GROKS,),
        quantity="median cosine of consecutive steps of 200 epochs, second half of the plateau",
        low=0.98,
        read=by_convention(
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
        quantity="largest consecutive cosine of the grokking run less that of the steady one",
        low=0.005,
        read=by_convention(
            output_diagonal_test=pairs(
                ISING_GROKS,
                ISING_LEARNS,
                lambda one, other: peak(one, f"{COSINE} {STEP}") - peak(other, f"{COSINE} {STEP}"),
            ),
        ),
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
        note="with coupled weight decay the direction to the origin is not that of the decay",
    ),
    Claim(
        name="modadd-chord",
        statement="that line is straight over more than two steps",
        where="section 6.3",
        paper="a straight line",
        groups=(GROKS,),
        quantity="median over the plateau of chord over arc of 20 steps",
        low=0.9,
        read=by_convention(
            output_diagonal_test=each(GROKS, partial(plateau, measure=f"fisher_{CHORD}")),
            euclidean=each(GROKS, partial(plateau, measure=f"euclidean_{CHORD}")),
        ),
    ),
    Claim(
        name="ising-chord",
        statement="that line is straight over more than two steps",
        where="section 6.3",
        paper="a straight line",
        groups=(ISING_GROKS,),
        quantity="median over the second half of the plateau of chord over arc of 10 steps of 200 "
        "epochs",
        low=0.9,
        read=by_convention(
            output_diagonal_test=each(
                ISING_GROKS, partial(late_plateau, measure=f"fisher_{ISING_CHORD}")
            ),
            euclidean=each(ISING_GROKS, partial(late_plateau, measure=f"euclidean_{ISING_CHORD}")),
        ),
    ),
    Claim(
        name="clusters",
        statement="grokking and steady networks are different places in the space of models",
        where="the authors' talk, outlook",
        paper="asked, not answered",
        groups=(GROKS, LEARNS),
        quantity="share of shuffled regimes that agree as well with two Fisher K-means clusters of "
        "the final networks",
        high=0.05,
        read=by_convention(
            model=partial(chance_of_clusters, score="model"),
            output=partial(chance_of_clusters, score="output"),
        ),
        note="experimental: no paper defines it; with three seeds each the smallest share is 0.1",
    ),
]
