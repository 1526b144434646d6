"""What a killed loop left is what a resumed one goes on from."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from grokscope.store import open_run
from grokscope.store.recording.recorder import Recorder

LOOP = """
import os, signal, sys
import numpy as np
from grokscope import Recorder

rec = Recorder("walk", store=sys.argv[1], time_unit="step", resume=True)
for step in range(rec.start, 36):
    rec.log(step, a=step)
    if step % 10 == 9:
        rec.save_resume(step)
        rec.probe("after", np.full(2, step))
        rec.checkpoint({"w": np.full(3, step, np.float32)})
os.kill(os.getpid(), signal.SIGKILL)
"""


def walk_and_be_killed(store):
    root = Path(__file__).parents[3]
    killed = subprocess.run(
        [sys.executable, "-c", LOOP, store], env=os.environ | {"PYTHONPATH": str(root)}, cwd=root
    )
    assert killed.returncode == -signal.SIGKILL


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system kills otherwise")
def test_what_is_recorded_behind_save_resume_of_its_step_outlives_a_kill(store):
    walk_and_be_killed(store)
    with Recorder("walk", store=store, time_unit="step", resume=True) as recorder:
        assert recorder.start == 30
        for step in range(30, 40):
            recorder.log(step, a=step)
        recorder.probe("after", np.full(2, 39))
        recorder.checkpoint({"w": np.full(3, 39, np.float32)})
    tree = open_run(recorder.path)
    assert tree["probe/after/after"].values.tolist() == [[9, 9], [19, 19], [29, 29], [39, 39]]
    assert tree["trajectory/w"].values[:, 0].tolist() == [9, 19, 29, 39]
    assert tree["metrics/a"].values.tolist() == list(range(40))


def test_what_a_resumed_loop_records_at_the_point_it_began_at_is_on_disk_at_once(store):
    options = {"store": store, "time_unit": "step", "resume": True}
    with Recorder("walk", **options) as recorder:
        recorder.log(0, a=1)
        recorder.save_resume(4)
        recorder.finish("interrupted")
    with Recorder("walk", **options) as recorder:
        recorder.probe("late", np.ones(2), step=4)
        assert open_run(recorder.path)["probe/late/late"].step.values.tolist() == [4]
        recorder.probe("later", np.ones(2), step=5)
        assert "later" not in open_run(recorder.path)["probe"].children
