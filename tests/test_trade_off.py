"""Trade-offs: lines and fronts worked by hand, and what neither may depend on."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import linregress

from grokscope.trade_off import fit_interval, linear_fit, pareto_front, resampled_fits

NAN, INF = math.nan, math.inf
points = arrays(float, st.tuples(st.just(2), st.integers(2, 12)), elements=st.integers(-9, 9))


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        ([0, 1, 2], [1, 3, 5], (2, 1, 1)),
        ([0, 1, 2], [0, 1, 0], (0, 1 / 3, 0)),
        ([0, 1, 2, 3], [0, 0, 2, 2], (0.8, -0.2, 0.8)),
        ([0, NAN, 1, 2], [1, 7, 3, INF], (2, 1, 1)),
        ([0.1, 0.1, 0.1], [1, 2, 3], (NAN, NAN, NAN)),
        ([0, 1, 2], [0.1, 0.1, 0.1], (0, 0.1, NAN)),
        ([1], [1], (NAN, NAN, NAN)),
        ([], [], (NAN, NAN, NAN)),
    ],
)
def test_lines_by_hand(x, y, expected):
    np.testing.assert_allclose(linear_fit(x, y), expected, atol=1e-15)


@given(points)
def test_a_line_is_that_of_scipy_and_its_r2_the_square_of_the_correlation(xy):
    assume(np.ptp(xy[0]) and np.ptp(xy[1]))
    line, other = linear_fit(*xy), linregress(*xy)
    np.testing.assert_allclose(line, (other.slope, other.intercept, other.rvalue**2), atol=1e-9)


def test_the_interval_of_a_noisy_slope_is_as_wide_as_theory_says():
    rng = np.random.default_rng(1)
    x = np.linspace(0, 1, 200)
    y = 3 * x + rng.normal(size=x.size)
    low, high = (end.slope for end in fit_interval(resampled_fits(x, y)))
    assert low < 3 < high
    assert high - low == pytest.approx(2 * 1.96 * linregress(x, y).stderr, rel=0.1)


def test_a_bootstrap_is_the_same_each_time_and_of_a_line_is_that_line():
    x = [0, 1, 2, 3, 4]
    fits = resampled_fits(x, [1, 3, 5, 7, 9], draws=50)
    np.testing.assert_allclose(fits, np.broadcast_to([2, 1, 1], (50, 3)))
    noisy = [1, 0, 2, 5, 3]
    np.testing.assert_array_equal(resampled_fits(x, noisy), resampled_fits(x, noisy))
    assert np.isnan(resampled_fits([1], [1], draws=3)).all()
    assert np.isnan(resampled_fits([], [], draws=3)).all()


def test_draws_without_a_line_have_no_part_in_an_interval():
    low, high = fit_interval(np.array([[1, 2, 0.5], [3, 4, 0.7], [NAN] * 3, [0, 0, NAN]]))
    np.testing.assert_allclose(low, (1.05, 2.05, 0.505))
    np.testing.assert_allclose(high, (2.95, 3.95, 0.695))
    assert np.isnan(fit_interval(np.full((3, 3), NAN))).all()


@pytest.mark.parametrize(
    ("cost", "gain", "expected"),
    [
        ([1, 2, 3], [1, 2, 3], [True, True, True]),
        ([1, 2, 3], [3, 2, 1], [True, False, False]),
        ([1, 1, 2], [2, 2, 2], [True, True, False]),
        ([1, 1], [2, 3], [False, True]),
        ([1, NAN, 0], [1, 9, NAN], [True, False, False]),
        ([1, 2], [INF, INF], [True, False]),
        ([-INF, 1], [INF, 2], [True, False]),
        ([], [], []),
    ],
)
def test_fronts_by_hand(cost, gain, expected):
    assert pareto_front(cost, gain).tolist() == expected


@given(points)
def test_every_point_off_the_front_is_dominated_by_one_on_it(xy):
    cost, gain = xy
    front = pareto_front(cost, gain)
    assert front.any()
    # along the front what costs more gains more
    order = np.lexsort((gain[front], cost[front]))
    assert (np.diff(gain[front][order]) >= 0).all()
    for c, g in xy[:, ~front].T:
        assert ((cost <= c) & (gain >= g))[front].any()
    np.testing.assert_array_equal(pareto_front(cost[::-1], gain[::-1]), front[::-1])
    np.testing.assert_array_equal(pareto_front(np.exp(cost), 2 * gain + 1), front)
