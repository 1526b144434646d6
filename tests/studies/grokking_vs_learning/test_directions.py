"""Medians over the plateau, on measures made by hand."""

import math

import pytest

from grokscope.studies.grokking_vs_learning.directions import (
    CLAIMS,
    COSINE,
    STEP,
    late_plateau,
    peak,
    plateau,
    settled,
    start,
    straighter,
)
from grokscope.studies.grokking_vs_learning.groups import ISING_GROKS, ISING_LEARNS
from tests.studies.runs import Run

RUN = Run(
    [0, 0, 0, 0, 0, 1],
    measures={"m": [8, 1, 2, 3, 5, 9]},
    t_train=10,
    t_test=50,
)


def test_each_stretch_has_its_own_median():
    assert start(RUN, "m") == 4.5
    assert plateau(RUN, "m") == 2.5
    assert late_plateau(RUN, "m") == 4
    assert peak(RUN, "m") == 9
    assert settled(RUN, "m") == 4


def test_what_looks_beyond_the_plateau_does_not_count():
    assert plateau(RUN, "m", reach=10) == 2.5
    assert late_plateau(RUN, "m", reach=10) == 3
    assert math.isnan(plateau(RUN, "m", reach=20))


def test_a_run_without_a_plateau_has_no_median():
    run = Run([1, 1], measures={"m": [1, 2]}, t_train=10)
    assert math.isnan(plateau(run, "m"))
    assert math.isnan(late_plateau(run, "m"))
    assert peak(Run([0], measures={"m": [3]}, t_test=0), "m") == pytest.approx(3)


def test_the_path_of_a_steady_run_is_followed_to_its_end_too():
    text = f"{COSINE} {STEP}"
    one = Run([0] * 4, measures={text: [0.5, 0.9, 0.8, 0]}, t_test=20)
    other = Run([0] * 4, measures={text: [0.5, 0.6, 0.7, 0.95]}, t_test=10)
    assert straighter(one, other) == pytest.approx(0.3)
    (claim,) = (claim for claim in CLAIMS if claim.name == "ising-straighter")
    found = claim.read({ISING_GROKS: [one], ISING_LEARNS: [other]})
    assert found == {
        "up to t test": pytest.approx([0.3]),
        "of the whole run": pytest.approx([-0.05]),
    }
