"""Paths: lines, corners and circles, what is missing, and blocks."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from grokscope import paths
from grokscope.errors import MissingData
from grokscope.metric import euclidean_metric
from grokscope.paths import chord_over_arc, lagged_cosine
from tests.test_steps import LAYOUT, run


def trajectory(points, epochs=None):
    """Return checkpoints whose first two parameters are `points`."""
    rows = np.zeros((len(points), LAYOUT.size))
    rows[:, :2] = points
    return run(range(len(points)) if epochs is None else epochs, rows)["trajectory"].to_dataset()


CORNER = [[0, 0], [3, 0], [3, 4], [3, 5]]


def stretched(here):
    """Return a metric in which the second parameter counts by the square of the first."""
    weight = np.ones((len(here), LAYOUT.size))
    weight[:, 1] = here[:, 0] ** 2
    return lambda t: np.einsum("cti,ci,csi->cts", t.astype(float), weight, t)


def test_a_corner_by_hand():
    straight = chord_over_arc(trajectory(CORNER), LAYOUT, euclidean_metric, 1, 2)
    np.testing.assert_allclose(straight, [np.nan, 5 / 7, 1, np.nan])
    turned = lagged_cosine(trajectory(CORNER), LAYOUT, euclidean_metric, 1, 1)
    np.testing.assert_allclose(turned, [np.nan, 0, 1, np.nan], atol=1e-12)


def test_one_metric_measures_chord_and_arc_that_of_the_middle():
    points = [[0, 0], [2, 0], [2, 1], [7, 1]]
    found = chord_over_arc(trajectory(points), LAYOUT, stretched, 1, 3)
    # the middle is the second of four points, where up counts twice
    np.testing.assert_allclose(found, [np.nan, (7**2 + 2**2) ** 0.5 / (2 + 2 + 5), np.nan, np.nan])


@pytest.mark.parametrize("lag", [1, 2, 3, 4, 9])
def test_steps_along_a_circle_turn_by_the_same_angle_each(lag):
    angle = 0.1 * np.arange(15)
    found = lagged_cosine(
        trajectory(np.stack([np.cos(angle), np.sin(angle)], 1)), LAYOUT, euclidean_metric, 1, lag
    )
    there = np.isfinite(found.values)
    np.testing.assert_allclose(found[there], np.cos(0.1 * lag), rtol=1e-5)
    # one value for each pair, labelled by the middle between its ends
    assert there.sum() == 14 - lag
    assert np.flatnonzero(there)[0] == (lag + 1) // 2


@pytest.mark.parametrize("window", [2, 9, 20])
def test_chord_of_an_arc_of_a_circle(window):
    angle = 0.1 * np.arange(25)
    found = chord_over_arc(
        trajectory(np.stack([np.cos(angle), np.sin(angle)], 1)), LAYOUT, euclidean_metric, 1, window
    )
    expected = np.sin(0.05 * window) / (window * np.sin(0.05))
    np.testing.assert_allclose(found.dropna("checkpoint"), expected, rtol=1e-5)
    assert found.notnull().sum() == 25 - window


@given(st.integers(2, 6), st.integers(0, 10))
def test_no_path_is_shorter_than_its_chord(window, seed):
    points = np.random.default_rng(seed).normal(size=(8, 2))
    found = chord_over_arc(trajectory(points), LAYOUT, stretched, 1, window)
    assert (found.dropna("checkpoint") <= 1).all()
    assert found.notnull().any()


def test_gaps_are_missing_and_the_rest_is_not():
    points = np.stack([np.arange(6), np.zeros(6)], 1)
    there = trajectory(points, [0, 2, 4, 5, 10, 12])
    found = chord_over_arc(there, LAYOUT, euclidean_metric, 2, 2)
    np.testing.assert_array_equal(found, [np.nan, 1, np.nan, np.nan, np.nan, np.nan])
    assert found.epoch.values.tolist() == [0, 2, 4, 5, 10, 12]


def test_where_nothing_moves_there_is_no_direction():
    still = trajectory([[1, 1]] * 4)
    assert np.isnan(chord_over_arc(still, LAYOUT, euclidean_metric, 1, 2)).all()
    assert np.isnan(lagged_cosine(still, LAYOUT, euclidean_metric, 1, 1)).all()


def test_blocks_change_nothing(monkeypatch):
    there = run(range(40))["trajectory"].to_dataset()
    whole = chord_over_arc(there, LAYOUT, stretched, 1, 20)
    monkeypatch.setattr(paths, "BLOCK", LAYOUT.size)
    monkeypatch.setattr(paths, "TOGETHER", 3)
    xr.testing.assert_allclose(chord_over_arc(there, LAYOUT, stretched, 1, 20), whole, rtol=1e-12)


@pytest.mark.parametrize("function", [chord_over_arc, lagged_cosine])
def test_too_short_a_run_is_refused(function):
    with pytest.raises(MissingData, match=r"of \d+ steps of 5 epochs .* keeps 4, spaced 1$"):
        function(trajectory(CORNER), LAYOUT, euclidean_metric, 5, 3)
