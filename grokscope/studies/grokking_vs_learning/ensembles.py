"""Claims on many trained networks as points of one space."""

from functools import partial

from grokscope.analysis import cluster
from grokscope.network import Score
from grokscope.studies.grokking_vs_learning.groups import GROKS, LEARNS
from grokscope.studies.grokking_vs_learning.readings import by_convention
from grokscope.study import Claim, Evidence


def chance_of_clusters(evidence: Evidence, score: Score) -> list[float]:
    """Return how often shuffled labels agree as well with two clusters of all final networks."""
    runs = [(run.path, group) for group in (GROKS, LEARNS) for run in evidence[group]]
    paths, labels = zip(*runs, strict=True)
    return [cluster(paths, labels, score=score).separation.p_value]


CLAIMS = [
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
