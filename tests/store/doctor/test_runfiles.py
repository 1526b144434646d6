"""What a run's directory holds: each file read when it is first asked for, and only once."""

import json
import re
from pathlib import Path

import h5py
import pytest

from grokscope.errors import Damaged
from grokscope.store.doctor import runfiles
from grokscope.store.lock import Lock


def test_a_finished_run_tells_what_its_files_hold(finished, files):
    found = files(finished)
    assert (found.head.value.rows, found.head.value.last) == (80, 79)
    assert found.head.value.attrs["run_id"] == "finished"
    assert found.told.value["state"] == found.summary.value.status == "finished"
    (labels,) = found.labels.values()
    assert labels.value.steps == list(range(0, 80, 10))
    assert (found.checkpoints, found.ended, found.live) == (8, True, False)
    assert not found.log.exists


def test_an_interrupted_run_has_segments_and_two_points(interrupted, files):
    found = files(interrupted)
    assert found.ended is False
    assert [point.value.step for point in found.points.values()] == [69, 49]
    assert all(path.parent.name == "segments" for path in found.labels)
    assert found.checkpoints == 8


def test_points_of_a_run_that_ended_are_read_only_where_every_value_is(finished, files):
    (finished / "resume.h5").write_bytes(b"torn")
    assert files(finished).points == {}
    assert isinstance(files(finished, deep=True).points["resume.h5"].error, Damaged)


def test_a_file_is_read_once_and_not_before_it_is_asked_for(interrupted, files, monkeypatch):
    calls = []
    real = runfiles.read_summary_file
    monkeypatch.setattr(runfiles, "read_summary_file", lambda run: calls.append(run) or real(run))
    found = files(interrupted)
    assert calls == []
    assert found.told is found.told
    assert calls == [interrupted]


def test_what_is_not_there_has_neither_value_nor_error(interrupted, files):
    for name in ("summary.json", "run.h5"):
        (interrupted / name).unlink()
    found = files(interrupted)
    assert found.head == found.summary == found.told == runfiles.READING
    assert (found.state, found.checkpoints) == ("running", 8)


@pytest.mark.parametrize(("name", "part"), [("run.h5", "head"), ("summary.json", "told")])
def test_what_cannot_be_read_has_its_error(interrupted, files, name, part):
    (interrupted / name).write_bytes(b"torn")
    reading = getattr(files(interrupted), part)
    assert reading.value is None
    assert name in str(reading.error)


@pytest.mark.parametrize("counters", ["{}", "[", None])
def test_a_point_without_a_step_is_damaged(interrupted, files, counters):
    with h5py.File(interrupted / "resume.h5", "a") as file:
        del file.attrs["counters"]
        if counters is not None:
            file.attrs["counters"] = counters
    point = files(interrupted).points["resume.h5"]
    assert "its counters cannot be read" in str(point.error)


def test_a_layout_that_is_none_is_damage_and_leaves_the_other_files(interrupted, files):
    path = sorted((interrupted / "segments").glob("ck-*.h5"))[0]
    with h5py.File(path, "a") as file:
        file["trajectory"].attrs["layout"] = json.dumps([["w", ["a"], ["wide"]]])
    labels = files(interrupted).labels
    assert "its layout cannot be read" in str(labels[path].error)
    assert sum(reading.value is not None for reading in labels.values()) == len(labels) - 1


def test_steps_that_go_back_are_damage(finished, files):
    with h5py.File(finished / "run.h5", "a") as file:
        steps = file["metrics/step"][()]
        file["metrics/step"][...] = steps[::-1]
    assert "its steps do not increase" in str(files(finished).head.error)


def test_names_are_found_in_every_folder_or_in_one(finished, files):
    for place in ("", "segments", "analysis", "live"):
        (finished / place / "a.damaged").write_text("")
    found = files(finished)
    pattern = re.compile(r".*\.damaged")
    assert len(found.named(pattern)) == 4
    inside = finished / "segments" / "a.damaged"
    assert found.named(pattern, Path("segments")) == [inside]


def test_hidden_files_and_other_kinds_are_not_read(finished, files):
    for name in (".half.h5", "notes.txt", "speed.h5"):
        (finished / "analysis" / name).write_text("")
    assert files(finished).loose == [finished / "analysis" / "speed.h5"]


def test_a_run_is_live_for_others_than_who_holds_it(finished, files):
    lock = Lock.take(finished)
    try:
        assert files(finished).live
        assert not files(finished, held=True).live
        assert files(finished, held=True).holder is None
    finally:
        lock.release()
