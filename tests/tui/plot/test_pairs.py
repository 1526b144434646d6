import numpy as np

from grokscope.tui.plot.heat import GUTTER
from grokscope.tui.plot.pairs import Pairs, draw_pairs
from grokscope.tui.plot.shades import NOWHERE, Shading

PLAIN = Shading(plain=True).pairs()
RIGHT = np.array([[1, 0], [1, 0]], bool)
HELD = np.array([[0, 0], [1, 1]], bool)


def table(right=RIGHT, held=HELD, exists=None):
    exists = np.ones(right.shape, bool) if exists is None else exists
    return Pairs("Answers", right, held, exists)


def lines(picture):
    return ["".join(row).rstrip() for row in picture.text]


def test_a_pair_is_right_or_wrong_and_trained_on_or_held_out():
    assert table().kinds().tolist() == [[0, 1], [2, 3]]
    gone = table(exists=np.array([[True, False], [True, True]]))
    assert gone.kinds().tolist() == [[0, NOWHERE], [2, 3]]


def test_each_kind_has_a_sign_that_is_explained_below():
    drawn = lines(draw_pairs(table(), 60, 8, PLAIN))
    assert set(drawn[1][GUTTER:]) == {".", "%"}
    assert set(drawn[4][GUTTER:].strip()) == {"#", "o"}
    assert drawn[-1] == " . trained  % wrong  # held out  o wrong"
    assert "held out 0.500" in drawn[-2]


def test_wide_panels_explain_in_full():
    drawn = lines(draw_pairs(table(), 100, 8, PLAIN))
    assert "held out, wrong" in drawn[-1]


def test_meanings_leave_the_last_cell_free_for_a_neighbour():
    narrow = lines(draw_pairs(table(), 40, 8, PLAIN))
    assert narrow[-1] == " . trained % wrong # held out o wrong"
    assert all(len(line) < 40 for line in narrow)


def test_of_a_larger_table_every_so_many_pairs_are_shown_and_that_is_told():
    right = np.random.default_rng(0).random((113, 113)) < 0.5
    picture = draw_pairs(table(right, ~right), 60, 14, Shading("256").pairs())
    assert "1060 of 12769 pairs" in lines(picture)[-2]
    kinds = table(right, ~right).kinds()
    assert picture.upper[1, GUTTER] == kinds[0, 0]
    assert picture.lower[1, GUTTER + 1] == kinds[113 // 20, 113 // 53]


def test_a_table_all_of_which_was_trained_on_tells_no_share():
    drawn = lines(draw_pairs(table(held=np.zeros((2, 2), bool)), 60, 8, PLAIN))
    assert drawn[-2] == " ↓ a  → b"


def test_too_small_a_panel_says_so():
    assert "too small" in " ".join(lines(draw_pairs(table(), 13, 12, PLAIN)))
