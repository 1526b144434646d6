import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.tui import settings

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SCALAR = st.booleans() | st.integers(-(2**53), 2**53) | TEXT
VALUE = SCALAR | st.lists(TEXT, max_size=3) | st.dictionaries(TEXT, SCALAR, max_size=3)


def file():
    return settings.place()


def test_what_is_saved_is_loaded_and_other_sections_stay():
    assert settings.load("list") == {}
    assert settings.save("list", {"sort": "t_test", "widths": {"model.init_scale": 9}}) == ""
    assert settings.save("views", {"one": ["a", "b"]}) == ""
    assert settings.load("list") == {"sort": "t_test", "widths": {"model.init_scale": 9}}
    assert settings.load("views") == {"one": ["a", "b"]}


@given(st.dictionaries(TEXT, st.dictionaries(TEXT, VALUE, max_size=3), max_size=3))
def test_whatever_is_written_is_read_back(sections):
    assert tomllib.loads(settings.written(sections)) == sections


def test_what_has_no_form_is_left_out():
    assert tomllib.loads(settings.written({"a": {"b": None, "c": 1}, "d": 3})) == {"a": {"c": 1}}


@pytest.mark.parametrize("damage", [b"[list", b"\xff\xfe", b"list = 3\n", b"a" * (2 << 20)])
def test_a_damaged_file_counts_as_none_and_is_kept_beside_the_new_one(damage):
    file().write_bytes(damage)
    assert settings.load("list") == {}
    assert settings.save("list", {"fold": "seed"}) == ""
    assert settings.load("list") == {"fold": "seed"}
    if b"=" not in damage:
        assert file().with_suffix(".damaged").read_bytes() == damage


def test_where_nothing_can_be_written_the_reason_is_told(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GROKSCOPE_CONFIG", str(tmp_path / "file" / "deeper"))
    assert "cannot be written" in settings.save("list", {})
    monkeypatch.setenv("GROKSCOPE_CONFIG", "")
    assert settings.save("list", {"fold": "seed"}) == ""
    assert settings.load("list") == {}


def test_the_file_lies_in_the_users_own_configuration(monkeypatch):
    monkeypatch.delenv("GROKSCOPE_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", "/home/ada/.config")
    assert settings.place().parts[-2:] == ("grokscope", "explorer.toml")
    assert settings.place() != Path("explorer.toml")


def test_sections_that_are_saved_at_once_all_stay():
    names = [f"section {number}" for number in range(24)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda name: settings.save(name, {"name": name}), names))
    assert [settings.load(name) for name in names] == [{"name": name} for name in names]
