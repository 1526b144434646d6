"""What runs hold, as queries compare it."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.store.query.values import BITS, called, glob, names, real, texts
from tests.store.query.conftest import make


@pytest.mark.parametrize(
    ("thing", "number"),
    [
        (3, 3),
        (2.5, 2.5),
        (True, 1),
        ([512], 512),
        (([7],), None),
        ([1, 2], None),
        ([], None),
        ("3", None),
        (None, None),
        (math.nan, None),
        (math.inf, math.inf),
        (2**BITS - 1, 2**BITS - 1),
        (2**70, float(2**70)),
        (10**400, None),
    ],
)
def test_a_value_is_the_number_it_holds(thing, number):
    assert real(thing) == number
    assert type(real(thing)) is type(number)


@pytest.mark.parametrize(
    ("thing", "matched"),
    [
        (None, []),
        (math.nan, []),
        ("a b", ["a b"]),
        (("draft", "paper"), ["draft", "paper"]),
        ([512, 256], ["512,256"]),
        ((1, "a"), ["1,a"]),
        ([[1, 2], 3], ["1,2,3"]),
        (True, ["true"]),
        (5, ["5"]),
        (0.1 + 0.2, ["0.3"]),
        (1e-05, ["1e-5"]),
        (1e20, ["1e20"]),
        (10**400, []),
    ],
)
def test_a_value_is_matched_by_what_people_would_write(thing, matched):
    assert texts(thing) == matched


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_written_as_text_is_that_number_to_twelve_digits(value):
    (text,) = texts(value)
    assert float(text) == pytest.approx(value, rel=1e-11)


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("*grok*", "modadd-GROK-s0", True),
        ("grok", "grok-s0", False),
        ("a?c", "abc", True),
        ("[ab]*", "cab", False),
        ("a.c", "abc", False),
        ("a*", "a\nb", True),
    ],
)
def test_a_glob_spans_the_whole_text_and_no_case(pattern, text, fits):
    assert glob(pattern)(text) is fits


def test_a_run_is_called_by_id_then_name_then_start_of_its_id():
    runs = [make("add-s0"), make("add-s0-b", name="add-s0"), make("add-s01", name="other")]
    told = {word: [run.id for run in called(runs, word)] for word in ("add-s0", "other", "add-s0-")}
    assert told == {"add-s0": ["add-s0"], "other": ["add-s01"], "add-s0-": ["add-s0-b"]}
    assert called(runs, "add-s") == runs
    assert called(runs, "") == []
    assert called(runs, "x") == []


def test_names_are_id_name_and_tags(runs):
    assert list(names(runs[2])) == ["modadd-grok-s1-dd", "modadd-grok", "draft", "paper"]
