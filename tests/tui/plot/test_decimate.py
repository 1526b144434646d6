import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from grokscope.tui.plot.decimate import PATH_PIECES, along, parted, path, pieces, thinned
from grokscope.tui.plot.raster import Raster

HEIGHTS = st.lists(st.floats(0, 31, width=32) | st.just(float("nan")), min_size=1, max_size=300)


def columned(x, y, columns):
    """Thin a curve whose x are pixels already."""
    return thinned(x, y, np.isfinite(y), np.arange(columns - 1) + 0.5)


def test_a_spike_of_one_point_among_a_hundred_thousand_survives():
    x = np.linspace(0, 79, 100_000)
    y = np.zeros(x.size)
    y[54_321] = 31.0
    columns, heights, _ = columned(x, y, 80)
    assert heights.max() == 31
    assert columns[heights.argmax()] == round(x[54_321])
    assert columns.size <= 4 * 80


def test_nan_breaks_a_curve_and_leaves_its_pieces_apart():
    x = np.arange(6.0)
    y = np.array([np.nan, 1, 2, np.nan, 4, np.nan])
    found = parted(*columned(x, y, 6))
    assert [columns.tolist() for columns, _ in found] == [[1, 2], [4]]
    assert [columns.tolist() for columns, _ in pieces(x, y)] == [[1, 2], [4]]


def test_a_break_within_one_column_leaves_pieces_apart():
    x, y = np.linspace(0, 0.4, 5), np.array([1.0, 2, np.nan, 7, 8])
    assert [rows.tolist() for _, rows in parted(*columned(x, y, 3))] == [[1, 2], [7, 8]]


def test_a_curve_without_a_finite_point_gives_nothing():
    assert parted(*columned(np.arange(3.0), np.full(3, np.nan), 3)) == []
    assert pieces(np.arange(3.0), np.full(3, np.nan)) == []


@given(HEIGHTS)
def test_a_thinned_curve_draws_the_same_cells_as_the_whole(heights):
    x, y = np.sort(np.linspace(0, 9, len(heights))), np.array(heights, float)
    raster = Raster()
    columns, rows, piece = columned(x, y, 10)
    thin = raster.lines(parted(columns, np.rint(rows), piece), 5, 8)
    # pixels are rounded half to even, columns by their edges
    sharp = np.searchsorted(np.arange(9) + 0.5, x, side="left").astype(float)
    assert np.array_equal(thin, raster.lines(pieces(sharp, y), 5, 8))


@given(HEIGHTS)
def test_a_short_path_stays_as_it_is(heights):
    x = np.arange(float(len(heights)))
    assert path(x, np.array(heights))[0] is x


def test_a_long_path_keeps_its_spikes_in_both_directions_and_its_order():
    count = 40 * PATH_PIECES
    angle = np.linspace(0, 20 * np.pi, count)
    x, y = np.cos(angle), np.sin(angle)
    x[1234], y[4321] = 9.0, -9.0
    thin_x, thin_y = path(x, y)
    assert (thin_x.max(), thin_y.min()) == (9, -9)
    assert thin_x.size < count / 5
    assert (thin_x[0], thin_x[-1]) == (x[0], x[-1])


def test_points_along_a_steep_line_are_as_far_apart_as_along_a_flat_one():
    flat = along((np.array([0.0, 9.0]), np.zeros(2)), 3)
    steep = along((np.zeros(2), np.array([0.0, 9.0])), 3)
    assert flat[0].tolist() == steep[1].tolist() == [0, 3, 6, 9]
