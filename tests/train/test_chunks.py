"""Chunks: a trial prefers company where it is worth it, and is not repeated on resume."""

import pytest
import torch

from grokscope.errors import BadConfig
from grokscope.train import chunks

CPU, CUDA = torch.device("cpu"), torch.device("cuda")


@pytest.fixture
def told(monkeypatch):
    """Chooses by made-up seconds per epoch of so many runs together, and lists what was tried."""

    def choose(runs, seconds, device=CPU, before=None):
        tried, now = [], [0.0]
        monkeypatch.setattr(chunks.time, "thread_time", lambda: now[0])

        def first(count):
            tried.append(count)

            def epoch():
                now[0] += seconds(count)

            return epoch

        return chunks.choose(runs, device, before, first), tried

    return choose


def test_small_networks_go_together(told):
    best, tried = told(16, lambda count: 1e-3 + 1e-5 * count)
    assert best == 16
    assert tried == [1, 2, 4, 8, 16]


def test_large_ones_stay_alone_and_that_is_soon_seen(told):
    best, tried = told(64, lambda count: 0.01 * count)
    assert best == 1
    assert tried == [1, 2, 4, 8]


def test_the_best_may_lie_between(told):
    def seconds(count):
        return 1e-3 + 1e-4 * count + 1e-4 * max(count - 4, 0) ** 2

    assert told(100, seconds)[0] == 4


def test_all_of_a_few_runs_are_tried_together(told):
    assert told(5, lambda count: 1e-3)[1] == [1, 2, 4, 5]


def test_nothing_is_tried_where_there_is_nothing_to_choose(told):
    for runs, before, expected in ((1, None, 1), (9, 4, 4)):
        assert told(runs, None, CPU, before) == (expected, [])


def test_what_was_chosen_for_more_runs_is_cut_to_those_that_are_left(told):
    assert told(3, None, CPU, 8) == (3, [])


def fitting(runs, most, before=None):
    """Choose for a device on which `most` runs fit at once, and list what was tried."""
    tried = []

    def first(count):
        tried.append(count)
        if count > most:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return lambda: None

    return chunks.choose(runs, CUDA, before, first), tried


def test_a_device_takes_all_runs_at_once_or_as_many_as_its_memory_holds():
    assert fitting(9, 9) == (9, [9])
    assert fitting(64, 20) == (16, [64, 32, 16])
    assert fitting(64, 20, before=16) == (16, [16])
    assert fitting(64, 5, before=16) == (4, [16, 8, 4])


def test_what_fits_into_no_memory_is_refused_in_one_line():
    with pytest.raises(BadConfig, match="3 runs do not fit into the memory of cuda, however few"):
        fitting(3, 0)
