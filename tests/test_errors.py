"""Errors: readable lines, caught by what they are elsewhere too."""

import pytest

from grokscope import errors
from grokscope.errors import GrokscopeError, UnknownName, listed, nearest

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
