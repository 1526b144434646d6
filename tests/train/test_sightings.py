"""Sightings: what is found while a run trains is what its whole curves show afterwards."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.events import Curves, Moment, Yardstick, ceiling
from grokscope.extrema import speed_extrema
from grokscope.train.sightings import SPIKE_PAST, Crossings, Spikes, Turns

YARDSTICK = Yardstick(chance=0.1, n_test=100)


@given(st.lists(st.tuples(*[st.sampled_from([0.1, 0.94, 0.96, 1.0])] * 2), max_size=60))
def test_crossings_are_those_of_the_default_rule(accuracies):
    crossings, seen = Crossings(YARDSTICK), {}
    for k, (train, test) in enumerate(accuracies):
        metrics = {"train_accuracy": train, "test_accuracy": test}
        for sighting in crossings.evaluated(Moment(2 * k, float(k)), metrics):
            assert sighting.event not in seen
            seen[sighting.event] = sighting.at.epoch
    train, test = np.array(accuracies, float).reshape(-1, 2).T
    epoch = np.arange(len(train))
    outcome = ceiling(Curves(2 * epoch, epoch.astype(float), train, test), YARDSTICK, ended=True)
    times = {"t_train": outcome.t_train, "t_test": outcome.t_test, "t_lost": outcome.t_lost}
    # what holds from the first evaluation on did not happen in the run
    assert seen == {name: time for name, time in times.items() if time}


@given(st.lists(st.floats(1e-3, 1e3), max_size=60))
def test_turns_are_those_of_the_rule_for_stored_speeds(speeds):
    turns, seen = Turns(), {}
    for k, speed in enumerate(speeds):
        for sighting in turns.moved(Moment(k, float(k)), speed):
            seen[sighting.event] = int(sighting.at.epoch)
    lowest, highest = speed_extrema(np.arange(len(speeds)), speeds)
    found = {"speed_min": lowest, "speed_max": highest}
    assert seen == {name: at for name, at in found.items() if at is not None}


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ([], ["speed_min", "speed_max"]),
        (["speed_min"], ["speed_max"]),
        (["speed_min", "speed_max"], []),
    ],
)
def test_what_turned_already_is_not_sought_again(known, expected):
    turns, fall_rise_fall = Turns(known), [5, 4, 3, 2, 1, 2, 3, 4, 5, 4, 3, 2, 1, 1, 1]
    seen = [s.event for k, v in enumerate(fall_rise_fall) for s in turns.moved(Moment(k, k), v)]
    assert seen == expected


def spikes(losses):
    rule = Spikes()
    return [s.at.step for k, loss in enumerate(losses) for s in rule.evaluated(Moment(k, k), loss)]


def test_a_spike_is_ten_times_what_the_loss_was():
    assert spikes([0.1] * 20 + [0.99] + [0.1] * 5) == []
    assert spikes([0.1] * 20 + [1.01, 2.0] + [0.1] * 5) == [20]


def test_a_rise_from_nothing_to_next_to_nothing_is_no_spike():
    assert spikes([1e-9] * 20 + [0.009]) == []
    assert spikes([1e-9] * 20 + [0.011]) == [20]


def test_what_follows_soon_belongs_to_the_same_spike():
    quiet = [0.1] * 20
    assert spikes(quiet + [2.0] + [0.1] * (SPIKE_PAST - 1) + [2.0]) == [20]
    assert spikes(quiet + [2.0] + [0.1] * SPIKE_PAST + [2.0]) == [20, 21 + SPIKE_PAST]


def test_a_first_loss_is_no_spike():
    assert spikes([0.001] * 3 + [9.0]) == []
