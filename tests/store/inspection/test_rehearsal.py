import h5py
import numpy as np
import pytest

from grokscope.errors import NewerSchema, OlderSchema, Unreadable
from grokscope.store.inspection import rehearsal
from grokscope.store.inspection.rehearsal import rehearse
from tests.store.inspection.hostile import make


@pytest.fixture
def path(tmp_path):
    return tmp_path / "x.h5"


def read(path, length=None):
    size = path.stat().st_size
    with h5py.File(path) as file:
        rehearse(file, "x", size, size if length is None else length)


def test_a_sound_file_reads(path):
    read(make(path))


def test_small_data_is_read_whole(path):
    build = lambda f: f.create_dataset("d", data=np.arange(3e4), chunks=(1000,), fletcher32=True)  # noqa: E731
    make(path, build)
    middle = path.read_bytes().index(np.arange(15000.0, 16000).tobytes())
    data = bytearray(path.read_bytes())
    data[middle] ^= 255
    path.write_bytes(data)
    with pytest.raises(OSError, match="read"):
        read(path)


def test_of_large_data_only_the_ends_are_read_and_every_chunk_is_located(path, monkeypatch):
    monkeypatch.setattr(rehearsal, "EAGER", 9000)
    build = lambda f: f.create_dataset("d", data=np.arange(3e4), chunks=(1000,), fletcher32=True)  # noqa: E731
    make(path, build)
    whole = path.read_bytes()
    for at, fits in ((15000, True), (0, False), (29000, False)):
        data = bytearray(whole)
        data[whole.index(np.arange(at, at + 1000.0).tobytes())] ^= 255
        path.write_bytes(data)
        if fits:
            read(path)
            continue
        with pytest.raises(OSError, match="read"):
            read(path)
    path.write_bytes(whole)
    with pytest.raises(Unreadable, match="'/d' has chunks that no file can hold"):
        read(path, path.stat().st_size // 2)


def test_compressed_data_is_read_whole_however_large(path, monkeypatch):
    monkeypatch.setattr(rehearsal, "EAGER", 0)
    values = np.random.default_rng(0).normal(size=3000)
    build = lambda f: f.create_dataset("d", data=values, chunks=(1000,), compression="gzip")  # noqa: E731
    make(path, build)
    read(path)
    with h5py.File(path) as file:
        chunk = file["d"].id.get_chunk_info(1)
    data = bytearray(path.read_bytes())
    data[chunk.byte_offset + 100] ^= 255
    path.write_bytes(data)
    with pytest.raises(OSError, match="read"):
        read(path)


def test_a_compressed_chunk_larger_than_its_data_is_refused(path):
    def build(file):
        data = file.create_dataset("d", (10,), "f8", chunks=(10,), compression="gzip")
        data.id.write_direct_chunk((0,), bytes(5000))

    with pytest.raises(Unreadable, match="chunks that no file can hold"):
        read(make(path, build))


def test_a_later_version_is_told_whatever_its_files_hold(path):
    make(path, lambda f: f.create_dataset("d", data=np.zeros(3, "i4,i4")), version="2.0")
    with pytest.raises(NewerSchema):
        read(path)


def test_an_earlier_version_is_told_once_the_file_is_read(path):
    with pytest.raises(OlderSchema):
        read(make(path, version="0.9"))
    build = lambda f: f.create_dataset("d", data=np.zeros(3, "i4,i4"))  # noqa: E731
    with pytest.raises(Unreadable, match="neither numbers nor text"):
        read(make(path, build, version="0.9"))


def test_text_is_counted_as_it_is_read(path, monkeypatch):
    monkeypatch.setattr(rehearsal, "MAX_TEXT", 1000)
    text = np.array(["x" * 100] * 11, object)
    make(path, lambda f: f.create_dataset("t", data=text, dtype=h5py.string_dtype()))
    with pytest.raises(Unreadable, match="more than 1000 characters"):
        read(path)
