"""Extrema: turning points lie where they were made, and nowhere else."""

import numpy as np

from grokscope.extrema import slingshots, speed_extrema


def wave(epoch):
    """Return a speed whose logarithm is a cosine with a minimum at 20 and a maximum at 47."""
    return np.exp(-np.cos(2 * np.pi * (epoch - 20) / 54))


def test_speed_turns_where_it_was_made_to():
    epoch = np.arange(200.0)
    assert speed_extrema(epoch, wave(epoch)) == (20, 47)


def test_speed_extrema_ignore_the_ends():
    epoch = np.arange(100.0)
    assert speed_extrema(epoch, np.exp(-epoch)) == (None, None)


def test_speed_extrema_leave_out_centres_whose_window_has_a_gap():
    epoch = np.concatenate([np.arange(0.0, 60), np.arange(60.0, 200, 20)])
    assert speed_extrema(epoch, wave(epoch)) == (20, 47)


def test_a_zero_or_missing_speed_does_not_turn():
    epoch = np.arange(100.0)
    speed = wave(epoch)
    speed[70:] = 0
    speed[80:] = np.nan
    assert speed_extrema(epoch, speed) == (20, 47)
    assert speed_extrema(epoch, np.zeros(100)) == (None, None)


def test_the_unit_of_time_decides_nothing():
    steps = np.arange(200.0)
    speed = wave(steps) * np.exp(np.random.default_rng(0).normal(0, 1e-3, 200))
    assert speed_extrema(200 * steps, speed) == speed_extrema(steps, speed) == (20, 47)


def decaying(count=400):
    return np.exp(-np.arange(count) / 60.0)


def test_slingshots_are_found_at_their_peaks():
    loss = decaying()
    loss[100] *= 40
    loss[200:206] *= [2, 6, 30, 12, 6, 2]
    assert slingshots(loss).tolist() == [100, 202]


def test_a_step_up_or_a_slow_rise_or_a_spike_that_has_no_end_yet_is_no_slingshot():
    step, slow, last = decaying(), np.exp(np.arange(400) / 60.0), decaying()
    step[150:] *= 40
    last[-1] *= 40
    for values in (decaying(), step, slow, last):
        assert slingshots(values).size == 0


def test_noise_is_no_slingshot_and_spikes_in_it_are():
    loss = np.exp(np.random.default_rng(0).normal(0, 0.5, 5000))
    assert slingshots(loss).size == 0
    loss[3000] = 200.0
    assert slingshots(loss).tolist() == [3000]


def test_values_that_are_missing_or_not_positive_are_passed_over():
    loss = decaying()
    loss[100] *= 40
    loss[[99, 101, 300]] = [np.nan, 0.0, -1.0]
    assert slingshots(loss).tolist() == [100]
    assert slingshots([]).size == slingshots(np.full(100, np.nan)).size == 0


def test_a_slingshot_of_a_norm_is_told_by_a_smaller_leap():
    norm = np.full(200, 30.0)
    norm[120:123] = [36, 45, 34]
    assert slingshots(norm).size == 0
    assert slingshots(norm, rise=1.25).tolist() == [121]
