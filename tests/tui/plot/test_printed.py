import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grokscope.tui.plot.printed import PrintedRaster
from grokscope.tui.plot.raster import Raster

SIZE = (10, 4)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 15)), min_size=1, max_size=12))
def test_lines_lie_where_the_explorer_draws_them(points):
    piece = tuple(np.array(values, float) for values in zip(*points, strict=True))
    theirs, ours = (raster.lines([piece], *SIZE) for raster in (PrintedRaster(), Raster()))
    # plotext cuts off where a quotient is a hair below a whole number
    assert np.unpackbits(theirs ^ ours).sum() <= 0.1 * np.unpackbits(ours).sum()


@pytest.mark.parametrize("ascii", [False, True])
def test_dots_lie_where_the_explorer_draws_them(ascii):
    piece = (np.array([0.0, 5, 9]), np.array([0.0, 3, 2]))
    theirs, ours = (kind(ascii).dots([piece], *SIZE) for kind in (PrintedRaster, Raster))
    assert theirs.any()
    assert (theirs == ours).all()


def test_nothing_is_left_of_the_curve_before():
    raster = PrintedRaster()
    raster.lines([(np.array([0.0, 19]), np.array([0.0, 11]))], *SIZE)
    assert not raster.lines([], *SIZE).any()
