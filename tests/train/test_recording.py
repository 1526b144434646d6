"""Recording: everything queued is written in order, waiting is bounded, errors come back."""

import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest

from grokscope.errors import RunGone, StoreFailed
from grokscope.store.files import patience
from grokscope.store.files.patience import Patience
from grokscope.train import recording
from grokscope.train.ensemble import State
from grokscope.train.recording import Recording
from grokscope.train.stop import Stop


class Writer:
    """A writer that keeps what it is told, and can be made to wait or to fail."""

    row_bytes = 4

    def __init__(self):
        self.told = []
        self.ticks = 0
        self.gate = threading.Event()
        self.gate.set()
        self.error = None
        self.patience = Patience(1000)
        self.stop = False
        self.control = SimpleNamespace(asked=lambda: self.stop)

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


class FullDisk(Writer):
    def log(self, step, epoch, values):
        def refuse():
            raise OSError(28, "No space left on device")

        self.patience.insist(refuse, "metrics")


@pytest.fixture
def hasty(monkeypatch):
    monkeypatch.setattr(patience, "PAUSES", (0.001,))
    monkeypatch.setattr(recording, "QUEUE_BYTES", 8)
    monkeypatch.setattr(recording, "PAUSE_NOTICE", 0.02)


def fill(record):
    for step in range(100):
        record.log(step % 2, step, 0.0, {})


def ask_all(stop, writers):
    for writer in writers:
        writer.stop = True


def interrupt(stop, writers):
    stop.signalled = True


@pytest.mark.parametrize("ask", [ask_all, interrupt])
def test_a_stop_ends_the_wait_for_room(hasty, ask):
    stop, writers = Stop(), [FullDisk(), FullDisk()]
    record = Recording(writers, lambda line: ask(stop, writers), stop)
    with pytest.raises(StoreFailed, match="a stop was asked for"):
        fill(record)


def test_one_run_s_stop_does_not_end_the_wait_of_those_beside_it(hasty):
    writers = [FullDisk(), FullDisk()]
    record = Recording(writers, print)
    writers[0].stop = True
    assert not writers[0].patience.asked()
    writers[1].stop = True
    assert writers[0].patience.asked()
    record.close()


def test_resume_points_keep_their_distance(monkeypatch):
    monkeypatch.setattr(recording, "RESUME_INTERVAL", (600.0, 600.0))
    record = Recording([Writer()], print)
    assert not record.wants_resume_point
    record.resume_due = 0.0
    assert record.wants_resume_point
    record.save(0, State(1, 1, np.zeros(1, np.float32), {}))
    assert not record.wants_resume_point
    record.close()
    assert not record.wants_resume_point


def test_a_run_that_is_gone_does_not_keep_the_others_from_their_next_resume_point():
    class Gone(Writer):
        def save_resume(self, arrays, counters):
            raise RunGone("its directory is gone")

        def abandon(self):
            pass

    record = Recording([Writer(), Gone()], print)
    for _ in range(2):
        record.save(1, State(1, 1, np.zeros(1, np.float32), {}))
        done = threading.Event()
        record.jobs.put(done.set)
        assert done.wait(60)
        assert np.isfinite(record.resume_due)
    record.close()


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
