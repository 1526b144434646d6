"""A list in brackets is compared with the lists that runs hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.errors import BadQuery
from grokscope.store.query import parse
from tests.store.query.conftest import make


def chosen(values, text):
    runs = [make(f"r{i}", config={"u": value}) for i, value in enumerate(values)]
    return [run.config["u"] for run in parse(text).select(runs)]


LISTS = [[64], [64, 32], [0.001, 1.0], ["relu", "tanh"], []]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("u=[64]", [[64]]),
        ("u == [ 64, 32 ]", [[64, 32]]),
        ("u=[1e-3,1]", [[0.001, 1.0]]),
        ("u=['relu', tanh]", [["relu", "tanh"]]),
        ("u=[]", [[]]),
        ("(u=[64] or u=[64,32]) and u!=[64]", [[64, 32]]),
        ("u=[32,64]", []),
    ],
)
def test_a_list_fits_the_runs_that_hold_it(text, found):
    assert chosen(LISTS, text) == found
    assert chosen(LISTS, str(parse(text))) == found


def test_a_list_of_one_value_is_that_value():
    assert chosen([113, 97], "u=[113]") == [113]


def test_a_list_is_no_number_of_a_run():
    with pytest.raises(BadQuery, match=r"seed is a number and \[0\] is none"):
        chosen([113], "seed=[0]")


numbers = st.lists(st.integers() | st.floats(allow_nan=False), max_size=4)


@given(numbers, numbers)
def test_a_list_written_as_in_python_finds_itself(mine, other):
    assert mine in chosen([mine, other], f"u={mine}")


@pytest.mark.parametrize(
    ("text", "span", "said"),
    [
        ("u=[64", (2, 5), "the list is not closed: ']' is missing"),
        ("u=[64 or x", (2, 10), "']' is missing"),
        ("u=[64]x", (5, 6), "a space is missing"),
        ("u=[[64],[2]]", (3, 4), "a list in a list"),
        ("u=[64,]", (6, 7), "an item is missing"),
        ("u=[64, 3 2]", (6, 10), "'3 2' is no item; a list takes numbers or words with commas"),
        ("u=['64]", (3, 6), "is no item"),
        ("u>=[64]", (3, 7), "a list takes = or !=, and no >="),
    ],
)
def test_a_malformed_list_is_refused_at_its_place(text, span, said):
    with pytest.raises(BadQuery, match=said) as refused:
        parse(text)
    assert refused.value.span == span
