"""Terminal text: aligned tables, readable numbers, censored times."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.cli.terminal import NONE, interactive, number, table, time_or_censored


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, NONE),
        (math.nan, NONE),
        (0.0, "0"),
        (200.0, "200"),
        (0.95, "0.95"),
        (0.123456, "0.123"),
        (1e-5, "1e-05"),
        (math.inf, "inf"),
        (-12.0, "-12"),
    ],
)
def test_numbers_have_three_significant_digits(value, text):
    assert number(value) == text


def test_a_time_not_reached_is_censored_only_once_the_run_ended():
    assert time_or_censored(58.0, 200.0, True) == "58"
    assert time_or_censored(None, 200.0, True) == ">200"
    assert time_or_censored(None, 200.0, False) == NONE
    assert time_or_censored(None, None, True) == NONE


WORDS = st.text("xyz", min_size=1)


@given(st.lists(st.tuples(WORDS, WORDS), min_size=1))
def test_columns_line_up(pairs):
    rows = [{"a": a, "b": b} for a, b in pairs]
    lines = table(rows, right=("b",)).splitlines()
    width = max(len(a) for a, _ in pairs)
    assert len(lines) == len(rows) + 1
    assert len({len(line) for line in lines}) == 1
    for line, (a, b) in zip(lines[1:], pairs, strict=True):
        assert (line[:width].strip(), line[width:].strip()) == (a, b)


def test_no_rows_are_no_table():
    assert table([]) == ""


def test_a_captured_process_is_not_interactive():
    assert not interactive()
