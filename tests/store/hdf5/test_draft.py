"""Files laid out by HDF5 and filled by us: what readers find, and a disk that refuses."""

import os
import subprocess
import sys

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grokscope.store.hdf5 import draft
from grokscope.store.hdf5.draft import new_file, write_at


def values(*shape, kind="f4", seed=0):
    return (np.random.default_rng(seed).normal(size=shape) * 100).astype(kind)


shapes = st.tuples(st.integers(1, 9), st.integers(1, 5), st.integers(1, 400))
kinds = st.sampled_from(["f4", "f8", "i8", "u1"])


@settings(max_examples=40, deadline=None)
@given(shapes, kinds, st.integers(1, 9), st.booleans())
def test_whatever_is_filled_in_reads_back(tmp_path_factory, shape, kind, deep, checked):
    path = tmp_path_factory.mktemp("draft") / "a.h5"
    data = values(*shape, kind=kind)
    options = {"chunks": (min(deep, shape[0]), *shape[1:]), "fletcher32": checked}
    with new_file(path) as file:
        for name in "ab":
            file.fill(file.create_dataset(name, shape, kind, **options), data)
            file.create_dataset(f"{name} whole", data=data)
    with h5py.File(path) as file:
        assert file["a"].fletcher32 == checked
        for name in ("a", "b", "a whole", "b whole"):
            np.testing.assert_array_equal(file[name][()], data)


def test_the_file_is_as_long_as_one_that_hdf5_writes(tmp_path):
    data = values(100, 1000)
    options = {"chunks": (10, 1000), "fletcher32": True}
    with new_file(tmp_path / "a.h5") as file:
        file.fill(file.create_dataset("a", (100, 1000), "f4", **options), data)
    with h5py.File(tmp_path / "b.h5", "w") as file:
        file.create_dataset("a", data=data, **options)
    sizes = [(tmp_path / name).stat().st_size for name in ("a.h5", "b.h5")]
    assert abs(sizes[0] - sizes[1]) < 4096


def test_chunks_go_wherever_they_are_put_and_the_rest_is_missing(tmp_path):
    data = values(2, 30, 40)
    with new_file(tmp_path / "a.h5") as file:
        target = file.create_dataset(
            "a", (3, 60, 80), "f4", chunks=(1, 30, 40), fletcher32=True, fillvalue=np.nan
        )
        file.put(target, [((2, 30, 40), data[:1]), ((0, 0, 40), data[1:])])
    with h5py.File(tmp_path / "a.h5") as file:
        np.testing.assert_array_equal(file["a"][2, 30:, 40:], data[0])
        np.testing.assert_array_equal(file["a"][0, :30, 40:], data[1])
        assert np.isnan(file["a"][1]).all()


@pytest.mark.parametrize("wrong", [values(2, 30), values(1, 30).astype("f8"), values(30, 2).T[:1]])
def test_what_is_no_whole_chunk_is_refused(tmp_path, wrong):
    with new_file(tmp_path / "a.h5") as file:
        target = file.create_dataset("a", (4, 30), "f4", chunks=(1, 30))
        with pytest.raises(ValueError, match="/a"):
            file.put(target, [((0, 0), wrong)])


def test_a_damaged_byte_of_a_chunk_is_noticed_by_hdf5(tmp_path):
    data = values(4, 20_000)
    with new_file(tmp_path / "a.h5") as file:
        target = file.create_dataset("a", data.shape, "f4", chunks=(1, 20_000), fletcher32=True)
        file.fill(target, data)
    whole = bytearray((tmp_path / "a.h5").read_bytes())
    whole[whole.index(data[2].tobytes()) + 777] ^= 1
    (tmp_path / "a.h5").write_bytes(whole)
    with h5py.File(tmp_path / "a.h5") as file:
        np.testing.assert_array_equal(file["a"][1], data[1])
        with pytest.raises(OSError, match="read"):
            file["a"][2]


def test_pieces_are_written_where_they_belong_however_little_the_system_takes(
    tmp_path, monkeypatch
):
    original = os.writev
    monkeypatch.setattr("grokscope.store.hdf5.draft.MOST_PIECES", 3)
    monkeypatch.setattr("os.writev", lambda place, views: original(place, [views[0][:7]]))
    pieces = [values(n, seed=n) for n in range(1, 9)]
    with (tmp_path / "a").open("wb") as file:
        write_at(file.fileno(), [(0, pieces[:5]), (1000, pieces[5:]), (60, [b""])])
    found = (tmp_path / "a").read_bytes()
    assert found[:60] == np.concatenate(pieces[:5]).tobytes()
    assert found[1000:] == np.concatenate(pieces[5:]).tobytes()


CODE = """
import os, resource, sys
from pathlib import Path
import numpy as np
from grokscope.store.hdf5.draft import new_file
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), -1))
for _ in range(2):
    try:
        with new_file(Path(sys.argv[1])) as file:
            target = file.create_dataset("a", (9, 9000), "f4", chunks=(1, 9000), fletcher32=True)
            file.fill(target, np.ones((9, 9000), "f4"))
    except OSError as error:
        print(error.errno)
"""


@pytest.mark.parametrize("room", [0, 1, 2000, 40_000, 323_000])
def test_a_disk_that_refuses_is_an_error_and_the_process_lives(tmp_path, room):
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(tmp_path / "a.h5"), str(room)], capture_output=True
    )
    assert (done.returncode, done.stdout.split()) == (0, [b"27"] * 2), done.stderr


def test_an_hdf5_that_copies_what_it_is_given_changes_nothing(tmp_path, monkeypatch):
    real = draft._Pages.write
    monkeypatch.setattr(draft._Pages, "write", lambda pages, data: real(pages, bytes(data)))
    data = values(10, 1000)
    with new_file(tmp_path / "a.h5") as file:
        file.fill(file.create_dataset("a", data.shape, "f4", chunks=(3, 1000)), data)
    with h5py.File(tmp_path / "a.h5") as file:
        np.testing.assert_array_equal(file["a"][()], data)
