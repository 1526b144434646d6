"""Turning points and crossings of speeds made by hand."""

import math

import numpy as np
import pytest

from grokscope.studies.grokking_vs_learning.speeds import crosses, faster, turn
from tests.studies.runs import NAN, Run, by


def test_turns_are_the_first_minimum_and_the_maximum_that_follows():
    steps = np.arange(80)
    run = Run(measures={"fisher_speed": np.exp(-np.cos(2 * np.pi * (steps - 20) / 54))})
    assert (turn(run, "speed_min"), turn(run, "speed_max")) == (200, 470)


def test_a_speed_that_only_falls_has_no_turn():
    assert math.isnan(turn(Run(measures={"fisher_speed": np.exp(-np.arange(40.0))}), "speed_min"))


@pytest.mark.parametrize(
    ("sloppy", "t_test", "found"),
    [
        ([4, 4, 1, 1], 20, 1),
        ([4, 4, 4, 4], 20, 0),
        ([1, 1, 4, 4], 20, 0),
        ([4, NAN, 1, NAN], 20, 1),
        ([4, 4, 1, 1], NAN, NAN),
    ],
)
def test_speeds_cross_where_sloppy_ones_fall_behind(sloppy, t_test, found):
    speeds = by("subspace", stiff=[2, 2, 2, 2], sloppy=sloppy)
    run = Run(measures={"stiff_speed": speeds}, t_test=t_test)
    assert crosses(run) == pytest.approx(found, nan_ok=True)


def test_a_speed_of_nothing_counts_for_nothing():
    speeds = by("subspace", stiff=[2, 0, 2], sloppy=[2 * math.e, 1, 1])
    assert faster(Run(measures={"stiff_speed": speeds}, t_test=20), late=False) == pytest.approx(1)
