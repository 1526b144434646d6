import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grokscope.errors import BadQuery
from grokscope.store.query import parse
from grokscope.store.query.expressions import DEEPEST
from grokscope.store.query.parser import parse_tree
from grokscope.store.query.tokens import LONGEST


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a or b c", "a or b and c"),
        ("(a or b) c", "(a or b) and c"),
        ("NOT a and not (b or c)", "not a and not (b or c)"),
        ("not not a", "not not a"),
        ("t_test-t_train>20", "t_test - t_train>20"),
        ("t_test -t_train>20", "t_test - t_train>20"),
        ("t_test- t_train > 20", "t_test - t_train>20"),
        ("20 < t_test - t_train", "20<t_test - t_train"),
        ("a-b-c>0", "a - b - c>0"),
        ("a-(b-c)>0", "a - (b - c)>0"),
        ("(a+b)*2>t_test/t_train", "(a + b) * 2>t_test / t_train"),
        ("((a+b)*2>3)", "(a + b) * 2>3"),
        ("-a*b>-3", "-a * b>-3"),
        ("10<t_test<=50", "10<t_test and t_test<=50"),
        ("name=modadd-grok", 'name="modadd-grok"'),
        ("t_grok=t_test-t_train", "t_grok=t_test - t_train"),
        ("name=modadd-grok (a or b)", 'name="modadd-grok" and (a or b)'),
        ("modadd-grok-s0", "modadd-grok-s0"),
        ("@last:3 not @last", "@last:3 and not @last"),
        ("max( 'val loss' )<1e-3", 'max("val loss")<1e-3'),
        ("last(val-loss)<2", "last(val-loss)<2"),
        ("data=3dconv", 'data="3dconv"'),
        ("*", "*"),
        ("2 * t_train<t_test", "2 * t_train<t_test"),
        ('"and" or "or"', '"and" or "or"'),
    ],
)
def test_a_query_means_what_it_says(text, meant):
    assert str(parse(text)) == meant


def test_nothing_asks_for_all():
    assert parse(" ").tree is None


def test_a_name_with_a_sign_is_whole_where_it_is_known():
    assert str(parse_tree("val-loss*2<3", {"val-loss"})) == str(parse_tree('"val-loss"*2<3', ()))
    assert str(parse_tree("val-loss<3", ())) == "val - loss<3"


@pytest.mark.parametrize(
    ("text", "span", "said"),
    [
        ("(a", (2, 3), "the query ends where '\\)' belongs"),
        ("a)", (1, 2), "where and, or, or the end of the query belongs"),
        ("a or", (4, 5), "the query ends where a run, a field or a comparison belongs"),
        ("and", (0, 3), "'and' where a run"),
        ("t_train>", (8, 9), "where a field or a number belongs"),
        ("t_train - t_test", (16, 17), "where a comparison"),
        ("t_train>3dd or x", (8, 11), None),
        ("3 dd>2", (2, 4), None),
        ("mean(loss)>3", (0, 4), "no function 'mean'; there are last, max, min"),
        ("maxx(loss)>3", (0, 4), "did you mean 'max'"),
        ("max()>3", (4, 5), "where a metric belongs"),
        ("age-2dd<1", (4, 7), "no unit 'dd', did you mean 'd'"),
        ("created>2026-13-01", (8, 18), "is no date"),
        ("a=b:c", (2, 5), "belongs in quotes"),
        ("t_train > @x + 1", (10, 12), "is no name and no number"),
        ("x=+3", (2, 3), "'\\+' where a field or a number belongs"),
    ],
)
def test_a_mistake_is_told_at_its_place(text, span, said):
    if said is None:
        parse(text)
        return
    with pytest.raises(BadQuery, match=said) as caught:
        parse(text)
    assert (caught.value.text, caught.value.span) == (text, span)


@pytest.mark.parametrize("opening", ["(", "not ", "-", "((x + "])
def test_depth_is_limited(opening):
    for count in (DEEPEST + 1, 500):
        with pytest.raises(BadQuery, match=r"levels; write it flatter"):
            parse(opening * count + "t_train>3")


def test_a_long_sum_is_refused_and_a_long_list_of_runs_is_not():
    with pytest.raises(BadQuery, match="levels"):
        parse("1" + "+1" * 500 + ">3")
    many = " or ".join(["a"] * 700)
    assert len(many) < LONGEST
    assert len(parse(many).tree.conditions) == 700


alphabet = st.sampled_from([*"ab019 _.-+*/()<>=!:'\"@?[]\\\n,é", "and ", "or ", "not ", "last("])


@example("0<?<0")
@given(st.one_of(st.text(), st.lists(alphabet, max_size=40).map("".join)))
def test_junk_is_refused_and_never_worse(text):
    refused, query = None, None
    try:
        query = parse(text)
    except BadQuery as error:
        refused = error
    if refused is None:
        assert parse(str(query)).tree == query.tree
    else:
        start, end = refused.span
        assert 0 <= start < end
        assert str(refused).isprintable()
        shown, marks = refused.pointed().split("\n")
        assert shown.isprintable()
        assert set(marks) <= {" ", "^"}
