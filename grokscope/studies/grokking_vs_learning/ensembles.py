"""Claims on many trained networks as points of one space."""

import math
from functools import partial

from grokscope.analysis import cluster
from grokscope.clusters import Separation
from grokscope.network import Score
from grokscope.studies.grokking_vs_learning.groups import GROKS, LEARNS
from grokscope.studies.grokking_vs_learning.readings import by_convention
from grokscope.study import Claim, Evidence, Readings

RARE = 0.05
"""Share of shuffles below which clusters agree with the groups not only by luck."""


def separated(evidence: Evidence, score: Score = "model") -> Separation:
    """Return how well two clusters of all final networks agree with the groups."""
    runs = [(run, group) for group in (GROKS, LEARNS) for run in evidence[group]]
    paths, labels = zip(*((run.path, group) for run, group in runs), strict=True)
    return cluster(paths, labels, score=score, device=runs[0][0].device).separation


def chance_of_clusters(evidence: Evidence, score: Score) -> list[float]:
    """Return how often shuffled labels agree as well; NaN where runs are too few to tell.

    Of n labels of which k are alike, as many shuffles as there are ways to choose k, two of them
    where they are half, agree as well as possible with clusters that are the groups.
    """
    first, second = (len(evidence[group]) for group in (GROKS, LEARNS))
    least = (1 + (first == second)) / math.comb(first + second, first)
    return [separated(evidence, score).p_value if least <= RARE else math.nan]


def agreement(evidence: Evidence) -> Readings:
    """Return what there is to see however few runs there are."""
    found = separated(evidence)
    return {"agreement (Rand index)": [found.agreement], "share of shuffles": [found.p_value]}


CLAIMS = [
    Claim(
        name="clusters",
        statement="grokking and steady networks are different places in the space of models",
        where="the authors' talk, outlook",
        paper="asked, not answered",
        groups=(GROKS, LEARNS),
        quantity="share of shuffled regimes that agree as well with two Fisher K-means clusters of "
        "the final networks",
        high=RARE,
        read=by_convention(
            model=partial(chance_of_clusters, score="model"),
            output=partial(chance_of_clusters, score="output"),
        ),
        beside=agreement,
        note="experimental: no paper defines it; with three seeds each the smallest share is 0.1, "
        "so that takes four",
    ),
]
