"""Readings of runs: worked values on curves made by hand."""

import math

import pytest

from grokscope.studies.grokking_vs_learning.readings import (
    at,
    by_convention,
    each,
    last,
    onset,
    pairs,
    plateau_end,
    window,
)
from tests.studies.runs import NAN, Run


def test_a_value_is_that_of_the_nearest_checkpoint_that_has_one():
    result = Run(measures={"m": [1, NAN, 3, 4]}).measure("m")
    assert at(result, 0) == 1
    assert at(result, 12) == 3
    assert at(result, math.inf) == 4
    assert math.isnan(at(result, NAN))
    assert math.isnan(at(result * NAN, 0))


def test_a_run_that_ended_too_early_has_no_value():
    result = Run(measures={"m": [1, 2]}).measure("m")
    assert at(result, 10) == 2
    assert math.isnan(at(result, 11))


def test_an_infinite_value_is_one():
    run = Run(measures={"m": [1, math.inf]}, train_loss=[1, math.inf, NAN])
    assert at(run.measure("m"), math.inf) == last(run, "train_loss") == math.inf
    assert window(run, "m", 0, 10).tolist() == [1, math.inf]


def test_the_last_value_is_the_last_that_was_taken():
    assert last(Run([0.1, 0.5, NAN]), "test_accuracy") == 0.5
    assert math.isnan(last(Run([NAN]), "test_accuracy"))


@pytest.mark.parametrize(
    ("curve", "end"),
    [([0, 0, 0.2, 0.05, 1], 10), ([0.5, 1], NAN), ([0, 0], NAN), ([0, 0.1, 0.11], 10)],
)
def test_a_plateau_ends_before_the_level_is_passed(curve, end):
    assert plateau_end(Run(curve), 0.1) == pytest.approx(end, nan_ok=True)


def test_a_window_holds_the_finite_values_between_two_epochs():
    run = Run(measures={"m": [1, 2, NAN, 4, 5]})
    assert window(run, "m", 10, 30).tolist() == [2, 4]
    assert window(run, "m", NAN, 30).size == 0


def test_readings_of_each_run_and_of_pairs_are_in_order_of_seed():
    evidence = {"a": [Run(seed=1), Run(seed=2)], "b": [Run(seed=10), Run(seed=20), Run(seed=30)]}
    read = by_convention(
        one_by_one=each("b", lambda run: run.seed),
        two_by_two=pairs("a", "b", lambda one, other: one.seed + other.seed),
    )
    assert read(evidence) == {"one by one": [10, 20, 30], "two by two": [11, 22]}


@pytest.mark.parametrize(
    ("regimes", "found"),
    [
        (["steady", "grokking", "grokking"], 2),
        (["grokking", "steady", "grokking"], 3),
        (["grokking", "grokking", "grokking"], 1),
        (["grokking", "grokking", "partial"], math.inf),
        (["steady", None, "grokking"], NAN),
        ([None, "steady", "grokking"], 3),
    ],
)
def test_the_onset_is_where_all_from_there_on_grok(regimes, found):
    groups = {1.0: "a", 2.0: "b", 3.0: "c"}
    evidence = {name: [Run(regime=r)] for name, r in zip("abc", regimes, strict=True)}
    assert onset(groups, "ceiling")(evidence) == pytest.approx([found], nan_ok=True)
    assert math.isnan(onset(groups, "manning-coe")(evidence)[0])
