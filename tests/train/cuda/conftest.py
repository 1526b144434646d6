"""What tests of training in blocks share: lanes whose copies arrive when told, and courses."""

from functools import partial

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from grokscope.train import session
from grokscope.train.cuda.ahead import Ahead
from grokscope.train.cuda.graphs import Plain
from grokscope.train.cuda.lanes import Direct
from grokscope.train.optimisers.rows import RowOptimiser


class Slow(Direct):
    """Copies that are made when they are waited for, or when `arrive` is called."""

    def __init__(self):
        self.waiting = []
        self.waited = 0

    def bring(self, source, target):
        return Arrival(self, source, target)

    def hold(self, event):
        if isinstance(event, Arrival):
            event.make()

    def arrive(self):
        """Make all copies that are under way."""
        for copy in list(self.waiting):
            copy.make()


class Idle(Slow):
    """The same of a device that need not wait for copies, and so has nothing to do."""

    def bring(self, source, target):
        return Arrival(self, source.clone(), target)

    def hold(self, event):
        """Do nothing."""


class Arrival:
    """The end of a copy; those before it on the same lane come first."""

    def __init__(self, lane, source, target):
        self.lane, self.source, self.target = lane, source, target
        lane.waiting.append(self)

    def make(self):
        while self in self.lane.waiting:
            first = self.lane.waiting.pop(0)
            first.target.copy_(first.source)

    def query(self):
        return self not in self.lane.waiting

    def synchronize(self):
        self.lane.waited += not self.query()
        self.make()


@pytest.fixture
def by_rows(monkeypatch):
    """Let optimisers compute by columns, as on a device."""
    monkeypatch.setattr(RowOptimiser, "_fused", lambda self: None)


@pytest.fixture
def ahead(monkeypatch, by_rows):
    """Make sessions train in blocks, by a lane and a replayer of the test's own."""

    def use(lane=None, replayer=None):
        pace = partial(Ahead, replayer=replayer or Plain(), lane=lane or Direct())
        monkeypatch.setattr(session, "Course", pace)

    return use


class HostWatch(TorchDispatchMode):
    """Lists kernels that see memory of the host, where all else is on the device "meta"."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        found = func(*args, **(kwargs or {}))
        operands = tree_leaves((args, kwargs, found))
        if any(isinstance(each, torch.Tensor) and each.device.type == "cpu" for each in operands):
            self.seen.append(str(func))
        return found
