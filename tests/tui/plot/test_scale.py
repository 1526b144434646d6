import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.tui.plot.scale import Scale, time_scale, value_scale


def test_step_0_lies_at_the_left_edge_of_a_log_axis_and_the_first_step_a_few_cells_on():
    scale = time_scale([np.arange(201.0)], True, 60)
    assert scale.place([0, 200]).tolist() == [0, 1]
    assert scale.place([1])[0] == pytest.approx(3 / 60)


def test_a_log_axis_without_0_begins_at_the_first_time():
    scale = time_scale([np.array([5.0, 500.0])], True, 60)
    assert scale.place([5, 50, 500]) == pytest.approx([0, 0.5, 1])


def test_what_has_no_place_is_nan():
    assert np.isnan(Scale(1, 10, True).place([-1, 0, np.nan, np.inf])).all()


def test_accuracy_keeps_its_bounds_whatever_the_values():
    assert value_scale([np.array([6e-8])], False, (0, 1)) == Scale(0, 1)


def test_a_constant_curve_lies_in_the_middle():
    assert value_scale([np.array([4.0, 4.0])], False).place([4])[0] == pytest.approx(0.5)
    assert value_scale([np.array([4.0])], True).place([4])[0] == pytest.approx(0.5)


def test_a_log_axis_falls_back_where_no_value_is_positive():
    assert not value_scale([np.array([-1.0, 0.0])], True).log


def test_nothing_to_show_still_gives_a_scale():
    assert time_scale([], True, 40) == Scale(0, 1)
    assert value_scale([np.array([np.nan])], False) == Scale(0, 1)


@given(st.floats(0, 1), st.booleans())
def test_value_undoes_place(fraction, log):
    scale = Scale(0.5, 800.0, log)
    assert scale.place([scale.value(fraction)])[0] == pytest.approx(fraction, abs=1e-9)
