from dataclasses import replace

import pytest

from grokscope.store.listing.catalogue import Catalogue
from grokscope.tui.curves.outcomes import outcomes


@pytest.fixture(scope="module")
def runs(pair):
    return {run.id: run for run in Catalogue(pair).refresh()}


def test_times_and_last_values_of_both_and_a_less_b(runs):
    grok, steady = [runs["modadd-grok-s0"]], [runs["modadd-steady-s0"]]
    text = outcomes(grok, steady, 200)
    assert text.startswith("t_train 14 │ 6 (+8)   t_test 58 │ 8 (+50)   Δ 44 │ 2 (+42)   test acc")
    assert "test acc 1.000 │ 1.000 (±0.000)" in text
    assert outcomes(steady, grok, 200).startswith("t_train 6 │ 14 (−8)")


def test_what_does_not_fit_is_left_out_whole(runs):
    grok, steady = [runs["modadd-grok-s0"]], [runs["modadd-steady-s0"]]
    assert outcomes(grok, steady, 45) == "t_train 14 │ 6 (+8)   t_test 58 │ 8 (+50)"
    assert outcomes(grok, steady, 5) == ""


def test_a_time_that_was_not_reached_is_censored_and_has_no_difference(runs):
    run = runs["modadd-grok-s0"]
    never = replace(run, outcomes={"ceiling": replace(run.outcome, test=None)})
    text = outcomes([never], [run], 60)
    assert "t_test >200 │ 58   " in text
    assert "Δ – │ 44" in text


def test_of_several_runs_medians_are_told_and_late_ones_count_as_late(runs):
    run = runs["modadd-grok-s0"]
    never = replace(run, outcomes={"ceiling": replace(run.outcome, test=None)})
    assert "t_test 58 │ 58 (±0)" in outcomes([run, run, never], [run], 60)
    assert "t_test >200 │ 58" in outcomes([run, never, never], [run], 60)


def test_times_in_different_units_are_not_subtracted(runs):
    grok, steady = runs["modadd-grok-s0"], runs["modadd-steady-s0"]
    text = outcomes([grok], [replace(steady, time_unit="step")], 60)
    assert text.startswith("t_train 14 │ 6   t_test")
