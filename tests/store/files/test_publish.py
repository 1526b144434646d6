import json

import pytest

from grokscope.errors import StoreFailed
from grokscope.store.files.publish import publish, publish_json, sweep


def test_a_published_file_replaces_the_old_one(tmp_path):
    path = tmp_path / "a"
    path.write_text("old")
    publish(path, lambda temporary: temporary.write_text("new"))
    assert path.read_text() == "new"
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_an_open_reader_keeps_the_file_it_opened(tmp_path):
    path = tmp_path / "a"
    path.write_text("old")
    with path.open() as reader:
        publish(path, lambda temporary: temporary.write_text("new"))
        assert reader.read() == "old"


def test_a_failed_write_leaves_the_old_file_and_no_litter(tmp_path):
    path = tmp_path / "a"
    path.write_text("old")

    def write(temporary):
        temporary.write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        publish(path, write)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_nothing_but_json_is_published_as_json(tmp_path):
    publish_json(tmp_path / "a", {"x": 1})
    assert json.loads((tmp_path / "a").read_text()) == {"x": 1}
    with pytest.raises(ValueError, match="JSON"):
        publish_json(tmp_path / "a", {"x": float("nan")})
    assert json.loads((tmp_path / "a").read_text()) == {"x": 1}


def test_sweeping_removes_what_a_dead_process_left(tmp_path):
    (tmp_path / ".run.h5.0a1b2c3d.tmp").touch()
    (tmp_path / ".ck-0.h5.0a1b2c3d.tmp" / "inner").mkdir(parents=True)
    (tmp_path / ".link.0a1b2c3d.tmp").symlink_to(tmp_path / "kept")
    for name in ("run.h5", ".somebodys.tmp", "kept/file"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    sweep(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == [".somebodys.tmp", "kept", "run.h5"]
    assert (tmp_path / "kept" / "file").exists()


def test_nothing_is_written_through_a_symbolic_link(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "analysis").symlink_to(tmp_path / "mine")
    with pytest.raises(StoreFailed, match="run/analysis is a symbolic link"):
        publish_json(tmp_path / "run" / "analysis" / "a.json", {})
    assert not list((tmp_path / "mine").iterdir())
