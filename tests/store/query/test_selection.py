"""The language on a listing of four runs; its ids are told here by their last letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.errors import BadQuery
from grokscope.store.query import parse
from tests.store.query.conftest import make


def chosen(runs, text, loose=False):
    return "".join(run.id[-1] for run in parse(text).select(runs, loose=loose))


def test_nothing_asked_selects_all(runs):
    assert chosen(runs, "") == "abdc"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("modadd-grok-s0-aa", "a"),
        ("modadd-grok-s0", "a"),
        ("modadd-grok", "ad"),
        ("own-s", "c"),
        ("grok", ""),
        ("@last", "a"),
        ("@last:3", "abd"),
        ("not @last", "bdc"),
        ("*grok*", "ad"),
        ("PAPER", ""),
        ("pap*", "d"),
        ("*-s[1-9]-*", "d"),
        ("starred", "d"),
        ("live", "d"),
        ("censored", "d"),
        ("censored:yes", "d"),
        ("censored:No", "ab"),
        ("regime:grokking", "a"),
        ("regime:*", "ab"),
        ("regime_manning_coe=grokking not regime:grokking", "bd"),
        ("tag:paper", "d"),
        ("tags=paper", "d"),
        ("tag!=paper", ""),
        ("note:large", "d"),
        ("note:large*", ""),
        ("title:TITLE", "abdc"),
        ("model=mlp", "abd"),
        ("model!=mlp", "c"),
        ("optimizer:ad?m", "abd"),
        ("init_scale>=3", "a"),
        ("init_scale=10", "a"),
        ("init_scale=xavier", "d"),
        ("init_scale!=xavier", "ab"),
        ("init_scale!=10", "bd"),
        ("model.init_scale<3", "b"),
        ("hidden=512", "abd"),
        ("hidden:5*", "abd"),
        ("bias=true", "abd"),
        ("bias", ""),
        ("x=3d", "c"),
        ("p='113'", "abd"),
        ("p='114'", ""),
        ("hidden='64,64'", ""),
        ("model=3", ""),
        ("init_scale>wide", "d"),
        ("seed.init=0", ""),
        ("not seed.init=0", "abdc"),
        ("test_accuracy>0.9", "ab"),
        ("test_accuracy!=0.5", "ab"),
        ("max(test_accuracy)=1", "abd"),
        ("min(val-loss)<0.006", "abd"),
        ("val-loss<0.02", "abd"),
        ("val-loss*100<2", "abd"),
        ("5-val-loss>0", "abd"),
        ("t_test-t_train>20", "a"),
        ("t_grok=t_test-t_train", "ab"),
        ("(t_test - t_train)/t_train>1", "a"),
        ("10<t_train<=12", "a"),
        ("t_test<t_train*2 or not t_test>0", "bdc"),
        ("speed_min=21", "abd"),
        ("disk_bytes>1GB", "a"),
        ("checkpoints/0>1", ""),
        ("-seed<0", "d"),
        ("created>2020-01-01 age>2d", "abdc"),
        ("created<2020-01-01", ""),
        ("created>'2020-01-01' created<='2038-01-01 14:30'", "abdc"),
        ("created>2020-01-01T23:59 and created-2d<2038-01-01T14:30:59", "abdc"),
        ("2020-01-01 08:00>created", ""),
        ("eta>=0", "d"),
        ("status:running or status:dead", "dc"),
        ("status:finished seed=0", "ab"),
        ("(steady or *grok*) and not seed=1", "a"),
        ("task.p=113 and config.none=1 or *", None),
    ],
)
def test_a_query_selects(runs, text, found):
    if found is None:
        with pytest.raises(BadQuery, match=r"no run has a field 'config.none'"):
            chosen(runs, text)
        return
    assert chosen(runs, text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [("grok", "abd"), ("GROK", "abd"), ("dead", "c"), ("mlp", "abd"), ("paper", "d"),
     ("steady", "b"), ("regime:gro", "a"), ("*dead*", "c"), ("grok not steady", "ad")],
)  # fmt: skip
def test_a_bare_word_of_a_filter_may_stand_anywhere(runs, text, found):
    # the newest run's other regime is no word of it, its own is
    expected = "ad" if text.lower() == "grok" else found
    assert chosen(runs, text, loose=True) == expected


@pytest.mark.parametrize(
    ("text", "span", "said"),
    [
        ("init_scal>3", (0, 9), "no run has a field 'init_scal', did you mean 'init_scale'"),
        ("a and zzz:3", (6, 11), "no run has a field 'zzz'; fields are"),
        ("last(test_acc)>1", (0, 14), "no run recorded a metric 'test_acc', did you mean"),
        ("momentum.x=3", (0, 10), "did you mean 'momentum'"),
        ("root=3 or seed.rot=1", (10, 18), "did you mean 'seed.root'"),
        ("status:runing", (0, 13), "status is never 'runing', did you mean 'running'"),
        ("regime=groking", (7, 14), "did you mean 'grokking'"),
        ("t_train>mlp", (8, 11), "no run has a field 'mlp'"),
        ("created>'2026-02-30'", (8, 20), "2026-02-30 is no date"),
        ("created>2026-02-03T25:00", (8, 24), "2026-02-03T25:00 is no date"),
        ("t_train>'mlp'", (8, 13), "t_train is a number and 'mlp' is none"),
        ("status+1>3", (0, 6), "status is text where a number belongs"),
        ("seed=status", (5, 11), "status is text where a number belongs"),
        ("status>seed+1", (7, 13), "status is text"),
        ("regime>3", (7, 8), "regime is text and '3' is a number"),
        ("tag<=1e3", (5, 8), "tags? is text"),
        ("optimizer.name>3", (15, 16), "optimizer.name is text"),
        ("seed.root>abc", (10, 13), "seed.root is a number and 'abc' is text"),
        ("p=abc or x", (2, 5), "p is a number and 'abc' is text"),
        ("p>'100'", (2, 7), "p is a number and '100' is text"),
        ("bias=maybe", (5, 10), "bias is true or false"),
        ("hidden>abc", (7, 10), "hidden is a number"),
        ("starred=maybe", (8, 13), "no run has a field 'maybe'"),
        ("starred:maybe", (0, 13), "starred is true or false"),
    ],
)
def test_what_no_run_can_have_is_refused_at_its_place(runs, text, span, said):
    with pytest.raises(BadQuery, match=said) as caught:
        chosen(runs, text)
    assert (caught.value.text, caught.value.span) == (text, span)


def test_a_short_key_that_fits_several_names_them():
    run = make("a", config={"task.p": 3, "model.p": 4})
    with pytest.raises(BadQuery, match=r"'p' fits task\.p, model\.p; name one"):
        parse("p=3").select([run])


def test_an_empty_store_is_asked_anything():
    assert parse("init_scale>3 or last(x)>1").select([]) == []


def test_whole_numbers_of_any_size_are_compared_exactly():
    big = (1 << 62) + 1
    run = make("a", seed=big, config={"huge": 10**4000})
    assert parse(f"seed={big}").select([run]) == [run]
    assert parse(f"seed={big - 1}").select([run]) == []
    assert parse("huge*huge>1 or huge=1").select([run]) == []


numbers = st.floats(-100, 100).map(lambda value: round(value, 3)) | st.integers(-5, 5)


@given(st.lists(st.tuples(numbers, numbers), max_size=6), numbers)
def test_a_selection_is_what_the_same_condition_selects_in_python(pairs, limit):
    runs = [make(f"r{i}", config={"u": u, "v": v}) for i, (u, v) in enumerate(pairs)]
    for sign, holds in (("<", float.__lt__), (">=", float.__ge__)):
        query = parse(f"u-2*v {sign} {limit!r} or not (u+v > 0 and v != 1)")
        expected = [
            run.id
            for run, (u, v) in zip(runs, pairs, strict=True)
            if holds(float(u - 2 * v), float(limit)) or not (u + v > 0 and v != 1)
        ]
        assert [run.id for run in query.select(runs)] == expected
