import pytest

from grokscope.errors import Unreadable
from grokscope.store.curves.reader import read_metrics
from grokscope.store.wal import read_log
from grokscope.store.writing.rundir import recover
from grokscope.store.writing.writer import RunWriter
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


def test_rows_behind_a_damaged_place_of_the_log_are_kept_and_so_is_the_damaged_log(begin):
    writer = begin()
    train(writer, 0, 30, checkpoints=False)
    writer.save_resume({}, {"step": 29, "epoch": 29})
    log = writer.path / "live" / "metrics.wal"
    data = bytearray(log.read_bytes())
    data[len(data) // 2] ^= 0xFF
    log.write_bytes(data)
    lines = []
    found = recover(writer.path, lines.append)
    steps = [row.step for row in read_log(log)]
    assert found.history.size == len(steps) == 29
    assert steps[-1] == 29
    assert (log.parent / "metrics.wal.damaged").read_bytes() == data
    (line,) = lines
    assert "bytes of its log are damaged" in line
    assert "kept as live/metrics.wal.damaged" in line
    recover(writer.path, lines.append)
    assert len(lines) == 1


def test_a_resumed_run_publishes_what_lay_behind_the_damage_and_says_so(begin):
    writer = begin()
    train(writer, 0, 30, checkpoints=False)
    writer.save_resume({}, {"step": 29, "epoch": 29})
    writer.abandon()
    log = writer.path / "live" / "metrics.wal"
    data = bytearray(log.read_bytes())
    data[len(data) // 2] ^= 0xFF
    log.write_bytes(data)
    lines = []
    again, _ = RunWriter.reopen(writer.path, notify=lines.append)
    again.finish("finished")
    assert read_metrics(writer.path).step.size == 29
    assert len(lines) == 1


def files(run):
    return {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}


def refuses(run, told):
    before = files(run)
    with pytest.raises(Unreadable, match=told):
        recover(run)
    assert files(run) == before


def test_an_unreadable_resume_point_costs_nothing_that_was_recorded(begin):
    writer = begin()
    train(writer, 0, 70)
    writer.save_resume({}, {"step": 69})
    (writer.path / "resume.h5").write_bytes(b"junk")
    refuses(writer.path, r"run 'run': no resume point can be read .*--again")


@pytest.mark.parametrize("state", ["failed", "finished"])
def test_a_run_that_ended_and_lost_its_resume_point_does_not_begin_anew(begin, state):
    writer = begin()
    train(writer, 0, 5)
    writer.finish(state)
    refuses(writer.path, f"has no resume point, though it was {state} at step 4; --again")


def test_a_run_that_was_resumed_and_lost_its_resume_point_does_not_begin_anew(begin):
    writer = begin()
    train(writer, 0, 5)
    writer.save_resume({}, {"step": 4})
    writer.finish("interrupted")
    writer, _ = RunWriter.reopen(writer.path)
    (writer.path / "resume.h5").unlink()
    refuses(writer.path, "though it was resumed from step 4 before; --again")
    writer.abandon()


@pytest.mark.parametrize(("seconds", "kept"), [(59, False), (3600, True)])
def test_a_run_without_a_resume_point_begins_anew_only_in_its_first_minute(begin, seconds, kept):
    writer = begin()
    train(writer, 0, 3)
    writer._flush()
    writer._presence._began -= seconds
    train(writer, 3, 4)
    if kept:
        refuses(writer.path, "though 3600 s of it are recorded; --again")
    else:
        assert recover(writer.path).history.size == 0


def test_a_run_without_its_published_file_is_told(begin):
    writer = begin()
    (writer.path / "run.h5").unlink()
    refuses(writer.path, r"run 'run' has no run\.h5")


def test_temporary_files_of_a_dead_process_are_swept(begin):
    writer = begin()
    litter = [writer.path / ".a.00000001.tmp", writer.path / "segments" / ".ck.h5.00000002.tmp"]
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
