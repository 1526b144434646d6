"""Activation spectrum: layers whose outputs spread over known directions."""

import numpy as np
import pytest
import xarray as xr

from grokscope.layout import Layout, ParameterSpec
from grokscope.measures import MEASURES

measure = MEASURES["activation_spectrum"]
CHOICES = {p.name: p.default for p in measure.parameters}
# of mean 0, not correlated, of variance 1
SIGNS = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]], np.float32)
TURN = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]


class Spreading:
    """A network that multiplies its inputs by two weights, turns them in space, and adds 9."""

    layout = Layout((ParameterSpec("w", ("unit",), (2,)),))

    def activations(self, weights, inputs):
        spread = (weights[:, None] * inputs).astype(np.float32)
        return {"hidden": (spread @ TURN[:2] + 9).astype(np.float32), "output": spread[..., :1]}


def run(rows, inputs=SIGNS):
    """Return a tree of two weights at each checkpoint, and inputs to test on."""
    n = len(rows)
    labels = {"checkpoint": np.arange(n), "epoch": ("checkpoint", np.arange(n) / 2)}
    weights = (("checkpoint", "unit"), np.array(rows, np.float32))
    data = {
        "test_inputs": (("test_example", "axis_1"), inputs),
        "test_labels": ("test_example", np.zeros(len(inputs), np.int64)),
    }
    return xr.DataTree.from_dict(
        {"/trajectory": xr.Dataset({"w": weights}, labels), "/data": xr.Dataset(data)}
    )


def test_worked_value():
    """Variances 9 and 4 in three dimensions, of which the output sees the second: then a line."""
    found = measure.function(run([[2, 3], [1, 0]]), Spreading(), **CHOICES)
    assert found.dims == measure.dims
    assert found.dtype == np.float32
    assert found.layer.values.tolist() == ["hidden", "output"]
    assert found["index"].values.tolist() == [1, 2, 3]
    expected = [[[9, 4, 0], [4, np.nan, np.nan]], [[1, 0, 0], [1, np.nan, np.nan]]]
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_shares_sum_to_one_and_nothing_has_none():
    shares = measure.function(run([[2, 3], [0, 0]]), Spreading(), **CHOICES | {"scale": "share"})
    np.testing.assert_allclose(shares[0, 0], [9 / 13, 4 / 13, 0], atol=1e-6)
    assert shares[0, 1, 0] == 1
    assert np.isnan(shares[1, 1]).all()


def test_fewer_inputs_than_units_have_the_same_sum():
    tree = run([[2, 3]], SIGNS)
    few = measure.function(tree, Spreading(), **CHOICES | {"samples": 2, "seed": 1})
    drawn = SIGNS[np.random.default_rng(1).permutation(4)[:2]] * [2, 3]
    assert few.sizes["index"] == 2
    assert few[0, 0].sum() == pytest.approx(drawn.var(axis=0).sum(), rel=1e-5)


def test_a_network_that_is_not_finite_has_no_spectrum():
    found = measure.function(run([[np.nan, 1], [1, 1]]), Spreading(), **CHOICES)
    assert np.isnan(found[0]).all()
    assert found[1, 0, 0] == pytest.approx(1)
