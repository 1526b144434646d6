"""A recorder in a program: its ends, its threads, its other processes."""

import contextlib
import os
import pickle
import threading

import numpy as np
import pytest

from grokscope.errors import RunHeld
from grokscope.store import open_run
from grokscope.store.query import find_run
from grokscope.store.recording.recorder import Recorder
from tests.store.recording.conftest import record


@pytest.mark.parametrize(("code", "status"), [(0, "finished"), (None, "finished"), (2, "failed")])
def test_leaving_the_program_ends_the_run(store, code, status):
    with pytest.raises(SystemExit):
        record(store, stop=3, fail=SystemExit(code))
    assert find_run(store, "@last").status == status


def test_a_run_may_end_before_its_block(store):
    with Recorder("r", store=store) as recorder:
        recorder.log(0, a=1)
        recorder.finish("interrupted", "enough")
    assert (find_run(store, "r").status, find_run(store, "r").reason) == ("interrupted", "enough")


def test_threads_share_a_recorder(store):
    with Recorder("r", store=store, time_unit="step") as recorder:
        recorder.log(0, a=1)
        threads = [
            threading.Thread(
                target=lambda mine=mine: [
                    recorder.probe(f"p{mine}", np.full(3, step), step=step) for step in range(200)
                ]
            )
            for mine in range(4)
        ]
        for thread in threads:
            thread.start()
        for step in range(1, 200):
            recorder.log(step, a=step)
        for thread in threads:
            thread.join()
    tree = open_run(recorder.path)
    assert tree["metrics/a"].values.tolist() == [1, *range(1, 200)]
    for mine in range(4):
        assert tree[f"probe/p{mine}/p{mine}"].values[:, 2].tolist() == list(range(200))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_process_neither_records_nor_ends_the_run(store, tmp_path):
    told = tmp_path / "told"
    with Recorder("r", store=store) as recorder:
        recorder.log(0, a=1)
        child = os.fork()
        if child == 0:
            try:
                recorder.log(1, a=2)
            except RunHeld as error:
                told.write_text(str(error))
            with contextlib.suppress(RunHeld):
                told.write_text(f"asked: {recorder.stop_requested}")
            recorder.__exit__(None, None, None)
            os._exit(0)
        os.waitpid(child, 0)
        assert "record in the first one" in told.read_text()
        recorder.log(2, a=3)
    assert open_run(recorder.path)["metrics/step"].values.tolist() == [0, 2]


def test_a_recorder_is_not_sent_to_another_process(store):
    with Recorder("r", store=store) as recorder, pytest.raises(TypeError, match="stays in"):
        pickle.dumps(recorder)
