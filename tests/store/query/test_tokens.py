import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.errors import BadQuery
from grokscope.store.query.tokens import LONGEST, pieces, tokenize


def shown(text):
    return [(token.kind, token.text) for token in tokenize(text)[:-1]]


def test_a_word_may_hold_signs_and_an_expression_may_not():
    (word,) = tokenize("t_test-t_train")[:-1]
    assert word.text == "t_test-t_train"
    cut = pieces(word, "t_test-t_train", ())
    assert [part.text for part in cut] == ["t_test", "-", "t_train"]
    assert [part.start for part in cut] == [0, 6, 7]


def test_the_longest_known_name_stays_whole():
    text = "val-loss-best*2-x"
    (word,) = tokenize(text)[:-1]
    known = {"val", "val-loss", "val-loss-best"}
    assert [p.text for p in pieces(word, text, known)] == ["val-loss-best", "*", "2", "-", "x"]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("a<=3", [("word", "a"), ("comparison", "<="), ("word", "3")]),
        ("t -x", [("word", "t"), ("operator", "-"), ("word", "x")]),
        ("(a)*2", [("(", "("), ("word", "a"), (")", ")"), ("operator", "*"), ("word", "2")]),
        ("*grok*", [("word", "*grok*")]),
        ("'a b'", [("string", "a b")]),
        (r'"a\"b\\"', [("string", 'a"b\\')]),
        ("@last:3", [("word", "@last:3")]),
    ],
)
def test_a_query_is_cut_where_its_parts_meet(text, tokens):
    assert shown(text) == tokens


def test_a_pattern_belongs_to_its_field():
    (token,) = tokenize('note:"a b"')[:-1]
    assert (token.kind, token.text, token.pattern) == ("match", "note", "a b")


@pytest.mark.parametrize(
    ("text", "start", "said"),
    [
        ("a & b", 2, "use and, or, not"),
        ("a 'b", 2, "is not closed"),
        ("status: x", 7, "a pattern is missing"),
        (" :x", 1, "a field is missing"),
        ("a,b", 1, "in quotes"),
        ("x" * (LONGEST + 1), 0, "characters"),
    ],
)
def test_what_is_no_token_is_refused_at_its_place(text, start, said):
    with pytest.raises(BadQuery, match=said) as caught:
        tokenize(text)
    assert caught.value.span[0] == start


@given(st.text())
def test_tokens_lie_one_behind_the_other(text):
    try:
        tokens = tokenize(text)
    except BadQuery:
        return
    places = [place for token in tokens for place in token.span]
    assert places == sorted(places)
