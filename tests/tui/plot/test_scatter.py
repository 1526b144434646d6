import numpy as np
import pytest

from grokscope.tui.plot.raster import Raster
from grokscope.tui.plot.scatter import Scatter, draw_scatter


def ring(count=60, radius=1.0):
    angle = np.arange(count) * 2 * np.pi / count
    return radius * np.c_[np.cos(angle), np.sin(angle)]


def drawn(points, width=60, height=20, ascii=True, **others):
    told = Scatter("Embedding", points, ("component 1", "2"), others.pop("reach", 1.0), **others)
    return draw_scatter(told, width, height, Raster(ascii))


def extent(picture):
    rows, columns = np.nonzero(picture.text == "*")
    return np.ptp(rows) + 1, np.ptp(columns) + 1


@pytest.mark.parametrize(("width", "height"), [(60, 20), (120, 20), (40, 20)])
def test_a_circle_is_round_whatever_the_shape_of_the_panel(width, height):
    tall, wide = extent(drawn(ring(200), width, height))
    assert wide / tall == pytest.approx(2, rel=0.2)


def test_axes_hold_what_is_reached_at_any_time_so_that_items_move_and_axes_do_not():
    small, large = drawn(ring(radius=0.2)), drawn(ring(radius=1.0))
    assert ["".join(row) for row in small.text[-4:]] == ["".join(row) for row in large.text[-4:]]
    assert extent(small)[0] < extent(large)[0] / 3


def test_items_are_named_where_there_is_room_and_what_has_no_place_is_left_out():
    points = np.array([[0.0, 0.0], [0.9, 0.9], [np.nan, 0.1]])
    picture = drawn(points, labels=["zero", "one", "none"])
    text = "\n".join("".join(row) for row in picture.text)
    assert "*zero" in text
    assert "one" in text
    assert "none" not in text
    assert text.count("*") == 2


def test_axes_are_named_and_dots_are_finer_than_cells():
    picture = drawn(ring(), ascii=False)
    assert "".join(picture.text[-1]).strip() == "→ component 1  ↑ 2"
    assert any("⠀" < cell <= "⣿" for cell in picture.text.ravel())


def test_too_small_a_panel_says_so():
    assert "too small" in "".join(drawn(ring(), 20, 6).text.ravel())
    assert drawn(ring(), 3, 2).text.shape == (2, 3)
