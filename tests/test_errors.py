"""Errors: readable lines, caught by what they are elsewhere too."""

import pytest

from grokscope import errors
from grokscope.errors import BadQuery, GrokscopeError, UnknownName, listed, nearest, told

CLASSES = [e for e in vars(errors).values() if isinstance(e, type) and e is not GrokscopeError]
OWN = [e for e in CLASSES if issubclass(e, GrokscopeError)]


@pytest.mark.parametrize("error", OWN)
def test_each_is_documented_and_also_a_standard_kind(error):
    assert error.__doc__
    standard = [base for base in error.__mro__ if base.__module__ == "builtins"]
    assert standard[0] is not Exception


def test_a_missing_name_prints_without_quotes():
    assert str(UnknownName("no task named 'x'")) == "no task named 'x'"


def test_the_nearest_name_is_offered_only_where_one_is_near():
    assert nearest("fishr", ["fisher", "norm"]) == ", did you mean 'fisher'?"
    assert nearest("zzz", ["fisher", "norm"]) == ""
    assert listed(["a", "b"]) == "a, b"
    assert listed([]) == "none"


def test_a_query_s_mistake_has_marks_under_its_place():
    error = BadQuery("no run has a field 'x'", "seed=0 and x>3", (11, 12))
    assert str(error) == "query 'seed=0 and x>3', column 12: no run has a field 'x'"
    assert error.pointed() == "seed=0 and x>3\n           ^"


def test_the_marks_of_a_long_query_stay_in_sight():
    text = "a " * 300 + "wrong" + " b" * 300
    shown, marks = BadQuery("", text, (600, 605)).pointed(60).split("\n")
    assert len(shown) == 60
    assert shown[marks.index("^") : marks.index("^") + 5] == "wrong"
    assert marks.count("^") == 5


def test_what_would_steer_a_terminal_is_not_shown_of_a_query():
    assert BadQuery("", "\x1b[2J\n", (0, 1)).pointed() == "·[2J·\n^"


def test_a_value_that_cannot_be_used_is_told_in_a_few_words():
    assert (told(5), told(None)) == ("5 (int)", "None")
    within = []
    within.append({"itself": within})
    for value in (within, "a\nb" * 100, object()):
        assert len(told(value)) < 100
        assert "\n" not in told(value)
