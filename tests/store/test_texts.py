import os

import pytest

from grokscope.errors import Unreadable
from grokscope.store.texts import read_small, readable


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
