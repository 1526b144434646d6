from grokscope.store.files.aside import copy_aside, move_aside


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
