"""Which checkpoints a word means, and parts that cover an array."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.errors import BadExport
from grokscope.store.export.checkpoints import choose, slabs
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


@st.composite
def arrays(draw):
    shape = draw(st.lists(st.integers(1, 12), max_size=4))
    return shape, [draw(st.integers(1, size)) for size in shape], draw(st.integers(0, 300))


@given(arrays())
def test_parts_cover_an_array_once_in_whole_chunks_within_bounds(given_):
    shape, chunk, most = given_
    seen = np.zeros(shape, int)
    for part in slabs(shape, chunk, most):
        seen[part] += 1
        sizes = [span.stop - span.start for span in part]
        assert np.prod(sizes, dtype=int) <= max(most, np.prod(chunk, dtype=int))
        assert all(span.start % unit == 0 for span, unit in zip(part, chunk, strict=True))
    assert (seen == 1).all()


def test_a_small_array_is_one_part():
    assert list(slabs((3, 4), (2, 2), 12)) == [(slice(0, 3), slice(0, 4))]
    assert list(slabs((4, 4), (2, 2), 8)) == [
        (slice(0, 2), slice(0, 4)),
        (slice(2, 4), slice(0, 4)),
    ]
