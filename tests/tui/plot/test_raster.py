import threading

import numpy as np
from hypothesis import given
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


@given(st.floats(0, 1), st.integers(1, 40), st.booleans())
def test_ticks_stand_in_the_row_of_the_pixels_that_they_are_of(fraction, height, ascii):
    raster = Raster(ascii)
    up = raster.pixels[1]
    pixel = np.array([0.0]), np.array([np.rint(fraction * (height * up - 1))])
    cells = raster.dots([pixel], 1, height)
    assert np.flatnonzero(cells[:, 0]).tolist() == [raster.row(fraction, height)]
