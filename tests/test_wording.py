"""Wording: one way to write numbers, times and differences."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope import wording

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=5,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1.0, "1.00"),
        (0.0123456, "0.0123"),
        (131.4, "131"),
        (1234.5, "1234"),
        (12345, "12.3k"),
        (2.5e6, "2.50M"),
        (4.5e-6, "4.5e-6"),
        (2e10, "2e10"),
        (-0.25, "-0.25"),
        (np.float32(0.5), "0.5"),
        (None, wording.MISSING),
        (math.nan, wording.MISSING),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
        ("normal", "normal"),
        ([1.0, 0.5], "1,0.5"),
        (True, "yes"),
        (10**400, str(10**400)),
    ],
)
def test_numbers_have_three_significant_digits_and_all_else_is_written_as_it_is(value, text):
    assert wording.number(value) == text


def test_more_digits_can_be_asked_for():
    assert wording.number(0.000123456, 4) == "1.235e-4"
    assert wording.number(3.14159, 4) == "3.142"
    assert wording.number(12345, 4) == "12.35k"
    assert wording.number(1e-5, 1) == "1e-5"


@given(st.floats(allow_infinity=False))
def test_no_number_is_nan_or_padded_with_zero_exponents(value):
    text = wording.number(value)
    assert "nan" not in text
    assert "e+" not in text
    assert len(text) <= 10


@given(ANYTHING)
def test_whatever_a_configuration_holds_can_be_written(thing):
    assert isinstance(wording.number(thing), str)
    assert isinstance(wording.value(thing), str)


@pytest.mark.parametrize(
    ("time", "room", "text"),
    [
        (58.0, 9, "58"),
        (123456.0, 9, "123456"),
        (123456.0, 5, "123k"),
        (22.285714, 9, "22.2857"),
        (22.285714, 5, "22.3"),
        (1e-7, 9, "1e-7"),
        (None, 9, wording.MISSING),
        (math.nan, 9, wording.MISSING),
    ],
)
def test_a_time_is_exact_where_there_is_room(time, room, text):
    assert wording.moment(time, room) == text


def outcome(t_test, last, first=0.0):
    first, last = (SimpleNamespace(told_in=lambda unit, end=end: end) for end in (first, last))
    return SimpleNamespace(t_test=t_test, first=first, last=last, time_unit="epoch")


def test_a_time_not_reached_is_censored_where_the_run_ended_and_a_dash_while_it_goes_on():
    assert wording.event(outcome(58.0, 200.0), "t_test", live=False) == "58"
    assert wording.event(outcome(None, 200.0), "t_test", live=False) == ">200"
    assert wording.event(outcome(None, 31.0), "t_test", live=True) == wording.MISSING
    assert wording.event(None, "t_test", live=False) == wording.MISSING


def test_a_time_before_all_evaluations_is_an_upper_bound_live_or_not():
    for live in (False, True):
        assert wording.event(outcome(400.0, 500.0, first=400.0), "t_test", live) == "≤400"
    assert wording.event(outcome(401.0, 500.0, first=400.0), "t_test", live=False) == "401"


def test_how_far_a_run_got_is_told_in_its_own_unit():
    run = SimpleNamespace(time_unit="epoch", epoch=3.0, total_epochs=12.0, step=7, total_steps=None)
    assert wording.reached(run) == "epoch 3/12"
    run.time_unit = "step"
    assert wording.reached(run) == "step 7"


def test_accuracies_line_up():
    assert [wording.accuracy(x) for x in (1, 0.0123456, None)] == ["1.000", "0.012", "–"]


def test_values_of_a_configuration_are_short():
    assert wording.value(3e-05) == "3e-5"
    assert wording.value(1e20) == "1e20"
    assert wording.value([512, 512]) == "512,512"
    assert wording.value(None) == wording.MISSING
    assert wording.value(False) == "no"
    assert wording.value(10.0) == "10"


def test_keys_that_differ_come_in_their_order_and_one_that_is_lacking_differs():
    a = {"name": "a", "lr": 1, "layers": [4], "seed": 0}
    b = {"name": "b", "lr": 1, "layers": [4, 4], "momentum": None}
    assert wording.differing([a, b]) == ["name", "layers", "seed", "momentum"]
    assert wording.alike([a, b]) == 1
    assert wording.differing([]) == wording.differing([a]) == []


def test_the_title_neither_differs_nor_is_alike():
    same, other = {"title": "one", "lr": 1}, {"title": "two", "lr": 1}
    assert wording.differing([same, other]) == []
    assert wording.alike([same, other]) == wording.alike([same, same]) == 1


CONFIGS = st.lists(
    st.dictionaries(st.sampled_from(["title", "a", "b", "c"]), st.integers(0, 2)), min_size=2
)


@given(CONFIGS)
def test_every_key_but_the_title_either_differs_or_is_alike(configs):
    keys = set().union(*configs) - {"title"}
    differ = wording.differing(configs)
    assert set(differ) <= keys
    assert len(differ) + wording.alike(configs) == len(keys)
