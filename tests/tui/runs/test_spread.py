import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.tui.runs.spread import fitting, most, quantile, spread


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([56, 57, 58, 60, 62], "58±2"),
        ([12, 13], "12.5±0.2"),
        ([7, 7, 7], "7±0"),
        ([12000, 12400, 13200], "12.4k±0.3k"),
        ([15300, 16300, 17300, 18300, 14300], "16.3k±1k"),
        ([0.01, 0.02, 0.03], "0.02±0.005"),
        ([1e6, 2e6, 3e6], "2.00M±0.5M"),
    ],
)
def test_the_median_and_half_the_range_between_quartiles(values, text):
    assert spread(values, 12) == text


def test_a_time_not_reached_counts_as_late_and_leaves_no_spread():
    assert spread([57, None, 58], 9, 200) == "58"
    assert spread([57, None], 9, 200) == ">57"
    assert spread([57, None, None], 9, 200) == ">200"
    assert spread([57, None], 9) == spread([None, None], 9) == "–"


def test_a_spread_without_room_is_left_out():
    assert spread([1234, 1280, 1400], 7) == "1280±42"
    assert spread([1234, 1280, 1400], 6) == "1280"


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=9), st.floats(0, 1))
def test_quantiles_lie_within_and_the_middle_is_the_median(values, share):
    ordered = sorted(values)
    assert ordered[0] <= quantile(ordered, share) <= ordered[-1]
    assert quantile(ordered, 0) == ordered[0]
    assert quantile(ordered, 1) == ordered[-1]
    middle = (ordered[(len(values) - 1) // 2] + ordered[len(values) // 2]) / 2
    assert math.isclose(quantile(ordered, 0.5), middle, rel_tol=1e-9, abs_tol=1e-6)


def test_the_most_frequent_word_wins_and_none_is_no_word():
    assert most(["steady", None, "grokking", "grokking"]) == ("grokking", 2)
    assert most([None, ""]) == ("", 0)


def test_the_first_text_that_fits_is_taken_and_the_last_where_none_does():
    assert fitting(iter(["long one", "short"]), 5) == "short"
    assert fitting(iter(["long one", "short"]), 8) == "long one"
    assert fitting(iter(["long one", "short"]), 2) == "short"
