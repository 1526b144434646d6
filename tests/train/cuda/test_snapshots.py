"""Snapshots: each is the parameters of its own time, and buffers go round."""

import numpy as np
import torch

from grokscope.train.cuda import snapshots as module
from grokscope.train.cuda.lanes import Direct
from grokscope.train.cuda.snapshots import BUFFERS, Snapshots
from tests.train.cuda.conftest import Idle, Slow


def test_snapshots_are_of_their_own_time_however_late_they_arrive():
    for lane in (Direct(), Slow(), Idle()):
        theta = torch.zeros(3, 5)
        snapshots = Snapshots(theta, lane)
        taken = []
        for k in range(BUFFERS):
            theta.fill_(k)
            taken.append(snapshots.take())
        theta.fill_(-1)
        assert snapshots.free == 0
        for k, snapshot in enumerate(taken):
            snapshot.arrived.synchronize()
            np.testing.assert_array_equal(snapshot.row(1), np.full(5, k))


def test_a_row_stays_as_it_is_when_its_buffer_is_used_again():
    theta = torch.ones(1, 4)
    snapshots = Snapshots(theta, Direct(), buffers=2)
    first = snapshots.take()
    row = first.row(0)
    snapshots.give_back(first)
    theta.fill_(2)
    snapshots.take(), snapshots.take()
    assert row.tolist() == [1] * 4


def test_large_ensembles_have_fewer_buffers_and_at_least_two(monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", 3 * 4 * 20)
    assert Snapshots(torch.zeros(2, 10), Direct()).free == 3
    assert Snapshots(torch.zeros(20, 10), Direct()).free == 2
