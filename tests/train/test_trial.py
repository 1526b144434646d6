"""A short trial: some seconds, and nothing left behind."""

from grokscope.train.trial import seconds_per_epoch


def test_a_trial_takes_as_long_as_the_epochs_it_trains(small):
    assert 0 < seconds_per_epoch(small(), "cpu") < 60
