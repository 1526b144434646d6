import os
import socket
from pathlib import Path

import pytest

from grokscope.errors import Unreadable
from grokscope.store.files.texts import open_plain, parse_json, read_small, readable


def test_a_small_file_is_read_whole(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"x" * 100)
    assert read_small(path, 100) == b"x" * 100
    with pytest.raises(Unreadable, match="a is longer than 99 bytes"):
        read_small(path, 99)
    with pytest.raises(FileNotFoundError):
        read_small(tmp_path / "none", 9)


def test_what_is_no_plain_file_is_refused_without_waiting_for_it(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "."):
        with pytest.raises(Unreadable, match="is no plain file"):
            read_small(tmp_path / name, 9)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("é 東京 α", "é 東京 α"),
        ("a\x1b[2Jb", "a·[2Jb"),
        ("a\nb\tc\x9b", "a·b·c·"),
        ("\u202eabc\u2028", "·abc·"),
        ("\udcff", "·"),
    ],
)
def test_characters_that_steer_a_terminal_become_dots(text, shown):
    assert readable(text) == shown


def test_long_text_is_cut():
    assert readable("a" * 5000, 10) == "aaaaaaaaa…"
    assert len(readable("a" * 5000)) == 1000
    assert readable("a" * 10, 10) == "a" * 10


@pytest.mark.parametrize("target", ["file", "none", "/dev/zero", "."])
def test_a_symbolic_link_is_refused_wherever_it_leads(tmp_path, target):
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "link").symlink_to(target)
    with pytest.raises(Unreadable, match="link is a symbolic link"):
        read_small(tmp_path / "link", 9)


@pytest.mark.parametrize("flags", [os.O_RDONLY, os.O_RDWR | os.O_CREAT])
def test_a_socket_is_no_plain_file(tmp_path, monkeypatch, flags):
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("socket")
        with pytest.raises(Unreadable, match="is no plain file"):
            open_plain(tmp_path / "socket", flags)


def test_a_refused_file_does_not_stay_open(tmp_path):
    before = list(Path("/dev/fd").iterdir())
    for _ in range(10):
        with pytest.raises(Unreadable):
            open_plain(tmp_path)
    assert len(list(Path("/dev/fd").iterdir())) == len(before)


def test_json_reads_as_usual_and_of_equal_keys_the_last_counts():
    assert parse_json(b'{"a": [1, 2.5, null, "x"], "b": 1, "b": 2}') == {
        "a": [1, 2.5, None, "x"],
        "b": 2,
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
        ("NaN", "NaN is no JSON number"),
        ("[-Infinity]", "-Infinity is no JSON number"),
        ("1" * 10_000, "digits"),
        (b'"\xff"', "decode"),
        ("{", "Expecting"),
        ("", "Expecting"),
    ],
)
def test_what_is_no_json_is_a_value_error(text, told):
    with pytest.raises(ValueError, match=told):
        parse_json(text)
