import os

import numpy as np
import pytest

from grokscope.errors import RecorderClosed
from grokscope.store.files.patience import Patience
from grokscope.store.keeping.control import LOOK, ask_to_stop
from grokscope.store.query import find_run
from grokscope.store.recording.recorder import Recorder


@pytest.mark.parametrize(
    "late",
    [
        lambda recorder: recorder.log(1, a=1),
        lambda recorder: recorder.checkpoint({"w": np.ones(3)}, step=1),
        lambda recorder: recorder.probe("p", np.ones(3), step=1),
        lambda recorder: recorder.save_resume(1),
        lambda recorder: recorder.__enter__(),
    ],
)
def test_a_recorder_whose_block_is_over_refuses_at_once(store, late, monkeypatch):
    with Recorder("r", store=store) as recorder:
        recorder.log(0, a=1)
    monkeypatch.setattr(Patience, "_wait", lambda *args: pytest.fail("it waits for the disk"))
    with pytest.raises(RecorderClosed, match=r"^the recorder is closed: run 'r-s0-.* has ended"):
        late(recorder)
    recorder.finish()
    assert find_run(store, "r").status == "finished"
    assert find_run(store, "r").step == 0


@pytest.fixture
def soon(monkeypatch):
    """Have requests looked for at once."""
    monkeypatch.setattr("grokscope.store.keeping.control.LOOK", 0.0)


def test_a_loop_sees_that_its_run_is_to_stop_and_it_goes_on_later(store, soon):
    def train(asked_at):
        with Recorder("r", store=store, time_unit="step", resume=True) as recorder:
            for step in range(recorder.start, 9):
                recorder.log(step, a=step)
                if step == asked_at:
                    ask_to_stop(recorder.path)
                if recorder.stop_requested:
                    recorder.save_resume(step)
                    recorder.finish("interrupted", "asked to stop")
                    break
        return recorder, find_run(store, "r")

    recorder, run = train(asked_at=4)
    assert (run.status, run.step, run.reason) == ("interrupted", 4, "asked to stop")
    assert recorder.stop_requested
    recorder, run = train(asked_at=None)
    assert (run.status, run.step) == ("finished", 8)
    assert not recorder.stop_requested


def test_asking_at_every_step_looks_at_the_disk_once_in_a_while(store, monkeypatch):
    with Recorder("r", store=store) as recorder:
        clock, looks = [0.0], []
        monkeypatch.setattr(recorder._writer.control, "_clock", lambda: clock[0])
        monkeypatch.setattr(recorder._writer.control, "_due", LOOK)
        real = os.stat
        monkeypatch.setattr(os, "stat", lambda path: looks.append(path) or real(path))
        for clock[0] in np.arange(0, 3 * LOOK, LOOK / 100):
            assert not recorder.stop_requested
        monkeypatch.undo()
        assert [path.endswith("control.json") for path in looks] == [True, True]
