"""Events and regime: worked curves for every word, truncation, and the paper's own rule."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.errors import Unreadable
from grokscope.events import (
    RULES,
    Curves,
    Yardstick,
    first_held,
    outcomes,
)

YARDSTICK = Yardstick(chance=1 / 113, n_test=3831)


def curves(t_train, t_test, epochs=100, plateau=0.005, top=1.0):
    """Return accuracies that jump at given epochs; 140 steps to the epoch."""
    epoch = np.arange(epochs + 1.0)
    train = np.where(epoch >= t_train, 1.0, 0.01)
    test = np.where(epoch >= t_test, top, plateau)
    return Curves((epoch * 140).astype(int), epoch, train, test)


def regime(*args, ended=True, **kwargs):
    return RULES["ceiling"](curves(*args, **kwargs), YARDSTICK, ended).regime


@pytest.mark.parametrize(
    ("t_train", "t_test", "word"),
    [(14, 58, "grokking"), (6, 8, "steady"), (14, 28, "steady"), (14, 29, "grokking")],
    ids=["lags far", "follows at once", "lag equals t_train", "lag exceeds t_train"],
)
def test_both_fitted(t_train, t_test, word):
    assert regime(t_train, t_test) == word


def test_never_fitting_the_training_set_is_untrained():
    assert regime(1000, 1000) == "untrained"


def test_test_accuracy_at_chance_is_memorised():
    assert regime(10, 1000) == "memorised"


def test_a_plateau_cut_short_is_partial_whatever_its_height():
    assert regime(10, 1000, plateau=0.041) == "partial"
    assert regime(10, 50, top=0.80) == "partial"


def test_no_word_is_given_before_it_is_earned():
    assert regime(10, 1000, ended=False) is None
    assert regime(10, 20, ended=False) == "steady"


def test_the_ceiling_is_the_task_s():
    yardstick = Yardstick(chance=0.5, n_test=1000, test_ceiling=0.95)
    outcome = RULES["ceiling"](curves(10, 50, top=0.92), yardstick, True)
    assert (outcome.regime, outcome.test_threshold) == ("grokking", pytest.approx(0.9025))


def test_times_are_told_in_the_unit_of_the_task_and_kept_in_both():
    in_steps = Yardstick(chance=1 / 113, n_test=3831, time_unit="step")
    outcome = RULES["ceiling"](curves(14, 58), in_steps, True)
    assert (outcome.t_train, outcome.t_test, outcome.t_grok) == (1960, 8120, 6160)
    assert (outcome.test.step, outcome.test.epoch) == (8120, 58)


def test_a_missing_time_is_censored_at_the_last_evaluation():
    outcome = RULES["ceiling"](curves(10, 1000), YARDSTICK, True)
    assert outcome.censored
    assert (outcome.t_test, outcome.t_grok, outcome.last.epoch) == (None, None, 100)


def test_falling_again_is_an_event():
    data = curves(5, 20)
    data.test_accuracy[60:] = 0.5
    outcome = RULES["ceiling"](data, YARDSTICK, True)
    assert (outcome.t_test, outcome.t_lost) == (20, 60)


def test_a_crossing_must_hold_for_three_evaluations():
    data = curves(5, 40)
    data.test_accuracy[[20, 21, 25]] = 1.0
    assert RULES["ceiling"](data, YARDSTICK, True).t_test == 40


def test_the_paper_s_rule_cannot_see_truncation():
    """arXiv:2502.01739's run at init_scale 10, cut at epoch 45: maximum test accuracy .041."""
    data = curves(14, 45, epochs=45, top=0.041)
    data.test_accuracy[-4:-1] = 0.02, 0.025, 0.03
    both = outcomes(data, YARDSTICK, ended=True)
    assert (both["manning-coe"].regime, both["manning-coe"].t_test) == ("grokking", 45)
    assert both["ceiling"].regime == "partial"


def test_nan_is_never_an_event():
    data = curves(5, 20)
    data.test_accuracy[:] = np.nan
    outcome = RULES["ceiling"](data, YARDSTICK, True)
    assert outcome.t_test is None
    assert np.isnan(outcome.test_maximum)


def test_no_evaluations_give_no_events():
    empty = Curves(np.empty(0, int), np.empty(0), np.empty(0), np.empty(0))
    for outcome in outcomes(empty, YARDSTICK, ended=False).values():
        assert (outcome.regime, outcome.last, outcome.censored) == (None, None, True)


def left_censored(first, t_train, t_test, ended=True):
    """Return the outcome of a run whose evaluations begin at an epoch."""
    whole = curves(t_train, t_test)
    seen = Curves(*(values[first:] for values in vars(whole).values()))
    return RULES["ceiling"](seen, YARDSTICK, ended)


def test_what_was_learned_before_the_first_evaluation_is_no_event_of_the_run():
    outcome = left_censored(60, 14, 58)
    assert outcome.before("train")
    assert outcome.before("test")
    assert outcome.censored
    assert (outcome.regime, outcome.t_grok) == (None, None)
    assert outcome.t_test == outcome.first.epoch == 60


@pytest.mark.parametrize(
    ("first", "t_train", "t_test", "word"),
    [
        (20, 14, 58, "grokking"),
        (30, 14, 58, None),
        (30, 58, 14, "steady"),
        (0, 0, 1, "grokking"),
        (0, 0, 0, None),
        (30, 14, 1000, "memorised"),
    ],
    ids=[
        "late whenever training was fitted",
        "late only if it was fitted early",
        "the test set was before",
        "fitted by the draw",
        "nothing was learned",
        "never generalised",
    ],
)
def test_a_word_is_given_only_where_an_unseen_time_leaves_no_other(first, t_train, t_test, word):
    outcome = left_censored(first, t_train, t_test)
    assert (outcome.regime, outcome.censored, outcome.t_grok) == (word, True, None)
    assert outcome.before("train") is (t_train <= first)


def test_an_old_outcome_that_does_not_tell_its_beginning_is_taken_as_seen():
    outcome = replace(left_censored(60, 14, 58), first=None)
    assert (outcome.before("test"), outcome.censored, outcome.t_grok) == (False, False, 0)


@given(st.lists(st.booleans(), max_size=30), st.integers(1, 4))
def test_first_held_is_the_first_of_its_kind(holds, count):
    found = first_held(holds, count)
    starts = [i for i in range(len(holds) - count + 1) if all(holds[i : i + count])]
    assert found == (starts[0] if starts else None)


ATTRS = {"chance": 0.5, "n_test": 100, "train_ceiling": 0.9, "test_ceiling": 0.8}


def test_a_yardstick_is_read_from_a_run_s_attributes():
    told = ATTRS | {"time_unit": "step", "run_id": "x"}
    assert Yardstick.from_attrs(told) == Yardstick(0.5, 100, 0.9, 0.8, "step")


@pytest.mark.parametrize("change", [{"chance": "high"}, {"n_test": None}, {"n_test": np.inf}])
def test_attributes_without_a_yardstick_are_refused(change):
    for attrs in ({"run_id": "x"}, ATTRS | {"run_id": "x", "time_unit": "epoch"} | change):
        with pytest.raises(Unreadable, match="run 'x' does not say what it is held against"):
            Yardstick.from_attrs(attrs)
