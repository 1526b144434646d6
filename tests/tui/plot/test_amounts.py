import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.tui.plot.amounts import Amounts, bar, draw_amounts, largest, written


def lines(picture):
    return ["".join(row).rstrip() for row in picture.text]


@given(st.floats(0, 1), st.integers(1, 60))
def test_a_bar_is_as_long_as_its_share_to_an_eighth_of_a_cell(share, width):
    drawn = bar(share, 1.0, width)
    eighths = drawn.count("█") * 8 + sum(" ▏▎▍▌▋▊▉".index(c) for c in drawn.strip("█"))
    assert eighths == pytest.approx(share * width * 8, abs=0.5001)


@pytest.mark.parametrize("value", [-1.0, np.nan, 0.0])
def test_nothing_has_no_bar(value):
    assert bar(value, 1.0, 10) == ""


def test_the_largest_are_those_that_ever_were_and_the_rest_is_summed():
    values = np.array([0.1, 0.2, 0.3, 0.4])
    peak = np.array([0.9, 0.2, 0.8, 0.4])
    labels, found = largest(["0", "1", "2", "3"], values, peak, 3)
    assert labels == ["0", "2", "other"]
    assert found == pytest.approx([0.1, 0.3, 0.6])


def test_all_are_shown_where_there_is_room():
    labels, found = largest(["a", "b"], np.array([0.1, 0.2]), np.array([0.1, 0.2]), 5)
    assert labels == ["b", "a"]
    assert found.tolist() == [0.2, 0.1]


def test_bars_carry_names_and_numbers_and_the_others_sum_has_none():
    told = Amounts("Power", "frequency", ["14", "7", "other"], np.array([0.3, 0.15, 0.9]), 0.3)
    drawn = lines(draw_amounts(told, 40, 6))
    assert drawn[1].strip() == "frequency"
    assert drawn[2].split() == ["14", "█" * 21, "0.300"]
    assert drawn[3].count("█") == 10
    assert drawn[4].split() == ["other", "0.900"]


@pytest.mark.parametrize(
    ("value", "most", "told"),
    [
        (0.02, 0.045, "0.0200"), (0.511, 0.045, "0.5110"), (1.0, 1.0, "1.000"), (0.0, 1.0, "0.000"),
        (0.92, 53.0, "0.9"), (1.45, 2.0, "1.45"), (131.4, 200.0, "131"), (np.nan, 1.0, "–"),
        (2e-5, 1e-4, "2e-5"), (12345.0, 2e4, "12.3k"),
    ],
)  # fmt: skip
def test_numbers_line_up_and_the_largest_has_three_digits(value, most, told):
    assert written(value, most) == told
    assert len(told) <= 6


def test_few_bars_stand_apart_and_many_do_not():
    told = Amounts("Power", "k", ["1", "2"], np.ones(2), 1.0)
    assert [line[:3].strip() for line in lines(draw_amounts(told, 40, 8))[2:6]] == [
        "1",
        "",
        "2",
        "",
    ]
    assert [line[:3].strip() for line in lines(draw_amounts(told, 40, 5))[2:4]] == ["1", "2"]


def test_too_small_a_panel_says_so_and_rows_without_room_are_left_out():
    told = Amounts("Power", "k", ["1", "2", "3"], np.ones(3), 1.0)
    assert "too small" in " ".join(lines(draw_amounts(told, 14, 6)))
    assert len(lines(draw_amounts(told, 40, 3))) == 3
