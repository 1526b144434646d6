import errno
import os

from grokscope.store.files.aside import copy_aside, keep_aside, kept_aside, move_aside


def test_what_is_moved_aside_never_takes_the_place_of_what_was_before(tmp_path):
    path = tmp_path / "run.h5"
    names = []
    for text in ("one", "two", "three"):
        path.write_text(text)
        names.append(move_aside(path))
        assert not path.exists()
    assert names == ["run.h5.damaged", "run.h5.damaged-2", "run.h5.damaged-3"]
    assert [(tmp_path / name).read_text() for name in names] == ["one", "two", "three"]


def test_a_copy_takes_the_next_free_name_and_leaves_the_file(tmp_path):
    path = tmp_path / "metrics.wal"
    path.write_text("one")
    assert [copy_aside(path), copy_aside(path)] == ["metrics.wal.damaged", "metrics.wal.damaged-2"]
    path.write_text("two")
    assert (tmp_path / "metrics.wal.damaged").read_text() == "one"


def test_a_second_name_keeps_both_and_is_given_once(tmp_path):
    path = tmp_path / "run.h5"
    path.write_bytes(b"damaged")
    (tmp_path / "run.h5.damaged").symlink_to(tmp_path / "nowhere")
    assert [keep_aside(path), keep_aside(path)] == ["run.h5.damaged-2"] * 2
    assert path.read_bytes() == (tmp_path / "run.h5.damaged-2").read_bytes() == b"damaged"
    assert (tmp_path / "run.h5.damaged").is_symlink()


def test_where_a_file_has_one_name_alone_a_copy_is_kept(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    path = tmp_path / "run.h5"
    path.write_bytes(b"damaged")
    assert keep_aside(path) == "run.h5.damaged"
    assert (tmp_path / "run.h5.damaged").read_bytes() == b"damaged"


def test_what_was_kept_comes_newest_first(tmp_path):
    for age, name in enumerate(("a.damaged-3", "a.damaged", "a.damaged-10", "b.damaged")):
        (tmp_path / name).write_bytes(b"")
        os.utime(tmp_path / name, (1000 - age, 1000 - age))
    found = [path.name for path in kept_aside(tmp_path / "a")]
    assert found == ["a.damaged-3", "a.damaged", "a.damaged-10"]
