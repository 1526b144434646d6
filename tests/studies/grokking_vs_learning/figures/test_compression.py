"""Figures of pruning, on ends made by hand."""

import numpy as np
import pytest
import xarray as xr

from grokscope.studies.grokking_vs_learning.compression import AT_THE_END
from grokscope.studies.grokking_vs_learning.figures.compression import (
    beside,
    front,
    pruned,
)
from tests.studies.runs import Run

GROUPS = {"A": "a", "B": "b"}


def ended(c, loss):
    measures = {f"compressibility {AT_THE_END}": [1, c]}
    return Run(measures=measures, train_loss=[9, loss], test_loss=[9, loss])


def test_the_line_is_through_the_groups_it_is_asked_for():
    evidence = {"a": [ended(1 + 2 * k, k) for k in range(5)], "b": [ended(100, 1)]}
    panel = beside(GROUPS, {"A": "a"}, "train_loss", ("a",))
    found = panel.read(evidence)
    np.testing.assert_allclose(found["compressibility"].sel(group="A"), [1, 3, 5, 7, 9])
    np.testing.assert_allclose(found["line"], 1 + 2 * found["line_x"])
    np.testing.assert_allclose(found["line_low"], found["line_high"])
    assert found["line"].attrs["told"] == "slope 2 [2, 2], $R^2$ 1.00 [1.00, 1.00]"
    assert (panel.x, panel.y) == ("train_loss", ("compressibility",))


def test_four_points_are_too_few_for_a_line():
    evidence = {"a": [ended(k, k) for k in range(4)], "b": [ended(1, 1)]}
    assert "line" not in beside(GROUPS, GROUPS, "train_loss", ("a",)).read(evidence)


def test_the_front_goes_in_steps_over_those_that_none_dominates():
    evidence = {"a": [ended(1, 1), ended(3, 2)], "b": [ended(2, 3), ended(5, 4), ended(0.5, 1)]}
    found = front(GROUPS, "test_loss")(evidence)
    assert found["front"].values.tolist() == [[True, True, False], [False, True, False]]
    assert found["line_x"].values.tolist() == [1, 2, 2, 4, 4]
    assert found["line"].values.tolist() == [1, 1, 3, 3, 5]


@pytest.mark.parametrize("text", ["", "order=fisher"])
def test_the_curve_is_that_of_the_last_checkpoint(text):
    curve = xr.DataArray(
        [[np.nan, np.nan], [1, 0.5]],
        {"epoch": ("checkpoint", [0.0, 10]), "fraction": [0.0, 1]},
        ["checkpoint", "fraction"],
    )
    run = Run([0], measures={f"pruning_curve {AT_THE_END} {text}".strip(): curve})
    found = pruned(text)(run)
    assert found["accuracy"].values.tolist() == [1, 0.5]
    assert found["fraction"].attrs["long_name"] == "share of weights pruned"
