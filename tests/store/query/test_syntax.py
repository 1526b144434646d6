from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.store.query import parse
from grokscope.store.query.fields import FIELDS
from grokscope.store.query.syntax import (
    COMPARISONS,
    FUNCTIONS,
    Arithmetic,
    Both,
    Comparison,
    Either,
    Match,
    Name,
    Negative,
    Newest,
    Not,
    Number,
    Reduced,
    Text,
    Word,
)

text = st.text(max_size=8)
names = st.sampled_from([*FIELDS, "init_scale", "optimizer.lr"]).map(Name)
numbers = st.sampled_from(
    ["0", "3", "1e-3", ".5", "2.5", "2d", "1.5GB", "2026-11-01", "2026-11-01T09:30"]
).map(Number)
reduced = st.builds(Reduced, st.sampled_from(FUNCTIONS), text)
values = st.recursive(
    names | numbers | reduced,
    lambda inner: (
        st.builds(Negative, inner) | st.builds(Arithmetic, st.sampled_from("+-*/"), inner, inner)
    ),
    max_leaves=6,
)
comparisons = st.builds(
    Comparison, st.sampled_from(COMPARISONS), values, values | st.builds(Text, text)
)
words = st.one_of(
    st.sampled_from(["modadd-grok", "a-b*", "*x*", "or", "@last", "last", "a b", '"', "\\", ""]),
    text,
).filter(lambda word: not word.startswith("@last"))
singles = st.one_of(
    st.builds(Word, words),
    st.builds(Newest, st.integers(1, 999_999)),
    st.builds(Match, text | st.sampled_from(["regime", "task.name"]), text),
    comparisons,
)


def joined(kind, inner):
    return st.lists(inner, min_size=2, max_size=3).map(lambda parts: kind(tuple(parts)))


conditions = st.recursive(
    singles,
    lambda inner: st.builds(Not, inner) | joined(Both, inner) | joined(Either, inner),
    max_leaves=6,
)


@given(conditions)
def test_what_is_written_reads_back(tree):
    assert parse(str(tree)).tree == tree


@pytest.mark.parametrize(
    ("number", "value"),
    [("3", 3), ("1e-3", 1e-3), (".5", 0.5), ("2d", 172_800.0), ("1.5GB", 1.5e9), ("90min", 5400.0),
     ("4KiB", 4096.0), ("10k", 10_000.0), (str(1 << 62), 1 << 62)],
)  # fmt: skip
def test_a_number_has_the_value_of_its_unit(number, value):
    assert Number(number).value == value


def test_a_date_is_when_its_day_begins_here():
    day = Number("2026-11-02").value - Number("2026-11-01").value
    assert 82_800 <= day <= 90_000


@pytest.mark.parametrize("time", ["2026-11-22T14:30", "2026-11-22 14:30", "2026-11-22T14:30:00"])
def test_a_time_of_a_day_is_told_by_the_clock_here(time):
    assert Number(time).value == datetime(2026, 11, 22, 14, 30).timestamp()
