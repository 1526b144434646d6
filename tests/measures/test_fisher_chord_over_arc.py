"""Fisher chord over arc: a worked value; more with `paths`."""

import numpy as np

from grokscope.measures import MEASURES
from grokscope.steps import CONVENTIONS
from tests.test_paths import CORNER
from tests.test_steps import LAYOUT, run

measure = MEASURES["fisher_chord_over_arc"]

CHOICES = {parameter.name: parameter.default for parameter in CONVENTIONS}


class Double:
    """A network in whose metric the second parameter counts four times as much as the others."""

    layout = LAYOUT

    def fisher_diagonal(self, weights, inputs, labels, score):
        return np.where(np.arange(LAYOUT.size) == 1, 4.0, 1.0) * np.ones_like(weights)


def test_worked_value():
    rows = np.zeros((4, LAYOUT.size))
    rows[:, :2] = CORNER
    tree = run(range(4), rows)
    found = measure.function(tree, Double(), **CHOICES, window=3)
    # three right, then five up
    np.testing.assert_allclose(
        found, [np.nan, np.sqrt(9 + 100) / (3 + 8 + 2), np.nan, np.nan], atol=1e-12
    )
    assert found.dims == ("checkpoint",)
