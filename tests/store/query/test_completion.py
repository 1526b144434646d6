import pytest

from grokscope.store.query import complete
from grokscope.store.query.completion import MOST
from tests.store.query.conftest import make


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("modadd-s", "modadd-steady-s0-bb"),
        ("@l", "@last"),
        ("init_s", "init_scale"),
        ("reg", "regime:grokking"),
        ("regime:st", "regime:steady"),
        ("not (status:int", "not (status:interrupted"),
        ("tag:p", "tag:paper"),
        ("model=", "model=mlp"),
        ("t_test-t_tr", "t_test-t_train"),
        ("20 < t_te", "20 < t_test"),
        ("last(test", "last(test_accuracy)"),
        ("na", "name:"),
    ],
)
def test_the_last_word_is_completed(runs, text, first):
    assert complete(text, len(text), runs)[0] == first


def test_what_stands_behind_the_cursor_is_left_out(runs):
    assert complete("regime:st and x", 9, runs) == ["regime:steady"]


@pytest.mark.parametrize("text", ["zzz", "regime:zzz", "note:'a", "&"])
def test_nothing_is_offered_where_nothing_fits(runs, text):
    assert complete(text, len(text), runs) == []


def test_an_empty_store_offers_nothing():
    assert complete("reg", 3, []) == []


def test_only_so_many_are_offered():
    assert len(complete("run", 3, [make(f"run{i}") for i in range(2 * MOST)])) == MOST
