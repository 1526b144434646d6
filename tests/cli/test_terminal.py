"""Terminal text: aligned tables, and whether a person reads them."""

import sys
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.cli.terminal import columns, interactive, obstacle, table

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


def test_columns_that_do_not_fit_are_left_out_from_the_end():
    rows = [{"id": "abc", "x": "12345", "y": "1"}]
    assert table(rows, width=13) == "id   x      y\nabc  12345  1"
    assert table(rows, width=12) == "id   x\nabc  12345"
    assert table(rows, width=1) == "id\nabc"


def test_a_column_that_is_kept_stays_before_others_that_would_fit():
    rows = [{"id": "abc", "x": "12345", "state": "interrupted", "y": "1"}]
    assert table(rows, width=16, kept=("state",)) == "id   state\nabc  interrupted"
    assert table(rows, width=1, kept=("state",)) == "id   state\nabc  interrupted"


def test_no_rows_are_no_table():
    assert table([]) == ""


def test_columns_of_texts_are_laid_out_as_rows_are():
    rows = [{"id": "a", "x": "★ é"}, {"id": "bcd", "x": ""}]
    texts = {"id": ["a", "bcd"], "x": ["★ é", ""]}
    assert columns(texts, ["x"]) == table(rows, ["x"]) == "id     x\na    ★ é\nbcd"


@pytest.mark.parametrize(
    ("terminals", "word"),
    [
        ("stdin stdout stderr", ""),
        ("stdin stdout", "standard error, which is redirected"),
        ("stdout stderr", "standard input, which is no terminal"),
        ("stdin stderr", ""),
        ("", ""),
    ],
)
def test_why_nothing_is_drawn_is_told_to_whoever_reads_the_output(terminals, word, monkeypatch):
    for name in ("stdin", "stdout", "stderr"):
        there = name in terminals.split()
        monkeypatch.setattr(sys, name, SimpleNamespace(isatty=lambda there=there: there))
    told = obstacle()
    monkeypatch.undo()
    assert told.endswith(word)
    assert bool(told) == bool(word)


def test_a_captured_process_is_not_interactive():
    assert not interactive()
