from pathlib import Path

import pytest

from grokscope.errors import NotAStore
from grokscope.store.location import create_store, default_store, find_store, open_store


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GROKSCOPE_STORE", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


def test_what_is_told_goes_first_then_the_environment_then_here_then_home(monkeypatch):
    assert find_store() == default_store()
    Path("store").mkdir()
    assert find_store() == Path("store")
    monkeypatch.setenv("GROKSCOPE_STORE", "elsewhere")
    assert find_store() == Path("elsewhere")
    assert find_store("told") == Path("told")


def test_a_file_is_no_store():
    Path("file").touch()
    for use in (open_store, create_store):
        with pytest.raises(NotAStore, match="'file' is a file; a store is a directory of runs"):
            use(Path("file"))


def test_a_missing_store_is_refused_for_reading_unless_it_is_ones_own():
    with pytest.raises(NotAStore, match="'gone' does not exist"):
        open_store(Path("gone"))
    assert open_store(default_store()) == default_store()
    assert not default_store().exists()


def test_a_directory_of_other_things_is_no_store_until_it_holds_a_run():
    for name in ("bin", "lib", "home", "var"):
        Path("place", name).mkdir(parents=True)
    with pytest.raises(
        NotAStore, match=r"'place' holds no run but bin, home, lib, \.\.\.; a store"
    ):
        open_store(Path("place"))
    Path("place/run-s0-123456").mkdir()
    Path("place/run-s0-123456/summary.json").touch()
    assert open_store(Path("place")) == Path("place")


def test_an_empty_directory_or_one_of_files_is_an_empty_store():
    Path("place").mkdir()
    Path("place/README.md").touch()
    assert open_store(Path("place")) == Path("place")


def test_a_store_is_made_for_writing():
    assert create_store(Path("a/b")).is_dir()


def test_a_store_below_a_file_cannot_be_made():
    Path("file").touch()
    with pytest.raises(NotAStore, match="no store can be made at 'file/x': not a directory"):
        create_store(Path("file/x"))
