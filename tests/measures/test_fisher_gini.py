"""Gini coefficient of the Fisher diagonal: worked values, and blocks."""

import numpy as np
import xarray as xr

from grokscope.measures import MEASURES, fisher_gini
from tests.test_steps import LAYOUT, run

measure = MEASURES["fisher_gini"]
CHOICES = {"score": "output", "inputs": "test", "samples": 256, "seed": 0}


class Squares:
    """A network whose Fisher diagonal is its parameters squared."""

    layout = LAYOUT

    def fisher_diagonal(self, weights, inputs, labels, score):
        return weights**2


def test_worked_value():
    alike, one = np.full(LAYOUT.size, -2), np.eye(LAYOUT.size)[3]
    rows = [alike, one, [0] * 7 + [1, 3**0.5], 0 * alike]
    found = measure.function(run([0, 5, 6, 9], rows), Squares(), **CHOICES)
    assert found.dims == ("checkpoint",)
    # of nine values, 1 and 3 at the places 8 and 9: (6 · 1 + 8 · 3) / (9 · 4)
    np.testing.assert_allclose(found, [0, 8 / 9, 30 / 36, np.nan], rtol=1e-6)
    assert found.epoch.values.tolist() == [0, 5, 6, 9]


def test_blocks_of_checkpoints_change_nothing(monkeypatch):
    tree = run(range(7))
    whole = measure.function(tree, Squares(), **CHOICES)
    monkeypatch.setattr(fisher_gini, "BLOCK", 2 * LAYOUT.size)
    xr.testing.assert_identical(measure.function(tree, Squares(), **CHOICES), whole)
