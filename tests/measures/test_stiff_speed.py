"""Stiff speed: worked values; how parameters are split is tested with `stiffness`."""

import numpy as np
import xarray as xr

from grokscope.measures import MEASURES
from grokscope.steps import TANGENTS
from grokscope.stiffness import SUBSPACES

measure = MEASURES["stiff_speed"]


def products(stiff, sloppy):
    """Return products at one checkpoint of tangents (tangent, parameter) in either subspace."""
    each = np.stack([np.array(part, float) @ np.array(part, float).T for part in (stiff, sloppy)])
    labels = {"checkpoint": [0], "subspace": list(SUBSPACES)}
    labels |= {"first": list(TANGENTS), "second": list(TANGENTS)}
    return xr.DataArray(each[None], labels, list(labels), attrs={"comment": "2 of 3 are stiff"})


def test_worked_value():
    found = measure.function(products([[9, 9], [3, 4], [0, 0]], [[1], [-2], [5]]))
    assert found.dims == ("checkpoint", "subspace")
    np.testing.assert_allclose(found[0], [5, 2])
    assert found.attrs == {"comment": "2 of 3 are stiff"}


def test_stored_name_says_every_choice():
    values = {parameter.name: parameter.default for parameter in measure.parameters}
    assert measure.key(values) == "stiff_speed.output.test.f1.n256.s0.t0.1"
