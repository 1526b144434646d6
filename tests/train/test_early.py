"""Early ends: the condition, how long it must hold, and what starts it anew."""

import pytest

from grokscope.config.sections import Training
from grokscope.train.early import EarlyEnd


def epochs_reached(training, values, since=None, first=0):
    early = EarlyEnd(training, since)
    name = training.stop_metric
    for epoch, value in enumerate(values, first):
        if early.reached(epoch, {name: value}):
            return epoch
    return None


def test_without_a_condition_a_run_goes_on():
    assert epochs_reached(Training(), [1.0] * 50) is None


@pytest.mark.parametrize(("hold", "end"), [(0, 2), (1, 5), (3, 7)])
def test_it_must_hold_for_as_many_epochs(hold, end):
    training = Training(stop_beyond=0.9, stop_hold=hold)
    assert epochs_reached(training, [0, 0.5, 0.9, 0.8, 0.95, 1, 1, 1]) == end


def test_a_loss_has_to_fall():
    training = Training(stop_metric="train_loss", stop_beyond=0.1)
    assert epochs_reached(training, [4.0, 0.2, 0.1, 0.05]) == 2


def test_what_has_held_before_a_resume_counts():
    training = Training(stop_beyond=0.9, stop_hold=4)
    assert epochs_reached(training, [1, 1, 1], since=8, first=11) == 12


def test_a_loss_that_is_not_a_number_ends_nothing():
    training = Training(stop_metric="train_loss", stop_beyond=0.1)
    assert epochs_reached(training, [float("nan")] * 3) is None


def test_the_reason_says_what_was_held():
    early = EarlyEnd(Training(stop_beyond=0.99, stop_hold=2))
    assert early.reached(5, {"test_accuracy": 1.0}) == ""
    reason = early.reached(7, {"test_accuracy": 1.0})
    assert reason == "ended early: test_accuracy was at least 0.99 for 2 epochs at epoch 7"
