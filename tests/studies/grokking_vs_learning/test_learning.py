"""How runs end, on curves made by hand."""

import math

import pytest

from grokscope.studies.grokking_vs_learning.learning import (
    apart,
    of_all,
    only_first_groks,
    ratio,
    unlearnt,
)
from tests.studies.runs import Run


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("grokking", "steady", 1),
        ("grokking", "grokking", 0),
        ("steady", "steady", 0),
        ("grokking", "partial", 0),
    ],
)
def test_the_first_groks_and_the_other_learns_steadily(one, other, found):
    assert only_first_groks(Run(regime=one), Run(regime=other)) == found
    assert math.isnan(only_first_groks(Run(regime=None), Run(regime=other)))


def test_ends_are_compared_in_either_order():
    one, other = Run([0, 0.9], train_loss=[1, 2]), Run([0, 1.0], train_loss=[1, 8])
    assert apart(one, other) == pytest.approx(apart(other, one)) == pytest.approx(0.1)
    assert ratio(one, other, curve="train_loss") == ratio(other, one, curve="train_loss") == 4
    third = Run(train_loss=[3, 16])
    assert of_all("a", "b", curve="train_loss")({"a": [one, other], "b": [third]}) == [8]
    assert ratio(Run(train_loss=[0]), one, curve="train_loss") == math.inf


@pytest.mark.parametrize("value", [1.0, 0.0])
def test_a_loss_that_was_not_recorded_has_no_ratio(value):
    pair = Run(train_loss=[math.nan]), Run(train_loss=[value])
    assert math.isnan(ratio(*pair, curve="train_loss"))
    assert math.isnan(ratio(*pair[::-1], curve="train_loss"))


def test_what_was_unlearnt_is_below_the_largest_accuracy():
    assert unlearnt(Run(train_accuracy=[0.5, 1, math.nan, 0.97])) == pytest.approx(0.03)
