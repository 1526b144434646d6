"""Grokking time: worked values by both rules, censoring, and refusals."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from grokscope.errors import MissingData, Unreadable
from grokscope.measures import MEASURES

measure = MEASURES["grokking_time"]
YARDSTICK = {
    "chance": 0.01,
    "n_test": 1000,
    "train_ceiling": 1.0,
    "test_ceiling": 1.0,
    "time_unit": "epoch",
}


def run(t_train, t_test, top=1.0, n=100, **attrs):
    """Return a run whose accuracies jump from 0 at given epochs, test accuracy to `top`."""
    epoch = np.arange(float(n))
    curves = {
        "train_accuracy": ("step", (epoch >= t_train) * 1.0),
        "test_accuracy": ("step", (epoch >= t_test) * top),
    }
    coords = {"step": 140 * np.arange(n), "epoch": ("step", epoch)}
    tree = xr.DataTree.from_dict({"/metrics": xr.Dataset(curves, coords)})
    tree.attrs.update(YARDSTICK | attrs)
    return tree


@pytest.mark.parametrize(
    ("t_train", "t_test", "expected"),
    [(10, 80, 70), (10, 10, 0), (30, 5, -25)],
    ids=["grokking", "steady", "test first"],
)
def test_worked_value(t_train, t_test, expected):
    lag = measure.function(run(t_train, t_test), rule="ceiling")
    assert lag.dims == ()
    assert lag.item() == expected


def test_rules_part_where_a_run_stays_low():
    low = run(10, 40, top=0.2)
    assert np.isnan(measure.function(low, rule="ceiling").item())
    assert measure.function(low, rule="manning-coe").item() == 30


@pytest.mark.parametrize(
    ("t_train", "t_test"), [(10, 100), (100, 100), (0, 20)], ids=["test", "both", "train"]
)
def test_censored_times_give_no_lag(t_train, t_test):
    assert np.isnan(measure.function(run(t_train, t_test), rule="ceiling").item())


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 50))
def test_shifting_both_curves_changes_nothing(t_train, t_test, shift):
    here = measure.function(run(t_train, t_test), rule="ceiling")
    later = measure.function(run(t_train + shift, t_test + shift), rule="ceiling")
    assert here.item() == later.item()


def test_time_is_told_in_the_tasks_unit():
    lag = measure.function(run(1, 3, time_unit="step"), rule="ceiling")
    assert lag.attrs["unit_label"] == "step"
    assert lag.item() == 280


def test_evaluations_of_one_curve_alone_are_left_out():
    tree = run(10, 80)
    tree["metrics"]["test_accuracy"][1::2] = np.nan
    assert measure.function(tree, rule="ceiling").item() == 70


def test_missing_curve_is_named():
    tree = run(1, 2)
    del tree["metrics"]["test_accuracy"]
    with pytest.raises(MissingData, match="needs test_accuracy, which"):
        measure.function(tree, rule="ceiling")


def test_missing_yardstick_is_refused():
    tree = run(1, 2)
    del tree.attrs["chance"]
    with pytest.raises(Unreadable, match="does not say what it is held against"):
        measure.function(tree, rule="ceiling")
