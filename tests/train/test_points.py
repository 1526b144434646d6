"""Resume points: a run goes on from what was packed, as it stood."""

import numpy as np
import pytest

from grokscope.store.checkpoints.resume import load_resume, save_resume
from grokscope.train.ensemble import Sample, State
from grokscope.train.flight import Flown, Held, Window
from grokscope.train.points import pack, unpack

THETA = np.arange(3, dtype=np.float32)
FLOWN = Flown([Window("t_test", 40, 20.0, 11, 30)], [Held(38, 19, THETA + 1, True)])


@pytest.mark.parametrize("flown", [None, Flown(), FLOWN])
@pytest.mark.parametrize("since", [None, 0, 7])
def test_a_state_survives_the_disk(tmp_path, flown, since):
    watched = (Sample(36, 18, THETA + 2), Sample(38, 19, THETA + 3))
    state = State(20, 40, THETA, {"momentum": THETA * 2}, since, flown, watched)
    save_resume(tmp_path, *pack(state))
    again = unpack(load_resume(tmp_path))
    assert (again.epoch, again.step, again.held_since) == (20, 40, since)
    np.testing.assert_array_equal(again.theta, THETA)
    assert list(again.slots) == ["momentum"]
    np.testing.assert_array_equal(again.slots["momentum"], THETA * 2)
    assert [(one.step, one.epoch, one.row[0]) for one in again.watched] == [
        (36, 18, 2),
        (38, 19, 3),
    ]
    assert (again.flown is None) == (flown is None)
    if flown is not None:
        assert again.flown.windows == flown.windows
        assert [(h.step, h.epoch, h.kept) for h in again.flown.waiting] == [
            (h.step, h.epoch, h.kept) for h in flown.waiting
        ]
        for mine, its in zip(again.flown.waiting, flown.waiting, strict=True):
            np.testing.assert_array_equal(mine.row, its.row)
