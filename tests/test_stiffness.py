"""Stiff and sloppy parameters: which are which, and their steps held apart."""

import numpy as np
import xarray as xr

from grokscope.steps import CONVENTIONS as ALL
from grokscope.steps import step_products
from grokscope.stiffness import CONVENTIONS, subspace_products
from tests.test_steps import LAYOUT, run

CHOICES = {parameter.name: parameter.default for parameter in CONVENTIONS}


class Squares:
    """A network whose Fisher diagonal is its parameters squared."""

    layout = LAYOUT

    def fisher_diagonal(self, weights, inputs, labels, score):
        return weights.astype(float) ** 2


def moving():
    """Return a run of four checkpoints; in the last, three parameters are above 1/√10."""
    rows = np.random.default_rng(0).normal(size=(4, LAYOUT.size))
    rows[3] = [0.33, -2, 0.3, 0.09, 0, 0.5, 0.31, -0.31, 0.2]
    return run(range(4), rows)


def test_what_the_last_checkpoint_says_holds_at_every_one():
    found = subspace_products(moving(), Squares(), **CHOICES)
    assert found.dims == ("checkpoint", "subspace", "first", "second")
    assert found.attrs["comment"] == "3 of 9 parameters are stiff"
    rows = np.concatenate(
        [moving()[f"trajectory/{name}"].values.reshape(4, -1) for name in ("w", "b")], 1
    )
    step = (rows[1] - rows[0]).astype(float)
    weighted = rows[0].astype(float) ** 2 * step**2
    stiff = [0, 1, 5]
    speeds = found.sel(checkpoint=0, first="next", second="next")
    expected = weighted[stiff].sum()
    np.testing.assert_allclose(speeds, [expected, weighted.sum() - expected], rtol=1e-6)


def test_both_together_are_the_whole_step():
    tree = moving()
    defaults = {parameter.name: parameter.default for parameter in ALL}
    whole = step_products(tree, Squares(), **defaults)
    parts = subspace_products(tree, Squares(), **CHOICES).sum("subspace", skipna=False)
    xr.testing.assert_allclose(parts, whole, rtol=1e-6)


def test_a_lower_threshold_makes_more_stiff():
    found = subspace_products(moving(), Squares(), **CHOICES | {"threshold": 0.01})
    assert found.attrs["comment"] == "7 of 9 parameters are stiff"


def test_the_metric_is_taken_once_for_both_subspaces():
    seen = []

    class Counted(Squares):
        def fisher_diagonal(self, weights, inputs, labels, score):
            seen.extend(weights)
            return super().fisher_diagonal(weights, inputs, labels, score)

    subspace_products(moving(), Counted(), **CHOICES)
    # that of the last checkpoint, and one for each of three steps
    assert len(seen) == 4
