"""Session: trains, records, stops, goes on bit for bit, and parts with what diverges."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
import torch

from grokscope.errors import BadConfig, Unreadable
from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.curves.reader import read_attrs, read_metrics
from grokscope.store.listing.summary import read_summary
from grokscope.train.ensemble import Ensemble
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


def rows(path):
    """Return all checkpoints of a run."""
    return open_trajectory(path).rows(slice(None))


def stop_after(calls):
    """Return a request to stop that comes true at the given call."""
    count = iter(range(10**6))
    return Stop(also=lambda: next(count) >= calls)


def test_a_finished_run_holds_every_evaluation_and_checkpoint(small, tmp_path):
    one = small("epochs=6", "dense_until=6")
    (planned,), (ended,) = run([one], tmp_path)
    assert (ended.id, ended.ending) == (one.run_id, "finished")
    metrics = read_metrics(planned.path)
    np.testing.assert_array_equal(metrics.epoch, range(7))
    np.testing.assert_array_equal(metrics.step, np.arange(7) * one.steps_per_epoch)
    assert {"train_loss", "test_loss", "train_accuracy", "test_accuracy", "weight_norm"} <= set(
        metrics.curves
    )
    assert rows(planned.path).shape == (7, one.layout.size)
    assert read_summary(planned.path).status == "finished"


def test_what_decides_the_numbers_is_in_the_attributes(small, tmp_path):
    (planned,), _ = run([small("epochs=1")], tmp_path)
    attrs = read_attrs(planned.path)
    assert (attrs["threads"], attrs["chunk"], attrs["denormals_flushed"]) == (1, 1, 1)
    for key in ("path", "dtype", "matmul_precision", "optimiser_kernel", "torch_version", "device"):
        assert attrs[key]
    assert attrs["config_digest"] == small("epochs=1").digest


def test_runs_trained_together_equal_runs_trained_alone(small, tmp_path):
    runs = [small("init_scale=3"), small("init_scale=1", "seed=4")]
    together, _ = run(runs, tmp_path / "together", chunk=2)
    for planned, one in zip(together, runs, strict=True):
        (alone,), _ = run([one], tmp_path / "alone")
        np.testing.assert_array_equal(rows(planned.path), rows(alone.path))


def test_runs_of_different_shapes_train_in_one_session(small, tmp_path):
    plans, ended = run([small(), small("hidden=[8]", "name=other")], tmp_path)
    assert {e.ending for e in ended} == {"finished"}
    assert rows(plans[1].path).shape[1] < rows(plans[0].path).shape[1]


@pytest.mark.parametrize("shuffle", ["false", "true"])
def test_an_interrupted_run_goes_on_bit_for_bit(small, tmp_path, shuffle):
    one = small(f"shuffle={shuffle}")
    (whole,), _ = run([one], tmp_path / "whole")
    (planned,), (ended,) = run([one], tmp_path / "cut", stop_after(5))
    assert ended.ending == "interrupted"
    summary = read_summary(planned.path)
    assert (summary.status, summary.epoch) == ("interrupted", 5)
    train([plan_resume(summary)], tmp_path / "cut", device="cpu", notify=quiet)
    np.testing.assert_array_equal(rows(planned.path), rows(whole.path))
    ours, theirs = read_metrics(planned.path), read_metrics(whole.path)
    for name, curve in theirs.curves.items():
        np.testing.assert_array_equal(ours.curves[name].values, curve.values)


def test_a_run_goes_on_the_way_it_began_or_says_that_it_cannot(small, tmp_path, monkeypatch):
    from grokscope.train import ensemble, provenance

    with monkeypatch.context() as patch:
        patch.setattr(ensemble, "choose", lambda model, device: "autograd")
        patch.setattr(provenance, "_device_name", lambda device: "cpu: another")
        (planned,), _ = run([small()], tmp_path, stop_after(5))
    said = []
    train([plan_resume(read_summary(planned.path))], tmp_path, device="auto", notify=said.append)
    attrs = read_attrs(planned.path)
    assert attrs["path"] == "autograd"
    assert attrs["device_before"] == "cpu: another"
    assert len(said) == 1
    assert "goes on with another device_before" in said[0]


def test_divergence_ends_that_run_alone(small, tmp_path):
    plans, ended = run([small("lr=1e30", "optimizer.name=sgd", "name=wild"), small()], tmp_path)
    endings = {e.id: e.ending for e in ended}
    assert endings == {plans[0].id: "failed", plans[1].id: "finished"}
    summary = read_summary(plans[0].path)
    assert summary.status == "failed"
    assert "diverged" in summary.reason


def test_divergence_within_an_ensemble_leaves_the_others_exact(small, tmp_path):
    wild, tame = small("lr=1e30"), small("seed=2")
    plans, ended = run([wild, tame], tmp_path / "together", chunk=2)
    endings = {e.id: e.ending for e in ended}
    assert endings == {plans[0].id: "failed", plans[1].id: "finished"}
    (alone,), _ = run([tame], tmp_path / "alone")
    np.testing.assert_array_equal(rows(plans[1].path)[-1], rows(alone.path)[-1])


def test_a_run_that_cannot_begin_leaves_no_other_locked(small, tmp_path):
    (broken, _), _ = run([small("seed=1", "epochs=1"), small("seed=2", "epochs=1")], tmp_path)
    (broken.path / "run.h5").write_bytes(b"nothing")
    plans = [plan([small()], tmp_path)[0], replace(broken, action="resume")]
    with pytest.raises(Unreadable):
        train(plans, tmp_path, device="cpu", notify=quiet)
    summary = read_summary(plans[0].path)
    assert (summary.status, (plans[0].path / "lock.json").exists()) == ("interrupted", False)


def test_memory_that_runs_out_on_the_way_is_told_in_one_line_and_the_run_can_go_on(
    small, tmp_path, monkeypatch
):
    advance = Ensemble.advance

    def full(self):
        if self.epoch == 5:
            raise torch.OutOfMemoryError("CUDA out of memory")
        advance(self)

    with monkeypatch.context() as patch:
        patch.setattr(Ensemble, "advance", full)
        told = "the run does not fit into the memory of cpu, with the copies .*; train fewer of"
        with pytest.raises(BadConfig, match=told):
            run([small()], tmp_path)
    summary = read_summary(tmp_path / small().run_id)
    assert (summary.status, "does not fit" in summary.reason) == ("interrupted", True)
    train([plan_resume(summary)], tmp_path, device="cpu", notify=quiet)
    assert read_summary(summary.path).status == "finished"


def test_an_abort_lets_go_at_once_and_the_run_can_go_on(small, tmp_path):
    class Abort(Stop):
        @property
        def requested(self):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run([small()], tmp_path, stop=Abort())
    path = tmp_path / small().run_id
    assert read_summary(path).status == "dead"
    train([plan_resume(read_summary(path))], tmp_path, device="cpu", notify=quiet)
    assert read_summary(path).status == "finished"


CHILD = """
import sys
from pathlib import Path
from grokscope.config import load
from grokscope.train.ensemble import Ensemble
from grokscope.train.plan import plan
from grokscope.train.session import train
store = Path(sys.argv[2])
train(plan([load(sys.argv[1])], store), store, device="cpu")
"""


def logged(path):
    """Return how many evaluations a run has recorded, the newest ones included."""
    return read_metrics(path).step.size


@pytest.mark.slow
def test_a_killed_run_is_dead_and_goes_on_bit_for_bit(small, tmp_path):
    from grokscope.config import as_toml

    one = small("epochs=500", "dense_until=0", "p=23")
    (whole,), _ = run([one], tmp_path / "whole")
    file, store = tmp_path / "one.toml", tmp_path / "cut"
    file.write_text(as_toml(one.as_config()))
    store.mkdir()
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(file), str(store)])
    path = store / one.run_id
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (path.exists() and logged(path) > 20):
        time.sleep(0.01)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    summary = read_summary(path)
    assert summary.status == "dead"
    assert 20 < logged(path) < 500
    train([plan_resume(summary)], store, device="cpu", notify=quiet)
    assert read_summary(path).status == "finished"
    np.testing.assert_array_equal(rows(path), rows(whole.path))


def test_no_run_begins_after_a_stop(small, tmp_path):
    plans, ended = run([small(), small("seed=1"), small("seed=2")], tmp_path, stop_after(1))
    assert [e.ending for e in ended] == ["interrupted", "interrupted"]
    assert [p.path.exists() for p in plans] == [True, True, False]
