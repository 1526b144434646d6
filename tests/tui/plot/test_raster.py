import threading

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from grokscope.tui.plot.raster import BRAILLE, Raster


def text(cells):
    return ["".join(chr(BRAILLE + int(c)) if c else " " for c in row) for row in cells]


def test_corners_are_the_outermost_dots():
    corners = (np.array([0.0, 19, 19, 0]), np.array([0.0, 0, 11, 11]))
    assert text(Raster().dots([corners], 10, 3)) == ["⠁        ⠈", " " * 10, "⡀        ⢀"]


def test_a_line_fills_what_lies_between_and_dots_do_not():
    ends = (np.array([0.0, 19]), np.array([0.0, 0]))
    assert text(Raster().lines([ends], 10, 1)) == ["⣀" * 10]
    assert text(Raster().dots([ends], 10, 1)) == ["⡀        ⢀"]


def test_pieces_are_not_joined():
    a, b = (np.array([0.0, 3]), np.zeros(2)), (np.array([16.0, 19]), np.zeros(2))
    assert text(Raster().lines([a, b], 10, 1)) == ["⣀⣀      ⣀⣀"]


def test_nothing_left_of_the_curve_before():
    raster = Raster()
    raster.lines([(np.array([0.0, 19]), np.array([0.0, 11]))], 10, 3)
    assert not raster.lines([], 10, 3).any()


def test_ascii_has_one_pixel_a_cell():
    cells = Raster(ascii=True).lines([(np.array([0.0, 2]), np.array([0.0, 2]))], 3, 3)
    assert cells.tolist() == [[0, 0, 1], [0, 1, 0], [1, 0, 0]]


def test_rasters_in_four_threads_do_not_mix():
    def draw(height, found):
        raster = Raster()
        line = (np.array([0.0, 39]), np.full(2, height))
        found.append([raster.lines([line], 20, 4) for _ in range(20)])

    results = {height: [] for height in (0.0, 4.0, 8.0, 12.0)}
    threads = [threading.Thread(target=draw, args=item) for item in results.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for height, ((*frames,),) in results.items():
        row = 3 - int(height) // 4
        for cells in frames:
            assert cells[row].all()
            assert np.count_nonzero(cells) == 20


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 15)), min_size=1, max_size=12))
def test_lines_lie_where_plotext_draws_them(points):
    from plotext._figure import _figure_class

    x, y = (np.array(values, float) for values in zip(*points, strict=True))
    figure = _figure_class()
    figure._limit_size(False, False)
    figure.plot_size(10, 4)
    figure.frame(False)
    figure.xticks([])
    figure.yticks([])
    figure.xlim(-0.5, 19.5)
    figure.ylim(-0.5, 15.5)
    figure.plot(x.tolist(), y.tolist(), marker="braille")
    figure._build_matrix()
    codes = np.array([[ord(c) for c in row] for row in figure.monitor.matrix.marker[::-1]])
    theirs = np.where(codes >= BRAILLE, codes - BRAILLE, 0)
    ours = Raster().lines([(x, y)], 10, 4)
    # plotext cuts off where a quotient is a hair below a whole number
    unlike = np.unpackbits((theirs ^ ours).astype(np.uint8)).sum()
    assert unlike <= 0.1 * np.unpackbits(ours).sum()
