"""Loop: each run of an ensemble has its own end, and the others do not notice."""

import gc
import weakref
from functools import partial

import numpy as np
import pytest

from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.curves.reader import read_metrics
from grokscope.store.listing.summary import read_summary
from grokscope.train import session
from grokscope.train.cuda.ahead import Ahead
from grokscope.train.cuda.graphs import Plain
from grokscope.train.cuda.lanes import Direct
from grokscope.train.ensemble import Ensemble
from grokscope.train.optimisers import RowOptimiser
from grokscope.train.plan import plan, plan_resume
from grokscope.train.session import train
from grokscope.train.stop import Stop


def quiet(line):
    """Take a notice without showing it."""
    del line


def run(experiments, store, stop=None, **kwargs):
    store.mkdir(exist_ok=True)
    plans = plan(experiments, store)
    return plans, train(plans, store, device="cpu", stop=stop, notify=quiet, **kwargs)


def last_row(path):
    trajectory = open_trajectory(path)
    return trajectory.rows(slice(None))[-1]


def test_a_run_ends_early_alone(small, tmp_path):
    soon = small("epochs=30", "stop_metric=train_loss", "stop_beyond=1e9", "stop_hold=3")
    late = small("epochs=30", "seed=2")
    plans, ended = run([soon, late], tmp_path / "together", chunk=2)
    assert [(e.ending, bool(e.reason)) for e in ended] == [("finished", True), ("finished", False)]
    first = read_summary(plans[0].path)
    assert (first.status, first.epoch) == ("finished", 3)
    assert "train_loss was at most 1e+09 for 3 epochs" in first.reason
    (alone,), _ = run([late], tmp_path / "alone")
    np.testing.assert_array_equal(last_row(plans[1].path), last_row(alone.path))


def test_how_long_a_condition_held_survives_an_interrupt(small, tmp_path):
    one = small("epochs=30", "stop_metric=train_loss", "stop_beyond=1e9", "stop_hold=9")
    calls = iter(range(100))
    (planned,), (ended,) = run([one], tmp_path, Stop(also=lambda: next(calls) >= 5))
    assert ended.ending == "interrupted"
    (ended,) = train([plan_resume(read_summary(planned.path))], tmp_path, notify=quiet)
    assert read_summary(planned.path).epoch == 9
    assert ended.reason


def test_evaluations_come_when_asked_for_and_at_both_ends(small, tmp_path):
    one = small("epochs=11", "evaluate_every=4", "dense_until=11")
    (planned,), _ = run([one], tmp_path)
    assert read_metrics(planned.path).epoch.tolist() == [0, 4, 8, 11]
    assert len(open_trajectory(planned.path).rows(slice(None))) == 12


def test_fewer_evaluations_change_no_weights(small, tmp_path):
    often, seldom = small("epochs=9"), small("epochs=9", "evaluate_every=5")
    plans, _ = run([often, seldom], tmp_path)
    np.testing.assert_array_equal(last_row(plans[0].path), last_row(plans[1].path))


def test_runs_that_end_at_different_times_leave_no_trace_in_each_other(small, tmp_path):
    ends = [
        small(
            f"seed={s}", "epochs=12", "stop_metric=train_loss", "stop_beyond=1e9", f"stop_hold={s}"
        )
        for s in range(1, 8)
    ]
    plans, _ = run(ends, tmp_path / "together", chunk=3)
    for each, experiment in zip(plans[2::3], ends[2::3], strict=True):
        (alone,), _ = run([experiment], tmp_path / "alone")
        np.testing.assert_array_equal(last_row(each.path), last_row(alone.path))
        assert read_summary(each.path).epoch == read_summary(alone.path).epoch


def test_a_loss_is_stored_with_its_own_name_and_unit(small, tmp_path):
    (planned,), _ = run([small("epochs=3", "loss=mse")], tmp_path)
    curve = read_metrics(planned.path).curves["train_loss"]
    assert (curve.long_name, curve.unit_label) == ("training loss, mean square", "")
    assert 0 < curve.values[-1] < 1


def test_a_run_that_ends_early_keeps_its_last_checkpoint(small, tmp_path):
    one = small("stop_metric=train_loss", "stop_beyond=1e9", "stop_hold=3", "dense_until=12")
    (planned,), _ = run([one], tmp_path)
    assert open_trajectory(planned.path).epoch[-1] == read_summary(planned.path).epoch == 3


@pytest.mark.parametrize("late", [False, True])
def test_an_ensemble_s_memory_is_free_before_what_follows_it_trains(
    small, tmp_path, monkeypatch, late
):
    take, seen, alive = Ensemble.take, weakref.WeakSet(), []

    def counted(self, batches, updates):
        seen.add(self)
        alive.append(len(seen))
        take(self, batches, updates)

    monkeypatch.setattr(Ensemble, "take", counted)
    if late:
        monkeypatch.setattr(RowOptimiser, "_fused", lambda self: None)
        monkeypatch.setattr(session, "Course", partial(Ahead, replayer=Plain(), lane=Direct()))
    runs = [
        small(
            f"seed={s}", "epochs=12", "stop_metric=train_loss", "stop_beyond=1e9", f"stop_hold={s}"
        )
        for s in (3, 4, 9)
    ] + [small("hidden=[8]", "record.flight=5")]
    gc.collect()
    gc.disable()
    try:
        run(runs, tmp_path, chunk=2)
    finally:
        gc.enable()
    assert set(alive) == {1}
