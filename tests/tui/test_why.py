import pytest

from grokscope.store.listing.catalogue import Catalogue
from grokscope.tui.why import explained, verdict


@pytest.fixture
def runs(demo):
    return {run.id: run for run in Catalogue(demo).refresh()}


def test_a_verdict_is_one_line(runs):
    assert verdict(runs["modadd-grok-s0"]) == "grokking: t_train 14, t_test 58, Δ 44 > 14"
    assert verdict(runs["modadd-steady-s0"]) == "steady: t_train 6, t_test 8, Δ 2 ≤ 6"
    assert verdict(runs["modadd-wide-s0"]) == "memorised: t_train 10, t_test >200"


def test_an_explanation_names_rule_thresholds_maxima_censoring_and_the_papers_word(runs):
    text = "\n".join(line for line, _ in explained(runs["modadd-wide-s0"], "wide"))
    for part in ("`ceiling`", "0.950", "maximum is 1.000", "ended at epoch 200", "manning-coe"):
        assert part in text


def test_a_run_that_goes_on_may_still_reach_its_times(runs):
    run = runs["modadd-grok-s7"]
    assert "no: both times were seen" in "\n".join(line for line, _ in explained(run, "x"))


def test_lines_fit_80_columns(runs):
    for run in runs.values():
        assert max(len(line) for line, _ in explained(run, run.id)) <= 78
