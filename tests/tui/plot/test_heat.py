import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.tui.plot.heat import GUTTER, Axis, Heat, Picture, draw_heat, places, pooled
from grokscope.tui.plot.shades import NOWHERE, Shading

PLAIN = Shading(plain=True).shades()
COLORS = Shading("256").shades()


def lines(picture):
    return ["".join(row).rstrip() for row in picture.text]


@given(st.integers(1, 300), st.integers(1, 120))
def test_pixels_fill_the_room_and_show_every_row_or_as_many_as_fit(count, room):
    found = places(count, room)
    assert found.size <= room
    assert (np.diff(found) >= 0).all()
    assert np.unique(found).size == min(count, room)
    if count <= room:
        assert found.size == room // count * count


@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 40), st.integers(1, 40))
def test_pooling_by_mean_keeps_a_constant_and_the_strongest_lies_within(a, b, rows, columns):
    values = np.random.default_rng(a * 61 + b).normal(size=(a, b))
    at = places(a, rows), places(b, columns)
    assert np.allclose(pooled(np.full((a, b), 3.0), *at), 3.0)
    strongest = pooled(values, *at, "strongest")
    assert abs(strongest).max() == abs(values).max()


def test_pooling_is_the_mean_of_what_there_is():
    values = np.array([[1.0, 3.0, np.nan, np.nan], [5.0, 7.0, np.nan, 2.0]])
    assert pooled(values, places(2, 1), places(4, 2)).tolist() == [[4.0, 2.0]]
    assert pooled(values, places(2, 2), places(4, 4))[0, 2:].tolist() != [0, 0]
    assert pooled(values, places(2, 1), places(4, 2), "one").tolist()[0][0] == 1.0
    assert pooled(-values, places(2, 1), places(4, 2), "strongest").tolist() == [[-7.0, -2.0]]


def heat(values, **others):
    values = np.asarray(values, float)
    return Heat("Power", values, Axis("row"), Axis("column"), (0.0, 1.0), **others)


def test_a_map_says_what_it_is_its_axes_and_what_its_shades_mean():
    drawn = lines(draw_heat(heat(np.eye(6), note="epoch 4"), 44, 10, PLAIN))
    assert drawn[0] == " Power" + " " * 30 + "epoch 4"
    assert drawn[1][GUTTER : GUTTER + 6] == "@@@@@@"
    assert drawn[2][GUTTER : GUTTER + 12] == "      @@@@@@"
    assert drawn[9].startswith(" ↓ row  → column")
    assert drawn[9].split()[-1] == "1"


def test_a_cell_holds_two_values_above_each_other():
    picture = draw_heat(heat([[0.0, 1.0], [1.0, np.nan], [0.5, 0.5]]), 40, 5, COLORS)
    top = COLORS.count - 1
    assert picture.upper[1, GUTTER] == 0
    assert picture.lower[1, GUTTER] == top
    assert picture.upper[1, GUTTER + 20] == top
    assert picture.lower[1, GUTTER + 20] == NOWHERE
    assert picture.lower[2, GUTTER] == NOWHERE
    assert picture.colors == COLORS.colors


@pytest.mark.parametrize(("width", "height"), [(10, 10), (40, 4), (3, 2), (80, 1)])
def test_a_map_that_is_too_small_to_draw_says_so_or_nothing(width, height):
    picture = draw_heat(heat(np.eye(3)), width, height, COLORS)
    assert picture.text.shape == (height, width)
    assert (picture.upper == NOWHERE).all()


def test_numbers_along_axes_are_round_and_words_stand_by_their_first_row():
    assert Axis("k").marked(57, 12) == list(range(0, 57, 5))
    assert Axis("k", [float(n) for n in range(1, 11)]).marked(10, 6) == [1, 3, 5, 7, 9]
    assert Axis("layer", ["one", "one", "two"]).marked(3, 1) == [0, 2]
    assert Axis("share", [0.0, 0.5, 1.0]).marked(3, 3) == [0, 1, 2]


def test_words_widen_the_gutter_and_are_cut_where_columns_are_narrow():
    told = Heat(
        "Correlation",
        np.zeros((4, 3)),
        Axis("layer", ["hidden1", "hidden1", "output", "output"]),
        Axis("feature", ["energy", "abs_magnetisation", "magnetisation"]),
        (-1.0, 1.0),
    )
    drawn = lines(draw_heat(told, 40, 9, PLAIN))
    assert drawn[1].startswith("hidden1 ")
    assert any(line.startswith(" output ") for line in drawn)
    assert "energy" in drawn[5] + drawn[6] + drawn[7]
    below = next(line for line in drawn if "energy" in line)
    assert below.split("  ")[-2:] == ["abs mag…", "magnetisa…"]
    wide = lines(draw_heat(told, 59, 9, PLAIN))
    # the word before is short, so this one takes some of its room
    assert any("abs magnetisation  magnetisation" in line for line in wide)


def test_what_a_pixel_stands_for_is_told_where_it_is_several_rows():
    drawn = lines(draw_heat(heat(np.ones((90, 3))), 60, 10, PLAIN))
    assert drawn[-1].startswith(" ↓ row, mean of 13  → column ")
    drawn = lines(draw_heat(heat(np.ones((3, 90)), pooling="strongest"), 60, 10, PLAIN))
    assert drawn[-1].startswith(" ↓ row  → column, max of 2 ")


def test_explanations_of_panels_side_by_side_begin_in_the_same_row():
    tops = []
    for count in (3, 4, 5):
        picture = Picture.blank(20, 11)
        picture.explain(["why"] * count)
        tops.append(next(n for n, line in enumerate(lines(picture)) if line))
    assert tops == [3, 3, 3]
    full = Picture.blank(20, 5)
    full.explain(["why"] * 4)
    assert lines(full)[1:] == lines(full)[1:2] * 4


def test_explanations_stand_in_the_middle():
    picture = Picture.blank(30, 7)
    picture.explain(["not stored", "x" * 50])
    drawn = lines(picture)
    assert drawn[2].strip() == "not stored"
    assert drawn[3].endswith("…")
