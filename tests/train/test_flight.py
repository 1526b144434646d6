"""Flight recorder: what surrounds an event is kept, in order, and no number changes for it."""

import json
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.config.sections import Record
from grokscope.errors import BadConfig
from grokscope.events import Yardstick
from grokscope.store.checkpoints.resume import load_resume
from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.curves.reader import read_attrs
from grokscope.store.listing.summary import read_summary
from grokscope.train import flight as recorder
from grokscope.train import recording
from grokscope.train.flight import Flight, Flown, Held, apart, memory
from grokscope.train.loop import Loop
from grokscope.train.plan import plan
from grokscope.train.session import train

YARDSTICK = Yardstick(chance=0.1, n_test=100)
SPARSE = ["dense_until=0", "ratio=1.9", "epochs=40", "flight=6", "flight_after=4"]


def quiet(line):
    """Take a notice without showing it."""
    del line


def fly(record, epochs, happens, kept, left=()):
    """Return the epochs written and the windows of a run to which things happen."""
    written, windows = [], []

    def begin(flown):
        def write(step, epoch, row):
            written.append(int(row[0]))

        return Flight(record, YARDSTICK, write, lambda told: windows.append(told), flown)

    flight, past = begin(None), []
    for epoch in range(epochs + 1):
        accuracy = 1.0 if happens is not None and epoch >= happens else 0.0
        metrics = {"train_accuracy": accuracy, "test_accuracy": 0.0, "train_loss": 1.0}
        flight.evaluated(epoch, epoch, metrics)
        past.append((epoch, epoch, metrics))
        flight.take(epoch, epoch, np.full(3, epoch, np.float32), epoch in kept)
        if epoch in left:
            flight = begin(flight.flown)
            flight.recall(past)
    flight.land(ended=True)
    return written, windows[-1] if windows else []


def test_the_ring_before_an_event_and_some_epochs_after_it_are_kept():
    written, (window,) = fly(Record(flight=5, flight_after=3), 30, 20, {0, 30})
    assert written == [0, *range(18, 26), 30]
    assert (window["event"], window["epoch"]) == ("t_train", 20)
    assert (window["first_epoch"], window["last_epoch"]) == (18, 25)


def test_a_window_ends_with_the_run():
    written, (window,) = fly(Record(flight=5, flight_after=30), 24, 20, {0})
    assert written == [0, *range(18, 25)]
    assert window["last_epoch"] == 24


@given(
    st.sets(st.integers(0, 40)),
    st.none() | st.integers(0, 40),
    st.integers(3, 9),
    st.integers(0, 9),
    st.sets(st.integers(0, 39), max_size=3),
)
def test_what_is_kept_anyway_is_written_once_and_in_order(kept, happens, size, after, left):
    record = Record(flight=size, flight_after=after)
    written, windows = fly(record, 40, happens, kept, left)
    assert written == sorted(set(written))
    assert kept <= set(written)
    for window in windows:
        if not left:
            assert set(range(window["first_epoch"], window["last_epoch"] + 1)) <= set(written)
        assert set(written) >= set(range(happens + 2, window["last_epoch"] + 1))


def trained(one, store):
    store.mkdir(exist_ok=True)
    (planned,) = plan([one], store)
    train([planned], store, device="cpu", notify=quiet)
    return planned.path


def test_a_run_keeps_its_transition_and_its_numbers(small, tmp_path):
    plain, flown = (trained(small(*SPARSE, f"flight={n}"), tmp_path) for n in (0, 6))
    windows = json.loads(read_attrs(flown)["flight"])
    assert {"t_train"} <= {window["event"] for window in windows}
    (seen,) = (window for window in windows if window["event"] == "t_train")
    assert seen["epoch"] == read_summary(flown).outcome.t_train
    ours, theirs = open_trajectory(flown), open_trajectory(plain)
    assert set(range(seen["first_epoch"], seen["last_epoch"] + 1)) <= set(ours.epoch.tolist())
    assert len(theirs) < len(ours)
    there = np.isin(ours.checkpoints, theirs.checkpoints)
    np.testing.assert_array_equal(ours.rows(slice(None))[there], theirs.rows(slice(None)))


@pytest.mark.parametrize("at", [7, 23])
def test_a_run_that_is_killed_loses_nothing_but_the_ring(small, tmp_path, monkeypatch, at):
    one = small(*SPARSE, "interval=3", "evaluate_every=2", "flight=20")
    plain = trained(small(*SPARSE, "interval=3", "evaluate_every=2", "flight=0"), tmp_path)
    (planned,) = plan([one], tmp_path)
    observe = Loop._observe

    def killed(self, *args, **kwargs):
        observe(self, *args, **kwargs)
        if self.ensemble.epoch == at:
            written = threading.Event()
            self.recording.jobs.put(written.set)
            assert written.wait(60)
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Loop, "_observe", killed)
        patch.setattr(recording, "RESUME_INTERVAL", (0.0, 0.0))
        patch.setattr(recording.Recording, "wants_resume_point", True)
        patch.setattr("grokscope.store.writing.writer.RunWriter.abandon", lambda *_: None)
        with pytest.raises(KeyboardInterrupt):
            train([planned], tmp_path, device="cpu", notify=quiet)
    (planned.path / "lock.json").unlink()
    waiting = [name for name in load_resume(planned.path).arrays if name.startswith("flight.")]
    assert bool(waiting) == (at == 7)
    assert trained(one, tmp_path) == planned.path
    ours, theirs = open_trajectory(planned.path), open_trajectory(plain)
    assert set(theirs.checkpoints) <= set(ours.checkpoints)
    there = np.isin(ours.checkpoints, theirs.checkpoints)
    np.testing.assert_array_equal(ours.rows(slice(None))[there], theirs.rows(slice(None)))


def test_what_waited_and_was_written_since_is_not_written_again():
    waiting = [Held(step, step, np.full(3, step, np.float32), True) for step in (3, 5, 7)]
    for stored, expected in ((-1, [3, 5, 7]), (5, [7]), (7, [])):
        written, flown = [], Flown(waiting=waiting)

        def write(step, epoch, row, written=written):
            written.append(step)

        Flight(Record(flight=5), YARDSTICK, write, quiet, flown, stored)
        assert written == expected


@pytest.mark.parametrize("saved", [5, 7, 8])
def test_a_run_killed_long_after_it_was_saved_goes_on(small, tmp_path, monkeypatch, saved):
    """What waited at the resume point is on disk by then."""
    one = small(*SPARSE, "interval=3", "evaluate_every=2", "flight=20")
    (planned,) = plan([one], tmp_path)
    observe = Loop._observe

    def killed(self, *args, **kwargs):
        observe(self, *args, **kwargs)
        recording.Recording.wants_resume_point = self.ensemble.epoch < saved
        if self.ensemble.epoch == 38:
            written = threading.Event()
            self.recording.jobs.put(written.set)
            assert written.wait(60)
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Loop, "_observe", killed)
        patch.setattr(recording, "RESUME_INTERVAL", (0.0, 0.0))
        patch.setattr(recording.Recording, "wants_resume_point", True)
        patch.setattr("grokscope.store.writing.writer.MOST_SECONDS", 0.0)
        patch.setattr("grokscope.store.writing.writer.RunWriter.abandon", lambda *_: None)
        with pytest.raises(KeyboardInterrupt):
            train([planned], tmp_path, device="cpu", notify=quiet)
    (planned.path / "lock.json").unlink()
    waiting = [name for name in load_resume(planned.path).arrays if name.startswith("flight.")]
    stored = set(open_trajectory(planned.path).checkpoints.tolist())
    assert {int(name.partition(".")[2]) for name in waiting} & stored
    assert trained(one, tmp_path) == planned.path
    assert read_summary(planned.path).status == "finished"


def test_what_led_to_divergence_is_kept(small, tmp_path):
    one = small(
        *("optimizer.name=sgd", "lr=30", "weight_decay=0.1", "epochs=400"),
        *("dense_until=0", "flight=4"),
    )
    path = trained(one, tmp_path)
    summary = read_summary(path)
    assert summary.status == "failed"
    (window,) = (w for w in json.loads(read_attrs(path)["flight"]) if w["event"] == "diverged")
    kept = open_trajectory(path).epoch.tolist()
    assert set(range(window["first_epoch"], int(summary.epoch))) <= set(kept)


def test_there_are_only_so_many_windows(monkeypatch):
    monkeypatch.setattr(recorder, "MOST_WINDOWS", 0)
    assert fly(Record(flight=5, flight_after=3), 30, 20, {0, 30}) == ([0, 30], [])


def test_memory_is_told_and_bounded(small, tmp_path, monkeypatch):
    one = small("flight=6")
    assert memory([small()]) == 0
    assert memory([one, small("seed=1"), one]) == 2 * 7 * 4 * one.layout.size
    monkeypatch.setattr(recorder, "MOST_BYTES", 5 * 4 * one.layout.size)
    told = r"record.flight = 6 takes .* of memory for 1 runs, and .* is all it may; 4 would fit"
    with pytest.raises(BadConfig, match=told):
        train(plan([one], tmp_path), tmp_path, device="cpu", notify=quiet)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("far", "distance"), [(3.0, 6.0), (3e38, np.inf), (-3e38, np.inf)])
def test_distances_beyond_float32_are_infinite(far, distance):
    row = np.full(4, far, np.float32)
    assert apart(row, np.zeros(4, np.float32)) == distance
    assert apart(row, row) == 0
    assert apart(np.full(4, np.nan, np.float32), row) != distance


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"flight": 2}, "must be 0, or at least 3 epochs, in which an event is seen, got 2"),
        ({"flight": 20, "evaluate_every": 10}, "at least 21 epochs"),
        ({"flight": -1}, "must be 0"),
        ({"flight_after": -1}, "flight_after must be at least 0, got -1"),
    ],
)
def test_a_ring_in_which_no_event_could_be_seen_is_refused(setting, message):
    with pytest.raises(BadConfig, match=message):
        Record(**setting)
