"""Graphs: done once, captured when it comes again, replayed from then; by a made-up device."""

import contextlib
from types import SimpleNamespace

import pytest
import torch

from grokscope.train.cuda.graphs import Graphs, Plain


class Device:
    """What CUDA would do: work while a graph is captured is recorded and not done."""

    def __init__(self):
        self.capturing = None
        self.refuses = ""
        self.stream = self.here = SimpleNamespace(wait_stream=lambda other: None, device="cuda")
        self.captured = 0

    def do(self, effect):
        """Do something, as a kernel does."""
        if self.capturing is None:
            effect()
        else:
            self.capturing.kernels.append(effect)

    @contextlib.contextmanager
    def graph(self, graph, pool, stream, capture_error_mode):
        assert capture_error_mode == "thread_local"
        self.here, self.capturing = stream, graph
        try:
            yield
            if self.refuses:
                raise RuntimeError(self.refuses)
            self.here = self.stream
            self.captured += 1
        except RuntimeError as error:
            # what ends a capture that failed fails too
            raise RuntimeError("capture was invalidated") from error
        finally:
            self.capturing = None


class Graph:
    """A recording."""

    def __init__(self):
        self.kernels = []

    def replay(self):
        for kernel in self.kernels:
            kernel()


@pytest.fixture
def device(monkeypatch):
    made = Device()
    aside = SimpleNamespace(wait_stream=lambda other: None, device="cuda")
    for name, value in {
        "Stream": lambda device: aside,
        "stream": lambda stream: contextlib.nullcontext(),
        "current_stream": lambda: made.here,
        "set_stream": lambda stream: setattr(made, "here", stream),
        "graph_pool_handle": lambda: (0, 1),
        "synchronize": lambda device: None,
        "CUDAGraph": Graph,
        "graph": made.graph,
    }.items():
        monkeypatch.setattr(torch.cuda, name, value)
    return made


def test_work_is_done_once_each_time_and_captured_when_it_comes_again(device):
    graphs, done = Graphs(torch.device("cuda"), pytest.fail), []
    for expected in (0, 1, 1, 1):
        graphs.run("block", lambda: device.do(lambda: done.append(1)))
        assert device.captured == expected
    assert (len(done), graphs.execution) == (4, "graphs")


def test_each_kind_of_work_has_a_graph_of_its_own(device):
    graphs, done = Graphs(torch.device("cuda"), pytest.fail), []
    for key in "aabbaba":
        graphs.run(key, lambda key=key: device.do(lambda: done.append(key)))
    assert ("".join(done), device.captured) == ("aabbaba", 2)


def test_other_work_under_the_same_key_is_captured_anew(device):
    graphs, done = Graphs(torch.device("cuda"), pytest.fail), []
    for name in "ab":
        for _ in range(3):
            graphs.run("block", lambda name=name: device.do(lambda: done.append(name)))
        graphs.forget()
    assert ("".join(done), device.captured) == ("aaabbb", 2)


def test_where_capture_fails_one_line_says_so_and_training_goes_on(device):
    told, done = [], []
    graphs = Graphs(torch.device("cuda"), told.append)
    device.refuses = "operation not permitted when stream is capturing\nand more"
    for key in "aaabb":
        graphs.run(key, lambda: device.do(lambda: done.append(1)))
    reason = "operation not permitted when stream is capturing"
    assert told == [f"training goes on without CUDA graphs, more slowly: {reason}"]
    assert graphs.execution == f"eager: {reason}"
    assert (len(done), device.here) == (5, device.stream)


def test_without_a_device_work_is_called_and_the_reason_kept():
    done = []
    plain = Plain("5000 steps an epoch")
    plain.run("block", lambda: done.append(1))
    assert (done, plain.execution, Plain().execution) == (
        [1],
        "eager: 5000 steps an epoch",
        "eager",
    )
