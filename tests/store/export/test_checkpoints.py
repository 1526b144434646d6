"""Which checkpoints a word means, and parts that cover an array."""

import pytest

from grokscope.errors import BadConfig
from grokscope.store.checkpoints.policies import parse_policy
from grokscope.store.checkpoints.thinning import thin_by
from grokscope.store.export.checkpoints import choose
from grokscope.store.listing.summary import read_summary
from tests.store.conftest import train


@pytest.mark.parametrize("words", ["", "some", "every", "every:0", "all+last", "none+events"])
def test_words_that_choose_nothing_are_refused_with_those_that_do(tmp_path, words):
    with pytest.raises(BadConfig, match=r"accepted"):
        choose(tmp_path, words)


def test_a_run_without_checkpoints_has_none_to_choose(begin):
    writer = begin()
    train(writer, 0, 3, checkpoints=False)
    assert choose(writer.path) is None


def test_every_nth_comes_with_the_first_and_the_last(begin):
    writer = begin()
    train(writer, 0, 12)
    writer.finish("finished")
    for word, expected in {
        "all": list(range(12)),
        "last": [11],
        "every:1": list(range(12)),
        "every:5": [0, 5, 10, 11],
        "every:1000000": [0, 11],
    }.items():
        chosen = choose(writer.path, word)
        assert chosen.which.tolist() == expected
        assert chosen.nbytes == 4 * 24 * len(expected)


def test_checkpoints_around_events_are_those_of_the_summary(begin):
    writer = begin()
    train(writer, 0, 70)
    writer.finish("finished")
    assert read_summary(writer.path).outcome.train.step == 19
    chosen = choose(writer.path, "events:1").which.tolist()
    assert {0, 18, 19, 20, 69} <= set(chosen)
    assert 30 not in chosen


def test_what_was_left_out_is_told(begin):
    writer = begin()
    train(writer, 0, 12)
    writer.finish("finished")
    assert choose(writer.path).attrs == {}
    assert choose(writer.path, "last").attrs == {"thinned": "last", "thinned_from": 12}
    thin_by(writer.path, parse_policy("every:2", neighbours=0))
    before = choose(writer.path).attrs
    assert before["thinned_from"] == 12
    after = choose(writer.path, "every:2").attrs
    assert after == {"thinned": f"{before['thinned']}; every:2", "thinned_from": 12}
