from pathlib import Path

import platformdirs

from grokscope.store.files.cache import cache_directory


def test_the_cache_lies_where_the_environment_says(tmp_path, monkeypatch):
    monkeypatch.setenv("GROKSCOPE_CACHE", str(tmp_path / "a" / "b"))
    assert cache_directory() == tmp_path / "a" / "b"
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700


def test_else_it_lies_where_the_user_keeps_caches(tmp_path, monkeypatch):
    monkeypatch.delenv("GROKSCOPE_CACHE")
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *a, **k: tmp_path / "user")
    assert cache_directory() == tmp_path / "user"


def test_an_empty_name_means_none(monkeypatch):
    monkeypatch.setenv("GROKSCOPE_CACHE", "")
    assert cache_directory() is None


def test_one_that_others_may_write_to_is_none(tmp_path, monkeypatch):
    monkeypatch.setenv("GROKSCOPE_CACHE", str(tmp_path))
    assert cache_directory() == tmp_path
    for mode in (0o770, 0o702):
        tmp_path.chmod(mode)
        assert cache_directory() is None
    tmp_path.chmod(0o700)


def test_one_that_somebody_else_owns_is_none(tmp_path, monkeypatch):
    monkeypatch.setenv("GROKSCOPE_CACHE", str(tmp_path))
    monkeypatch.setattr("os.geteuid", lambda: tmp_path.stat().st_uid + 1)
    assert cache_directory() is None


def test_where_none_can_be_made_there_is_none(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("GROKSCOPE_CACHE", str(tmp_path / "file" / "cache"))
    assert cache_directory() is None
    monkeypatch.setenv("GROKSCOPE_CACHE", "/proc/none")
    assert cache_directory() is None
    assert not Path("/proc/none").exists()


def test_the_home_of_nobody_holds_none(monkeypatch):
    monkeypatch.setenv("GROKSCOPE_CACHE", "~nosuchuser/x")
    assert cache_directory() is None
