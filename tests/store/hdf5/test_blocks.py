import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.layout import ParameterSpec
from grokscope.store.hdf5.blocks import blocks, corners, cut, even, slabs


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


@pytest.mark.parametrize(
    ("shape", "count", "expected"),
    [
        ((512, 128), 1000, (16, 16, 64)),
        ((226, 512), 201, (16, 16, 64)),
        ((512, 113), 5, (5, 17, 57)),
        ((5000,), 1000, (16, 1000)),
        ((), 40, (14,)),
        ((3, 3, 3, 3), 16, (16, 3, 3, 3, 3)),
        ((70, 2, 1, 3), 16, (16, 70, 2, 1, 3)),
    ],
)
def test_blocks_are_64_kb_and_nearly_even(shape, count, expected):
    assert blocks(ParameterSpec("w", tuple("abcdef"[: len(shape)]), shape), count) == expected


@given(st.integers(0, 1000), st.integers(1, 100))
def test_even_parts_are_as_few_as_can_be(length, most):
    size = even(length, most)
    assert 1 <= size <= most
    assert -(-length // size) == -(-length // most)


@given(arrays())
def test_cutting_gives_each_chunk_as_it_stands_in_the_array(given_):
    shape, chunk, _ = given_
    values = np.arange(np.prod(shape, dtype=int), dtype=np.float32).reshape(shape)
    flat = cut(values, chunk, spare=1)
    whole = tuple(slice(0, size) for size in shape)
    for at, found in zip(corners(whole, chunk), flat, strict=True):
        expected = np.full(chunk, np.nan, np.float32)
        there = values[tuple(slice(a, a + n) for a, n in zip(at, chunk, strict=True))]
        expected[tuple(slice(0, n) for n in there.shape)] = there
        np.testing.assert_array_equal(found[:-1].reshape(chunk), expected)
