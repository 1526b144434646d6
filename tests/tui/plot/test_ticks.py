import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.tui.plot.scale import Scale
from grokscope.tui.plot.ticks import compact, labels, power, ticks


def words(scale, most):
    return [label for _, label in ticks(scale, most)]


def test_log_ticks_are_1_2_5_where_there_is_room_and_0_stands_before_them():
    scale = Scale(1, 200, True, zero_gap=0.05)
    assert words(scale, 10) == ["0", "1", "2", "5", "10", "20", "50", "100", "200"]


def test_log_ticks_thin_out_to_1_3_then_decades_then_every_other():
    assert words(Scale(1, 200, True), 5) == ["1", "3", "10", "30", "100"]
    assert words(Scale(1, 200, True), 3) == ["1", "10", "100"]
    assert words(Scale(1e-6, 10, True), 4) == ["10⁻⁶", "10⁻⁴", "0.01", "1"]


def test_a_narrow_log_axis_shows_linear_ticks():
    assert words(Scale(2.1, 2.9, True), 4) == ["2.2", "2.4", "2.6", "2.8"]


def test_linear_ticks_step_by_1_2_or_5():
    assert words(Scale(0, 1), 5) == ["0", "0.5", "1"]
    assert words(Scale(0, 200), 6) == ["0", "50", "100", "150", "200"]
    assert words(Scale(-0.3, 0.3), 4) == ["-0.2", "0", "0.2"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.5, "0.5"), (1500, "1500"), (2000, "2k"), (15000, "15k"), (2.5e6, "2.5M")],
)
def test_large_numbers_carry_a_suffix(value, text):
    assert compact(value) == text


def test_small_numbers_are_powers_of_ten():
    assert power(1e-5) == "10⁻⁵"
    assert power(2e-5) == "2e-5"
    assert labels([0.0, 0.001, 0.002]) == ["0", "10⁻³", "2e-3"]


@given(st.floats(1e-9, 1e9), st.floats(1.001, 1e9), st.booleans(), st.integers(2, 12))
def test_ticks_rise_stay_inside_and_are_no_more_than_asked(low, factor, log, most):
    scale = Scale(low, low * factor, log)
    values = [value for value, _ in ticks(scale, most)]
    assert values == sorted(set(values))
    assert len(values) <= most
    slack = 1e-6 * (scale.high - scale.low)
    assert all(scale.low - slack <= v <= scale.high + slack for v in values)
