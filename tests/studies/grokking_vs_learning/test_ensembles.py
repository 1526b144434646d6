"""Clusters of final networks, held against the groups they are of."""

import math

import pytest

from grokscope.clusters import Separation
from grokscope.studies.grokking_vs_learning import ensembles
from grokscope.studies.grokking_vs_learning.ensembles import agreement, chance_of_clusters
from grokscope.studies.grokking_vs_learning.groups import GROKS, LEARNS
from tests.studies.runs import Run


@pytest.fixture
def asked(monkeypatch):
    """What was asked of the clustering, which finds 0.03."""
    found = []

    def cluster(paths, labels, **options):
        found.append((paths, labels, options))
        return type("Clustering", (), {"separation": Separation(0.5, 0.03)})

    monkeypatch.setattr(ensembles, "cluster", cluster)
    return found


def evidence(first, second):
    return {
        GROKS: [Run(seed=s) for s in range(first)],
        LEARNS: [Run(seed=s) for s in range(second)],
    }


@pytest.mark.parametrize(("first", "second", "tells"), [(3, 3, False), (4, 4, True), (3, 4, True)])
def test_runs_too_few_for_a_small_share_tell_nothing(asked, first, second, tells):
    # 2 of 20 ways to halve six runs, 2 of 70 to halve eight, 1 of 35 to take three of seven
    (found,) = chance_of_clusters(evidence(first, second), "model")
    assert found == 0.03 if tells else math.isnan(found)
    assert len(asked) == tells


def test_runs_are_labelled_by_their_group_and_worked_on_where_asked(asked):
    assert agreement(evidence(2, 1)) == {
        "agreement (Rand index)": [0.5],
        "share of shuffles": [0.03],
    }
    ((paths, labels, options),) = asked
    assert [path.name for path in paths] == ["run-s0", "run-s1", "run-s0"]
    assert labels == (GROKS, GROKS, LEARNS)
    assert options == {"score": "model", "device": "cpu"}
