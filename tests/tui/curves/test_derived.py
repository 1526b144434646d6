import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.tui.curves.derived import MOST_PLACES, band, once, related, smoothed, together

NUMBERS = st.lists(st.floats(-9, 9) | st.just(float("nan")), min_size=1, max_size=60)
X = np.arange(5.0)


def test_what_was_made_under_a_token_is_not_made_again():
    made = []
    for _ in range(2):
        assert once(("test", 1), lambda: made.append(1) or "it") == "it"
    assert made == [1]


def test_a_mean_over_three_is_that_of_its_neighbours_and_of_fewer_at_the_ends():
    assert smoothed(np.array([0.0, 3, 0, 9, 0]), 3).tolist() == [1.5, 1, 4, 3, 4.5]


def test_smoothing_leaves_gaps_and_takes_nothing_from_them():
    values = smoothed(np.array([1.0, np.nan, 3, 5]), 3)
    assert values[[0, 2, 3]].tolist() == [1, 4, 4]
    assert np.isnan(values[1])


@given(NUMBERS, st.sampled_from([1, 5, 15]))
def test_smoothing_stays_within_the_values_and_moves_nothing(numbers, width):
    values = np.array(numbers)
    found = smoothed(values, width)
    assert np.array_equal(np.isnan(found), np.isnan(values))
    known = values[np.isfinite(values)]
    if known.size:
        inside = found[np.isfinite(found)]
        assert inside.min() >= known.min() - 1e-9
        assert inside.max() <= known.max() + 1e-9


def test_a_band_is_least_median_and_greatest_or_the_quartiles():
    curves = [(X, X * 0 + height) for height in (1.0, 2, 3, 4, 10)]
    places, *edges = band(curves, "range")
    assert places.tolist() == X.tolist()
    assert [edge[0] for edge in edges] == [1, 3, 10]
    assert [edge[0] for edge in band(curves, "quartiles")[1:]] == [2, 3, 4]


@given(st.lists(NUMBERS, min_size=2, max_size=5))
def test_quartiles_are_numpys_of_what_is_known(rows):
    size = min(map(len, rows))
    stack = np.array([row[:size] for row in rows])
    _, low, middle, high = band([(np.arange(float(size)), row) for row in stack], "quartiles")
    for at in range(size):
        known = stack[np.isfinite(stack[:, at]), at]
        if known.size:
            expected = np.quantile(known, [0.25, 0.5, 0.75])
            assert [low[at], middle[at], high[at]] == pytest.approx(expected)
        else:
            assert np.isnan([low[at], middle[at], high[at]]).all()


def test_runs_of_different_length_count_where_they_were_seen():
    _, low, middle, high = band([(X, X), (X[:3], X[:3] + 2)], "range")
    assert (low[1], middle[1], high[1]) == (1, 2, 3)
    assert (low[4], middle[4], high[4]) == (4, 4, 4)


def test_curves_of_different_places_meet_on_straight_lines():
    places, values = together([(np.array([0.0, 4]), np.array([0.0, 8])), (X, X)])
    assert places.tolist() == X.tolist()
    assert values[0].tolist() == [0, 2, 4, 6, 8]
    many = [(np.arange(float(MOST_PLACES)) + shift, np.ones(MOST_PLACES)) for shift in (0, 0.5)]
    assert together(many)[0].size == MOST_PLACES


def test_differences_and_ratios_are_of_a_and_b_and_nothing_where_one_is_missing():
    a, b = (X, X + 1), (X, np.array([1.0, 0, np.nan, 2, 5]))
    assert related(a, b, "difference")[1][[0, 1, 3, 4]].tolist() == [0, 2, 2, 0]
    ratio = related(a, b, "ratio")[1]
    assert ratio[[0, 3, 4]].tolist() == [1, 2, 1]
    assert np.isnan(ratio[[1, 2]]).all()
