"""Series: runs side by side, wherever they end."""

import numpy as np
import pytest
import xarray as xr

from grokscope.studies.grokking_vs_learning.figures.series import (
    by_group,
    by_seed,
    curves,
    measures,
    named,
    numbers,
    parts,
    times,
    together,
)
from tests.studies.runs import NAN, Run, by

ACCURACY = curves("test_accuracy")


def test_runs_that_end_earlier_are_missing_later():
    evidence = {"a": [Run([0, 1]), Run([0, 0.5, 1], seed=1)], "b": [Run([0.2])], "c": []}
    found = by_group({"A": "a", "B": "b", "C": "c", "D": "d"}, ACCURACY)(evidence)
    assert found["group"].values.tolist() == ["A", "B"]
    assert found["epoch"].values.tolist() == [0, 10, 20]
    expected = [[[0, 1, NAN], [0, 0.5, 1]], [[0.2, NAN, NAN], [NAN] * 3]]
    np.testing.assert_array_equal(found["test_accuracy"], expected)
    assert found["run"].values.tolist() == [["run-s0", "run-s1"], ["run-s0", ""]]


def test_one_group_has_no_group():
    found = by_seed("a", ACCURACY)({"a": [Run([0, 1])]})
    assert found["test_accuracy"].dims == ("seed", "epoch")


def test_measures_are_where_they_were_taken():
    run = Run([0], measures={"gini": [1, NAN, 3], "gini every=2": [4, 5, 6]})
    found = measures(here="gini", all="gini every=2")(run)
    np.testing.assert_array_equal(found["here"], [1, NAN, 3])
    np.testing.assert_array_equal(found["all"], [4, 5, 6])
    assert measures(here="gini")(run)["epoch"].values.tolist() == [0, 20]


def test_parts_of_a_measure_are_variables_of_their_own():
    run = Run([0], measures={"stiff_speed": by("subspace", stiff=[1, 2], sloppy=[3, 4])})
    found = parts("stiff_speed", "subspace")(run)
    np.testing.assert_array_equal(found["stiff"], [1, 2])
    np.testing.assert_array_equal(found["sloppy"], [3, 4])
    assert found["sloppy"].attrs["long_name"] == "sloppy"


def test_times_are_those_of_the_run():
    run = Run([0, 0.05, 0.4, 1], t_train=5, t_test=30)
    found = together(times(0.1), numbers(one=("number one", lambda run: 1.0)))(run)
    assert [float(found[name]) for name in ("t_train", "t_plateau", "t_test", "one")] == [
        *(5, 10, 30, 1)
    ]
    assert found["one"].attrs == {"long_name": "number one", "units": "1"}


@pytest.mark.parametrize(("unit", "told"), [("1", {}), ("nat", {"unit_label": "nat"})])
def test_names_are_told_as_in_runs(unit, told):
    assert named("loss", unit) == {"long_name": "loss", "units": "1"} | told


def test_merged_series_keep_their_attributes():
    run = Run([0, 1])
    run.metrics["test_accuracy"].attrs = {"long_name": "test accuracy", "split": "test"}
    found = by_group({"A": "a"}, ACCURACY)({"a": [run, run]})
    assert isinstance(found, xr.Dataset)
    assert found["test_accuracy"].attrs["split"] == "test"
