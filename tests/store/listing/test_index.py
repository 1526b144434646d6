import os
import subprocess
import sys
from pathlib import Path

import pytest

from grokscope.store.listing.compact import Entry
from grokscope.store.listing.index import MAGIC, index_path, load_index, save_index
from tests.store.query.conftest import make


@pytest.fixture
def entries():
    return [Entry(make(f"r{i}"), "finished", (i, 2, 3), (0, 0, 0)) for i in range(3)]


def test_what_is_saved_is_loaded(store, entries):
    save_index(store, entries)
    found = load_index(store)
    assert list(found) == ["r0", "r1", "r2"]
    assert found["r2"].stamp == (2, 2, 3)
    assert found["r1"].summary.path == store / "r1"


def test_two_stores_have_two_indexes(store, tmp_path, entries):
    save_index(store, entries)
    assert load_index(tmp_path / "other") == {}
    assert index_path(store) == index_path(store / ".." / store.name)


def test_it_lies_in_the_cache_for_its_user_alone(store, entries):
    save_index(store, entries)
    path = index_path(store)
    assert path.is_relative_to(os.environ["GROKSCOPE_CACHE"])
    assert path.stat().st_mode & 0o077 == 0
    assert [each.name for each in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data + b"x",
        lambda data: data[: len(data) // 2] + b"\x00" + data[len(data) // 2 + 1 :],
        lambda data: data.replace(MAGIC, MAGIC.replace(b"index ", b"index 9"), 1),
        lambda data: MAGIC,
        lambda data: b"\x80\x04\x95" + data,
    ],
)
def test_a_damaged_or_foreign_file_counts_as_none_and_is_replaced(store, entries, damage):
    save_index(store, entries)
    path = index_path(store)
    path.write_bytes(damage(path.read_bytes()))
    assert load_index(store) == {}
    save_index(store, entries)
    assert len(load_index(store)) == 3


def test_a_link_or_a_pipe_in_its_place_is_not_followed(store, entries, tmp_path):
    save_index(store, entries)
    path = index_path(store)
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert load_index(store) == {}
    path.unlink()
    os.mkfifo(path)
    assert load_index(store) == {}


def test_without_a_cache_nothing_is_remembered(store, entries, monkeypatch):
    monkeypatch.setenv("GROKSCOPE_CACHE", "")
    save_index(store, entries)
    assert load_index(store) == {}


def test_a_cache_that_takes_no_files_is_no_error(store, entries, monkeypatch):
    def refuse(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    save_index(store, entries)
    assert load_index(store) == {}


def test_a_cache_that_others_may_write_to_is_not_believed(store, entries):
    save_index(store, entries)
    cache = Path(os.environ["GROKSCOPE_CACHE"])
    cache.chmod(0o777)
    assert load_index(store) == {}


def test_several_processes_may_save_and_load_at_once(store, entries):
    save_index(store, entries)
    code = (
        "import sys, pathlib\n"
        "from grokscope.store.listing.index import load_index, save_index\n"
        "store = pathlib.Path(sys.argv[1])\n"
        "for _ in range(40):\n"
        "    found = load_index(store)\n"
        "    assert len(found) == 3, found\n"
        "    save_index(store, list(found.values()))\n"
    )
    command = [sys.executable, "-c", code, str(store)]
    children = [subprocess.Popen(command) for _ in range(3)]
    assert [child.wait() for child in children] == [0, 0, 0]
