import threading

import numpy as np
import pytest

from grokscope.errors import RunHeld, Unreadable
from grokscope.store.checkpoints.resume import ResumePoint
from grokscope.store.recording.attempts import Guard, go_on, saved_state


def test_there_is_nothing_to_go_on_with_in_an_empty_store(store):
    assert go_on(store, "run") is None


def test_a_run_that_is_being_written_is_refused(begin, store):
    begin("run")
    with pytest.raises(RunHeld):
        go_on(store, "run")


@pytest.mark.parametrize("arrays", [{}, {"structure": np.frombuffer(b"[]", np.uint8)}])
def test_a_resume_point_of_another_loop_is_told(arrays):
    with pytest.raises(Unreadable, match="run 'r': its resume point holds no state of a loop"):
        saved_state(ResumePoint(arrays, {"step": 1}), "r")


def test_threads_enter_one_at_a_time():
    guard, inside, most = Guard("r"), [], []

    def enter():
        for _ in range(200):
            with guard.entered():
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
    with pytest.raises(RunHeld, match="forked from it, -1"), guard.entered():
        pass
