"""Every study: its runs can be configured, its claims say what they need, names are not reused."""

import math

import pytest

from grokscope.measures import MEASURES
from grokscope.studies import STUDIES
from grokscope.study import Scale

CLAIMS = [(study, claim) for study in STUDIES.values() for claim in study.claims.values()]


@pytest.mark.parametrize("study", STUDIES.values(), ids=STUDIES)
def test_a_study_trains_runs_that_differ(study):
    found = study.experiments(study.chosen([]), Scale("full", 2))
    assert list(found) == list(study.groups)
    digests = [one.digest for group in found.values() for one in group]
    assert len(set(digests)) == len(digests) == 2 * len(study.groups)
    assert study.source.startswith("arXiv:")


@pytest.mark.parametrize(("study", "claim"), CLAIMS, ids=[claim.name for _, claim in CLAIMS])
def test_a_claim_says_what_it_means_and_what_it_needs(study, claim):
    assert set(claim.groups) <= set(study.groups)
    assert claim.groups
    assert all((claim.statement, claim.where, claim.paper, claim.quantity))
    assert claim.low <= claim.high
    assert not (math.isinf(claim.low) and math.isinf(claim.high))
    assert claim.name not in MEASURES
