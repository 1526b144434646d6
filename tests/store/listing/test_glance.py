"""A run at a glance says what its outcome, its metrics and its configuration say."""

import math
from dataclasses import replace

import pytest

from grokscope.events import Moment
from grokscope.store.listing.glance import TIMES, Glance, glance, kin
from grokscope.store.listing.summary import MetricRange
from tests.store.query.conftest import four, make, outcome

NOTHING = Glance(kin=kin({}))


@pytest.mark.parametrize("run", four(), ids=lambda run: run.id)
def test_times_and_regime_are_those_of_the_default_rule(run):
    told = [getattr(run.glance, name) for name in ("regime", *TIMES)]
    assert told == [run.outcome and getattr(run.outcome, name) for name in ("regime", *TIMES)]


def test_times_are_told_in_the_unit_of_the_outcome():
    epochs = outcome("ceiling", "grokking", 12, 57)
    steps = make(
        "a", outcomes={"ceiling": epochs.__class__(**vars(epochs) | {"time_unit": "step"})}
    )
    assert (steps.glance.t_train, steps.glance.t_grok, steps.glance.ended) == (120, 450, 2000)


def test_a_missing_time_leaves_no_lag_and_the_end_to_be_told():
    seen = make("a", times=(13, None)).glance
    assert (seen.t_train, seen.t_test, seen.t_grok, seen.ended) == (13, None, None, 200)


@pytest.mark.parametrize("last", [math.nan, math.inf])
def test_an_accuracy_that_is_no_number_is_missing(last):
    assert glance({}, {"test_accuracy": MetricRange(last, 0.0, 1.0)}, {}) == NOTHING


def test_a_run_without_outcome_metrics_and_scale_has_nothing_to_show():
    assert glance({}, {}, {"depth": 4}) == Glance(kin=kin({"depth": 4}))


def test_the_scale_is_whatever_the_configuration_has():
    assert glance({}, {}, {"model.init_scale": [1.0, 2.0]}).init_scale == [1.0, 2.0]


def test_the_first_evaluation_is_told_where_a_time_lies_before_it():
    late = replace(outcome("ceiling", None, 40, 57), first=Moment(400, 40.0))
    seen = make("a", outcomes={"ceiling": late}).glance
    assert (seen.began, seen.t_train, seen.t_test, seen.t_grok) == (40, 40, 57, None)
    assert make("a", times=(13, 58)).glance.began is None


def test_seeds_titles_and_parents_leave_runs_kin_and_any_other_key_does_not():
    config = {"name": "a", "model.width": 8, "seed.root": 0, "fork.parent": "a-s0", "fork.step": 3}
    for change in ({"seed.root": 1}, {"seed.init": 7}, {"title": "b"}, {"fork.parent": "a-s1"}):
        assert kin(config | change) == kin(config)
    for change in ({"name": "b"}, {"model.width": 9}, {"fork.step": 4}, {"model.seeds": 1}):
        assert kin(config | change) != kin(config)
    assert kin(dict(reversed(config.items()))) == kin(config)
