import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from grokscope.store.hdf5 import checksum
from grokscope.store.hdf5.checksum import fletcher32


def slowly(data: bytes) -> int:
    """Add up word by word, as the definition has it."""
    low = high = 0
    for i in range(0, len(data), 2):
        low += int.from_bytes(data[i : i + 2].ljust(2, b"\0"), "big")
        high += low
    return (((high - 1) % 65535 + 1 if high else 0) << 16) | ((low - 1) % 65535 + 1 if low else 0)


@pytest.mark.parametrize("length", [1, 2, 3, 4096, 4097, 10_000, 600_001])
def test_it_is_the_sum_of_words_and_of_running_sums(length):
    chunks = np.random.default_rng(length).integers(0, 256, (3, length), np.uint8)
    assert fletcher32(chunks).tolist() == [slowly(bytes(chunk)) for chunk in chunks]


@settings(max_examples=60, deadline=None)
@given(arrays.arrays(np.uint8, st.tuples(st.integers(1, 5), st.integers(1, 70))))
def test_any_bytes_whatever_the_rows_they_are_summed_in(chunks):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checksum, "WIDTH", 2)
        patch.setattr(checksum, "AT_ONCE", 4)
        found = fletcher32(chunks).tolist()
    assert found == fletcher32(chunks).tolist() == [slowly(bytes(chunk)) for chunk in chunks]


@pytest.mark.parametrize("value", [0, 255])
def test_chunks_of_one_value_reach_the_ends_of_the_range(value):
    chunks = np.full((1, 40_000), value, np.uint8)
    assert fletcher32(chunks)[0] == slowly(bytes(chunks[0])) == (0 if value == 0 else 0xFFFFFFFF)


def test_hdf5_stores_the_same(tmp_path):
    data = np.random.default_rng(0).normal(size=(4, 9_999)).astype(np.float32)
    with h5py.File(tmp_path / "a.h5", "w") as file:
        dataset = file.create_dataset("a", data=data, chunks=(1, 9_999), fletcher32=True)
        stored = [dataset.id.read_direct_chunk((i, 0))[1][-4:] for i in range(4)]
    assert fletcher32(data.view(np.uint8)).tobytes() == b"".join(stored)
