import threading
import warnings

import numpy as np
import pytest

from grokscope.errors import RunHeld, Unreadable
from grokscope.store.checkpoints.resume import ResumePoint
from grokscope.store.keeping.trash import discard
from grokscope.store.lock import read_lock
from grokscope.store.recording.attempts import Guard, go_on, saved_state, warn
from grokscope.store.recording.recorder import Recorder
from tests.store.conftest import train


def test_there_is_nothing_to_go_on_with_in_an_empty_store(store):
    assert go_on(store, "run") is None


def test_a_run_that_is_being_written_is_refused(begin, store):
    begin("run")
    with pytest.raises(RunHeld):
        go_on(store, "run")


def test_a_gap_that_a_removed_run_left_hides_no_later_one(begin, store):
    for name in ("run", "run-2"):
        writer = begin(name)
        train(writer, 0, 3)
        writer.save_resume({}, {"step": 2})
        writer.abandon()
    discard(store, "run")
    writer, point = go_on(store, "run")
    writer.abandon()
    assert (writer.id, point.step) == ("run-2", 2)


def test_a_warning_never_ends_the_loop(capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn("the disk is full")
    assert capsys.readouterr().err == "the disk is full\n"
    with pytest.warns(RuntimeWarning, match="the disk is full"):
        warn("the disk is full")


def text(structure):
    return {"structure": np.frombuffer(structure, np.uint8)}


@pytest.mark.parametrize(
    "counters", [{"step": 1, "epoch": "x"}, {"step": -1}, {"step": 1, "epoch": float("inf")}]
)
def test_counters_that_no_loop_had_are_told(counters):
    with pytest.raises(Unreadable, match="holds no state of a loop"):
        saved_state(ResumePoint(text(b'["dict", []]'), counters), "r")


@pytest.mark.parametrize(
    "arrays",
    [
        {},
        text(b"[]"),
        text(b"[" * 100_000),
        text(b'["dict", [[[], ["value", 1]]]]'),
        text(b'["dict", [["a", ["array", "structure", "O"]]]]'),
        text(b'["dict", [["a", ["array", "structure", "datetime64"]]]]'),
        text(b'["dict", [["a", ["tensor", "structure", "nn"]]]]'),
        text(b'["dict", [["a", ["float", "1"]]]]'),
        text(b'["dict", [["a", ["unknown"]]]]'),
    ],
)
def test_a_resume_point_of_another_loop_is_told(arrays):
    with pytest.raises(Unreadable, match="run 'r': its resume point holds no state of a loop"):
        saved_state(ResumePoint(arrays, {"step": 1}), "r")


def test_threads_enter_one_at_a_time():
    guard, inside, most = Guard("r"), [], []

    def enter():
        for _ in range(200):
            with guard:
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=enter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(most) == {1}


def test_another_process_is_kept_out(monkeypatch):
    guard = Guard("r")
    assert not guard.foreign
    monkeypatch.setattr("os.getpid", lambda: -1)
    assert guard.foreign
    with pytest.raises(RunHeld, match="forked from it, -1"), guard:
        pass


def test_a_state_that_cannot_be_restored_leaves_the_run_free(store, monkeypatch):
    with Recorder("walk", store=store, time_unit="step", resume=True) as recorder:
        recorder.log(1, loss=1.0)
        recorder.save_resume(1, weight=np.zeros(2))
        recorder._writer.abandon()

    def fail(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr("grokscope.store.recording.recorder.saved_state", fail)
    with pytest.raises(KeyboardInterrupt):
        Recorder("walk", store=store, time_unit="step", resume=True)
    assert read_lock(recorder.path) is None
