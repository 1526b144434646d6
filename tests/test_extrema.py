"""Extrema: turning points lie where they were made, and nowhere else."""

import numpy as np

from grokscope.extrema import speed_extrema


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
