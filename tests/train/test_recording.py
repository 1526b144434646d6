"""Recording: everything queued is written in order, waiting is bounded, errors come back."""

import threading
import time

import numpy as np
import pytest

from grokscope.errors import StoreFailed
from grokscope.train import recording
from grokscope.train.ensemble import State
from grokscope.train.recording import Recording


class Writer:
    """A writer that keeps what it is told, and can be made to wait or to fail."""

    row_bytes = 4

    def __init__(self):
        self.told = []
        self.ticks = 0
        self.gate = threading.Event()
        self.gate.set()
        self.error = None

    def log(self, step, epoch, values):
        self.gate.wait()
        if self.error:
            raise self.error
        self.told.append(("log", step))

    def checkpoint(self, step, epoch, row):
        self.told.append(("checkpoint", step))

    def tick(self):
        self.ticks += 1

    def save_resume(self, arrays, counters):
        self.told.append(("save", sorted(arrays), dict(counters)))

    def finish(self, state, reason=""):
        self.told.append(("finish", state))


def test_everything_is_written_in_the_order_it_came():
    writer = Writer()
    record = Recording([writer], print)
    record.log(0, 1, 0.5, {})
    record.checkpoint(0, 1, 0.5, np.zeros(1, np.float32))
    record.save(0, State(2, 9, np.zeros(1, np.float32), {"momentum": np.zeros(1, np.float32)}))
    record.end(0, "finished")
    record.close()
    assert writer.told == [
        ("log", 1),
        ("checkpoint", 1),
        ("save", ["momentum", "theta"], {"epoch": 2, "step": 9}),
        ("finish", "finished"),
    ]


def test_a_full_queue_makes_training_wait_and_says_so_once(monkeypatch):
    monkeypatch.setattr(recording, "QUEUE_BYTES", 8)
    monkeypatch.setattr(recording, "PAUSE_NOTICE", 0.02)
    writer, said = Writer(), []

    def notify(line):
        said.append(line)
        writer.gate.set()

    writer.gate.clear()
    record = Recording([writer], notify)
    for step in range(10):
        record.log(0, step, 0.0, {})
    record.close()
    assert said == ["the store is slow: training waits for it"]
    assert writer.told == [("log", step) for step in range(10)]


def test_a_failure_of_the_store_reaches_the_training_thread():
    writer = Writer()
    writer.error = StoreFailed("disk full")
    record = Recording([writer], print)
    record.log(0, 1, 0.0, {})
    with pytest.raises(StoreFailed, match="disk full"):
        record.close()
    with pytest.raises(StoreFailed, match="disk full"):
        record.log(0, 2, 0.0, {})


def test_resume_points_keep_their_distance():
    record = Recording([Writer()], print)
    assert not record.wants_resume_point
    record.resume_due = 0.0
    assert record.wants_resume_point
    record.save(0, State(1, 1, np.zeros(1, np.float32), {}))
    assert not record.wants_resume_point
    record.close()
    assert not record.wants_resume_point


def test_runs_show_life_while_an_epoch_takes_its_time(monkeypatch):
    monkeypatch.setattr(recording, "TICK", 0.01)
    writer = Writer()
    with Recording([writer], print):
        time.sleep(0.2)
    assert writer.ticks > 3


def test_where_training_fails_nothing_more_is_written():
    writer = Writer()
    writer.gate.clear()
    threads = []

    def fail_halfway():
        with Recording([writer], print) as record:
            threads.append(record.thread)
            for step in range(9):
                record.log(0, step, 0.0, {})
            threading.Timer(0.1, writer.gate.set).start()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail_halfway()
    assert not threads[0].is_alive()
    assert len(writer.told) <= 1
