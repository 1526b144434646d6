"""The values of a query, read from its text."""

import pytest

from grokscope.errors import BadQuery
from grokscope.store.query.expressions import DEEPEST, Expressions, reserved
from grokscope.store.query.syntax import (
    Arithmetic,
    Name,
    Negative,
    Number,
    Reduced,
    Text,
)
from grokscope.store.query.tokens import tokenize

KNOWN = {"a", "b", "val-loss", "t_test"}


def value(text, left=True):
    """Return the value a text begins with, all of which must have been read."""
    reader = Expressions(text, KNOWN)
    found = reader.value(left)
    assert reader.here.kind == "end"
    return found


A, B = Name("a"), Name("b")
ONE, TWO = Number("1"), Number("2")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a", A),
        ('"a"', A),
        ("10k", Number("10k")),
        ("2026-02-03", Number("2026-02-03")),
        ("a-b", Arithmetic("-", A, B)),
        ("val-loss", Name("val-loss")),
        ("a-b-1", Arithmetic("-", Arithmetic("-", A, B), ONE)),
        ("a+b*2", Arithmetic("+", A, Arithmetic("*", B, TWO))),
        ("(a+b)*2", Arithmetic("*", Arithmetic("+", A, B), TWO)),
        ("a / b / 2", Arithmetic("/", Arithmetic("/", A, B), TWO)),
        ("- -a", Negative(Negative(A))),
        ("-a*b", Arithmetic("*", Negative(A), B)),
        ("min(val-loss)", Reduced("min", "val-loss")),
        ('max("a b")', Reduced("max", "a b")),
    ],
)
def test_an_expression_binds_as_in_arithmetic(text, tree):
    assert value(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ('"a"', Text("a")),
        ("a", A),
        ("grok", Name("grok")),
        ("modadd-grok", Text("modadd-grok")),
        ("3dconv", Text("3dconv")),
        ("a-b", Arithmetic("-", A, B)),
        ("a-1", Arithmetic("-", A, ONE)),
        ("10", Number("10")),
    ],
)
def test_on_the_right_a_word_is_text_unless_all_of_it_is_known(text, tree):
    assert value(text, left=False) == tree


@pytest.mark.parametrize(
    ("text", "span", "said"),
    [
        ("", (0, 1), "the query ends where a field or a number belongs"),
        ("a-", (2, 3), "the query ends"),
        ("(a", (2, 3), r"where '\)' belongs"),
        ("mean(a)", (0, 4), "no function 'mean'"),
        ("min()", (4, 5), "where a metric belongs"),
        ("2parsecs+a", (0, 8), "no unit 'parsecs'"),
        ("2026-02-31", (0, 10), "2026-02-31 is no date"),
        ("not", (0, 3), "'not' where a field or a number belongs"),
    ],
)
def test_what_is_no_value_is_refused_at_its_place(text, span, said):
    with pytest.raises(BadQuery, match=said) as refused:
        value(text)
    assert refused.value.span == span


@pytest.mark.parametrize("deep", ["(" * DEEPEST + "a" + ")" * DEEPEST, "-" * DEEPEST + "a"])
def test_levels_are_followed_up_to_a_bound(deep):
    value(deep)
    with pytest.raises(BadQuery, match=f"more than {DEEPEST} levels"):
        value(f"({deep})" if deep[0] == "(" else f"-{deep}")


def test_a_value_knows_where_it_stands():
    found = value(" a + b*2 ")
    assert (found.span, found.right.span) == ((1, 8), (5, 8))
    assert value("-a").span == (0, 2)


def test_keywords_are_reserved_in_any_case_unless_quoted():
    words = tokenize('and OR Not "and" nota')
    assert [reserved(token) for token in words] == [True, True, True, False, False, False]
