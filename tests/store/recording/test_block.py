import numpy as np
import pytest

from grokscope.errors import RecorderClosed
from grokscope.store.files.patience import Patience
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
