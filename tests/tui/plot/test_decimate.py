import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from grokscope.tui.plot.decimate import along, decimate
from grokscope.tui.plot.raster import Raster


def test_a_spike_of_one_point_among_a_hundred_thousand_survives():
    x = np.linspace(0, 79, 100_000)
    y = np.zeros(x.size)
    y[54_321] = 31.0
    ((columns, heights),) = decimate(x, y)
    assert heights.max() == 31
    assert columns[heights.argmax()] == round(x[54_321])
    assert columns.size < 4 * 80


def test_nan_breaks_a_curve_and_leaves_its_pieces_apart():
    x = np.arange(6.0)
    y = np.array([np.nan, 1, 2, np.nan, 4, np.nan])
    pieces = decimate(x, y)
    assert [columns.tolist() for columns, _ in pieces] == [[1, 2], [4]]


def test_a_curve_without_a_finite_point_gives_nothing():
    assert decimate(np.arange(3.0), np.full(3, np.nan)) == []


@given(st.lists(st.floats(0, 31, width=32), min_size=1, max_size=300))
def test_a_decimated_curve_draws_the_same_cells_as_the_whole(heights):
    x = np.sort(np.linspace(0, 9, len(heights)))
    whole = np.rint(x), np.rint(np.array(heights, float))
    raster = Raster()
    expected = raster.lines([whole], 5, 8)
    assert np.array_equal(raster.lines(decimate(x, np.array(heights)), 5, 8), expected)


def test_points_along_a_steep_line_are_as_far_apart_as_along_a_flat_one():
    flat = along((np.array([0.0, 9.0]), np.zeros(2)), 3)
    steep = along((np.zeros(2), np.array([0.0, 9.0])), 3)
    assert flat[0].tolist() == steep[1].tolist() == [0, 3, 6, 9]
