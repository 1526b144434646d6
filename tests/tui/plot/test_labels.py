import numpy as np

from grokscope.tui.plot.labels import place_label


def grid(*rows):
    return np.array([[c != " " for c in row] for row in rows])


def test_a_label_stands_at_its_own_curve_and_away_from_the_other():
    own = grid("        ", "        ", "        ", "        ", "        ", "########") > 0
    other = own[::-1]
    row, _ = place_label(own | other, own, other, 4)
    assert row == 4


def test_a_label_covers_nothing_and_touches_nothing_beside_it():
    own = grid("#      ", "#      ")
    row, column = place_label(own, own, np.zeros_like(own), 4)
    assert column >= 2
    assert not own[row, column - 1 : column + 5].any()


def test_there_is_no_label_where_there_is_no_room():
    full = np.ones((3, 8), bool)
    assert place_label(full, full, full, 3) is None
    assert place_label(grid("#  "), grid("#  "), grid("   "), 5) is None
    assert place_label(grid("   "), grid("   "), grid("   "), 1) is None
