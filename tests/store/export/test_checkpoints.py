"""Which checkpoints a word means, and parts that cover an array."""

import pytest

from grokscope.errors import BadExport
from grokscope.store.export.checkpoints import choose
from tests.store.conftest import train


@pytest.mark.parametrize("word", ["", "some", "every", "every:", "every:0", "every:-1", "every:x"])
def test_a_word_that_chooses_nothing_is_refused_with_those_that_do(tmp_path, word):
    with pytest.raises(BadExport, match=r"all, none, last or every:N can be chosen"):
        choose(tmp_path, word)


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
        "every:999999999999999999": [0, 11],
    }.items():
        chosen = choose(writer.path, word)
        assert chosen.which.tolist() == expected
        assert chosen.nbytes == 4 * 24 * len(expected)
