"""Files written as they grow: what is read back, and a disk that refuses at any byte."""

import os
import resource
import subprocess
import sys

import h5py
import numpy as np
import pytest

from grokscope.store.hdf5.streamed import Sink, streamed_file

VALUES = np.random.default_rng(0).normal(size=(64, 100, 100)).astype("f4")


def fill(path, count=10):
    with streamed_file(path) as target:
        for number in range(count):
            target.file.create_dataset(f"v{number}", data=VALUES, chunks=(16, 25, 100))
            target.check()


def test_what_was_written_is_read_back(tmp_path):
    fill(tmp_path / "a.h5", 3)
    with h5py.File(tmp_path / "a.h5") as file:
        assert list(file) == ["v0", "v1", "v2"]
        np.testing.assert_array_equal(file["v2"][()], VALUES)


def test_the_file_is_the_same_as_one_hdf5_writes_itself(tmp_path):
    fill(tmp_path / "a.h5", 2)
    with h5py.File(tmp_path / "b.h5", "w", libver=("earliest", "v110")) as file:
        for number in range(2):
            file.create_dataset(f"v{number}", data=VALUES, chunks=(16, 25, 100))
    assert (tmp_path / "a.h5").stat().st_size == (tmp_path / "b.h5").stat().st_size


@pytest.mark.parametrize("room", [0, 1, 100, 5_000, 1 << 20, 2_562_000, 6 << 20])
def test_a_disk_that_refuses_ends_in_an_error_and_the_process_lives(tmp_path, monkeypatch, room):
    original = os.pwrite

    def limited(place, data, at):
        if at >= room:
            raise OSError(28, "No space left on device")
        return original(place, data[: room - at], at)

    monkeypatch.setattr("os.pwrite", limited)
    with pytest.raises(OSError, match="No space left"):
        fill(tmp_path / "a.h5")
    monkeypatch.undo()
    fill(tmp_path / "a.h5", 1)
    with h5py.File(tmp_path / "a.h5") as file:
        np.testing.assert_array_equal(file["v0"][()], VALUES)


def test_a_length_that_the_disk_refuses_is_an_error_too(tmp_path, monkeypatch):
    def refuse(place, length):
        raise OSError(122, "Disk quota exceeded")

    monkeypatch.setattr("os.ftruncate", refuse)
    with pytest.raises(OSError, match="quota"):
        fill(tmp_path / "a.h5", 1)


def test_what_the_disk_refused_is_read_from_memory(tmp_path, monkeypatch):
    sink = Sink(tmp_path / "a")
    sink.write(b"abcdef")
    sink.error = OSError(28, "No space left on device")
    sink.seek(4)
    sink.write(b"XYZ")
    sink.seek(-1, os.SEEK_END)
    sink.write(b"W!")
    read = bytearray(10)
    sink.seek(0)
    sink.readinto(read)
    sink.close()
    assert bytes(read) == b"abcdXYW!\0\0"
    assert (tmp_path / "a").read_bytes() == b"abcdef"


def test_a_limit_of_the_system_ends_in_an_error(tmp_path):
    code = (
        "import pathlib, sys; from tests.store.hdf5.test_streamed import fill\n"
        f"try: fill(pathlib.Path({str(tmp_path / 'a.h5')!r}))\n"
        "except OSError as error: print(error.errno); sys.exit(7)"
    )

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (3 << 20, 3 << 20))

    done = subprocess.run([sys.executable, "-c", code], preexec_fn=limit, capture_output=True)
    assert (done.returncode, done.stdout.strip()) == (7, b"27"), done.stderr
