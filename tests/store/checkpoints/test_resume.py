import json
from pathlib import Path

import h5py
import numpy as np
import pytest

from grokscope.errors import NewerSchema, Unreadable
from grokscope.store.checkpoints.resume import load_resume, save_resume

ARRAYS = {
    "theta": np.arange(100_000, dtype=np.float32),
    "rng": np.arange(7, dtype=np.uint8),
    "flags": np.array([True, False]),
    "scalar": np.array(2.5),
    "none": np.zeros((0, 3)),
}


def save(run, step):
    save_resume(run, ARRAYS, {"step": step, "epoch": step / 2, "path": "fast"})


def test_a_point_reads_back_bit_for_bit(tmp_path):
    save(tmp_path, 10)
    point = load_resume(tmp_path)
    assert point.counters == {"step": 10, "epoch": 5.0, "path": "fast"}
    assert point.step == 10
    for name, array in ARRAYS.items():
        assert point.arrays[name].dtype == array.dtype
        np.testing.assert_array_equal(point.arrays[name], array)


def test_the_newest_of_two_generations_counts(tmp_path):
    for step in (1, 2, 3):
        save(tmp_path, step)
    assert load_resume(tmp_path).step == 3
    (tmp_path / "resume.h5").unlink()
    assert load_resume(tmp_path).step == 2


def test_a_damaged_newest_generation_gives_way_to_the_older(tmp_path):
    save(tmp_path, 1)
    save(tmp_path, 2)
    data = bytearray((tmp_path / "resume.h5").read_bytes())
    at = data.index(ARRAYS["theta"][1000:2000].tobytes())
    data[at] ^= 1
    (tmp_path / "resume.h5").write_bytes(data)
    assert load_resume(tmp_path).step == 1


def test_there_is_no_point_where_none_was_saved(tmp_path):
    assert load_resume(tmp_path) is None


def spoil(path, **counters):
    with h5py.File(path, "r+") as file:
        file.attrs["counters"] = json.dumps(counters)


@pytest.mark.parametrize("files", [["resume.h5"], ["resume.previous.h5"]])
def test_points_of_which_none_can_be_read_are_not_taken_for_none(tmp_path, files):
    for file in files:
        (tmp_path / file).write_bytes(b"junk")
    with pytest.raises(
        Unreadable, match=r"no resume point can be read \(.* no HDF5 file"
    ) as caught:
        load_resume(tmp_path)
    assert str(caught.value).endswith("; --again begins a new run beside it")


@pytest.mark.parametrize("counters", [{}, {"step": "x"}, {"step": None}, {"step": float("inf")}])
def test_counters_without_a_step_are_damage(tmp_path, counters):
    save(tmp_path, 1)
    spoil(tmp_path / "resume.h5", **counters)
    with pytest.raises(Unreadable, match="its counters are damaged"):
        load_resume(tmp_path)


def test_a_point_of_a_later_version_is_told_and_not_passed_over(tmp_path):
    save(tmp_path, 1)
    save(tmp_path, 2)
    with h5py.File(tmp_path / "resume.h5", "r+") as file:
        file.attrs["schema_version"] = "2.0.0"
    with pytest.raises(NewerSchema, match="schema version 2"):
        load_resume(tmp_path)


def test_counters_of_every_number_read_back(tmp_path):
    save_resume(tmp_path, {}, {"step": 3, "best": float("inf")})
    assert load_resume(tmp_path).counters == {"step": 3, "best": float("inf")}


def test_the_older_point_gives_way_only_once_the_new_one_is_on_disk(tmp_path, monkeypatch):
    save(tmp_path, 1)
    save(tmp_path, 2)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    monkeypatch.setattr("os.fsync", lambda place: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(OSError, match="full"):
        save(tmp_path, 3)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_crash_between_the_renames_leaves_the_older_point(tmp_path, monkeypatch):
    save(tmp_path, 1)
    real, calls = Path.replace, []

    def crash(self, target):
        if calls:
            raise KeyboardInterrupt
        calls.append(target)
        return real(self, target)

    monkeypatch.setattr(Path, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        save(tmp_path, 2)
    monkeypatch.undo()
    assert not (tmp_path / "resume.h5").exists()
    assert load_resume(tmp_path).step == 1


def test_a_refused_write_keeps_the_point_and_a_second_try_succeeds(tmp_path, monkeypatch):
    save(tmp_path, 1)
    monkeypatch.setattr("os.fsync", lambda place: (_ for _ in ()).throw(OSError(28, "full")))
    for _ in range(3):
        with pytest.raises(OSError, match="full"):
            save(tmp_path, 2)
    assert load_resume(tmp_path).step == 1
    monkeypatch.undo()
    save(tmp_path, 2)
    assert load_resume(tmp_path).step == 2
