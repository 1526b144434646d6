"""From the tree of a query to a test of each run."""

import math

import pytest

from grokscope.errors import BadQuery
from grokscope.store.query.binding import Binding
from grokscope.store.query.fields import Fields
from grokscope.store.query.syntax import (
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
from tests.store.query.conftest import make


def fitting(runs, tree, loose=False):
    """Return the last letters of the ids of the runs that fit a tree."""
    test = Binding("the query", Fields(runs), loose).test(tree)
    return "".join(run.id[-1] for run in runs if test(run))


SCALE, T_TEST, T_TRAIN = Name("init_scale"), Name("t_test"), Name("t_train")


@pytest.mark.parametrize(
    ("tree", "found"),
    [
        (Word("modadd-grok"), "ad"),
        (Word("*steady*"), "b"),
        (Word("starred"), "d"),
        (Newest(2), "ab"),
        (Match("regime", "st*"), "b"),
        (Match("note", "large"), "d"),
        (Not(Word("starred")), "abc"),
        (Both((Word("modadd-grok"), Newest(1))), "a"),
        (Either((Word("starred"), Newest(1))), "ad"),
        (Comparison(">=", SCALE, Number("3")), "a"),
        (Comparison("=", SCALE, Name("xavier")), "d"),
        (Comparison("!=", SCALE, Number("10")), "bd"),
        (Comparison("=", Name("bias"), Name("yes")), "abd"),
        (Comparison(">", Arithmetic("-", T_TEST, T_TRAIN), Number("20")), "a"),
        (Comparison("<", Negative(T_TEST), Number("0")), "ab"),
        (Comparison(">", Reduced("max", "val-loss"), Number("4")), "abd"),
        (Comparison("=", Name("tag"), Text("paper")), "d"),
    ],
)
def test_a_condition_fits_the_runs_it_means(runs, tree, found):
    assert fitting(runs, tree) == found


def test_in_a_filter_a_word_stands_anywhere_and_a_pattern_may_be_begun(runs):
    assert fitting(runs, Word("aper"), loose=True) == "d"
    assert fitting(runs, Word("aper")) == ""
    assert fitting(runs, Match("regime", "grok"), loose=True) == "a"
    assert fitting(runs, Match("tag", "pap"), loose=True) == "d"
    assert fitting(runs, Match("tag", "pap")) == ""
    with pytest.raises(BadQuery, match="regime is never 'grok'"):
        fitting(runs, Match("regime", "grok"))


def test_in_a_filter_a_name_that_there_is_means_no_longer_ones():
    runs = [make("add-s0-a", name="add"), make("add-wide-s0-b", name="add-wide")]
    assert fitting(runs, Match("name", "ad"), loose=True) == "ab"
    assert fitting(runs, Match("name", "Add"), loose=True) == "a"
    assert fitting(runs, Match("name", "add-"), loose=True) == "b"


@pytest.mark.parametrize("operator", ["=", "!=", "<", "<=", ">", ">="])
def test_a_run_that_lacks_a_value_fits_no_comparison_with_it(operator):
    lacking = [make("add-s0-a", accuracy=math.nan), make("add-s1-b", metrics={})]
    fits = Comparison(operator, Reduced("last", "test_accuracy"), Number("0"))
    assert fitting(lacking, fits) == ""


def test_division_by_nothing_fits_nothing(runs):
    none = Arithmetic("-", T_TRAIN, T_TRAIN)
    assert fitting(runs, Comparison(">", Arithmetic("/", T_TEST, none), Number("0"))) == ""


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        (Comparison(">", Name("nothing"), Number("1")), "nothing"),
        (Comparison("=", Name("starred"), Text("maybe")), "starred is true or false"),
        (Comparison("=", Name("regime"), Text("grokked")), "regime is never 'grokked'"),
        (Match("status", "diverged"), "runs that diverged are status:failed, and reason:diverged"),
        (Comparison("=", Name("title"), Arithmetic("+", T_TEST, T_TEST)), "title is text"),
        (
            Comparison(">", Arithmetic("+", Name("title"), Number("1")), Number("1")),
            "title is text where a number belongs",
        ),
        (Comparison(">", Arithmetic("+", T_TEST, Text("a")), Number("1")), "text where a number"),
    ],
)
def test_what_no_field_can_be_held_against_is_refused(runs, tree, said):
    with pytest.raises(BadQuery, match=said):
        fitting(runs, tree)
