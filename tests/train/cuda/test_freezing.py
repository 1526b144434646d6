"""Freezing: the device decides early ends as the host does, and holds what stood then."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from grokscope.config.sections import Training
from grokscope.train.cuda.freezing import Freezer
from grokscope.train.early import EarlyEnd
from grokscope.train.ensemble import METRICS

KINDS = [
    {},
    {"stop_beyond": 0.5},
    {"stop_beyond": 0.5, "stop_hold": 4},
    {"stop_beyond": 0.3, "stop_metric": "train_loss", "stop_hold": 2},
]


@given(
    st.lists(
        st.lists(st.sampled_from([0.0, 0.3, 0.5, 1.0, float("nan")]), min_size=4, max_size=4),
        max_size=12,
    )
)
def test_a_run_is_held_as_it_stood_when_the_host_would_end_it(values):
    early = [EarlyEnd(Training(**kind)) for kind in KINDS]
    early[1].since = 0
    rows = torch.zeros(4, 3)
    freezer = Freezer(early, {"theta": rows}, 0)
    ended = {}
    for k, row in enumerate(values):
        for _ in range(2):
            freezer.passed()
            rows += 1
        epoch = 2 * (k + 1)
        freezer.look(torch.tensor(row, dtype=torch.float64)[:, None].expand(-1, len(METRICS)))
        for run, value in enumerate(row):
            if early[run].reached(epoch, dict.fromkeys(METRICS, value)):
                ended.setdefault(run, epoch)
    for run in range(4):
        np.testing.assert_array_equal(freezer.state(run)["theta"], [ended.get(run, 0)] * 3)
