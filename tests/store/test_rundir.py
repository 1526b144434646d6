import pytest

from grokscope.errors import Unreadable
from grokscope.store.rundir import disk_bytes, recover
from tests.store.conftest import CONFIG, train


def test_everything_past_the_resume_point_is_dropped(begin):
    writer = begin()
    train(writer, 0, 50)
    writer.save_resume({}, {"step": 30, "epoch": 30})
    train(writer, 50, 60)
    found = recover(writer.path)
    assert found.step == 30
    assert found.config == CONFIG
    assert found.history.last.step == 30
    assert (found.segments.count, found.segments.last) == (31, 30)
    assert found.segments.layout == writer.layout


def test_without_a_resume_point_a_run_begins_anew(begin):
    writer = begin()
    train(writer, 0, 5)
    found = recover(writer.path)
    assert (found.point, found.step) == (None, 0)
    assert found.history.size == 0


def test_temporary_files_of_a_dead_process_are_swept(begin):
    writer = begin()
    litter = [writer.path / ".run.h5.1.tmp", writer.path / "segments" / ".ck.h5.2.tmp"]
    for path in litter:
        path.touch()
    recover(writer.path)
    assert not any(path.exists() for path in litter)


def test_the_generation_goes_on_where_the_summary_stood_or_the_file(begin):
    writer = begin()
    writer._presence.sum_up("running")
    known = recover(writer.path).generation
    (writer.path / "summary.json").write_text("{")
    assert recover(writer.path).generation == 1 < known


def test_a_damaged_published_file_is_told(begin):
    writer = begin()
    (writer.path / "run.h5").write_bytes(b"junk")
    with pytest.raises(Unreadable, match=r"run/run\.h5 is no HDF5 file"):
        recover(writer.path)


def test_size_is_that_of_all_files(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "x").write_bytes(b"12345")
    (tmp_path / "y").write_bytes(b"123")
    (tmp_path / "z").symlink_to("/")
    assert disk_bytes(tmp_path) in range(8, 20)
