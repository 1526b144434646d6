"""What a field holds in the listing decides which comparisons are refused."""

import pytest

from grokscope.errors import BadQuery
from grokscope.store.query import parse
from tests.store.query.conftest import make


def chosen(values, text):
    runs = [make(f"r{i}", config={"u": value}) for i, value in enumerate(values)]
    return [run.config["u"] for run in parse(text).select(runs)]


@pytest.mark.parametrize(
    ("values", "text"),
    [([1, None], "u>abc"), ([1.5], "u=abc"), (["a"], "u>3"), ([[1, 2]], "u<abc")],
)
def test_what_no_run_can_pass_is_refused(values, text):
    with pytest.raises(BadQuery, match=r"u is (text|a number)"):
        chosen(values, text)


@pytest.mark.parametrize(
    ("values", "text", "found"),
    [
        ([1, "abc"], "u=abc", ["abc"]),
        ([1, "abc"], "u>0", [1]),
        (["3", "a"], "u=3", ["3"]),
        ([None], "u>abc", []),
        ([None], "u>3", []),
        ([float("inf"), 1.0], "u=inf", [float("inf")]),
    ],
)
def test_what_one_run_can_pass_is_not(values, text, found):
    assert chosen(values, text) == found
