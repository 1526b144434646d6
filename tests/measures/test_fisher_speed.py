"""Fisher speed: worked values and how it scales."""

import numpy as np
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from grokscope.measures import MEASURES
from grokscope.steps import TANGENTS

measure = MEASURES["fisher_speed"]


def products(tangents, metric):
    """Return inner products of tangents (checkpoint, tangent, parameter) in one metric."""
    gram = np.einsum("cti,ij,csj->cts", tangents, metric, tangents)
    labels = {"checkpoint": np.arange(len(gram)), "first": list(TANGENTS), "second": list(TANGENTS)}
    return xr.DataArray(gram, labels, list(labels))


def test_worked_value():
    tangents = np.array([[[9, 9], [1, 2], [0, 0]], [[1, 2], [3, 0], [0, 0.0]]])
    speed = measure.function(products(tangents, np.array([[2, 1], [1, 3.0]])))
    np.testing.assert_allclose(speed, [np.sqrt(2 + 4 + 12), np.sqrt(18)])
    assert speed.dims == ("checkpoint",)


@given(st.floats(1e-3, 1e3))
def test_twice_the_step_is_twice_the_speed(scale):
    tangents = np.random.default_rng(0).normal(size=(3, 3, 4))
    one = measure.function(products(tangents, np.eye(4)))
    np.testing.assert_allclose(measure.function(products(scale * tangents, np.eye(4))), scale * one)


def test_missing_step_has_no_speed():
    gaps = products(np.ones((2, 3, 1)), np.eye(1))
    gaps[1] = np.nan
    np.testing.assert_array_equal(measure.function(gaps), [1, np.nan])


def test_standing_still_is_speed_zero():
    assert measure.function(products(np.zeros((1, 3, 2)), np.eye(2))).item() == 0


def test_stored_name_says_every_choice():
    values = {parameter.name: parameter.default for parameter in measure.parameters}
    assert measure.key(values) == "fisher_speed.output.diagonal.test.f1.n256.s0"


def test_turning_points_are_found_in_the_speed():
    epoch = np.arange(60.0)
    speed = xr.DataArray(np.exp(np.cos(2 * np.pi * (epoch - 45) / 50)), {"epoch": epoch}, ["epoch"])
    assert measure.moments(speed) == {"speed_min": 20, "speed_max": 45}
