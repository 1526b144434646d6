"""Training in blocks: what is recorded is what the ordinary loop records, to the last bit."""

import numpy as np
import pytest
import torch

from grokscope.store.checkpoints.resume import load_resume
from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.curves.reader import read_attrs, read_metrics
from grokscope.store.listing.summary import read_summary
from grokscope.train.course import Due
from grokscope.train.cuda import ahead as module
from grokscope.train.cuda.graphs import Plain
from grokscope.train.cuda.lanes import Direct
from grokscope.train.early import EarlyEnd
from grokscope.train.ensemble import Ensemble, initial_state
from grokscope.train.plan import plan, plan_resume
from grokscope.train.recording import Recording
from grokscope.train.session import train
from grokscope.train.stop import Stop
from tests.train.cuda.conftest import HostWatch, Idle, Slow

STOP = ("stop_metric=train_loss", "stop_beyond=1e9")


def trained(experiments, store, stop=None, chunk=2, device="cpu"):
    store.mkdir(exist_ok=True)
    plans = plan(experiments, store)
    train(plans, store, device=device, chunk=chunk, stop=stop, notify=lambda line: None)
    return [one.path for one in plans]


def held(run):
    """Return all that a run holds of its training."""
    metrics, trajectory = read_metrics(run), open_trajectory(run)
    point, summary = load_resume(run), read_summary(run)
    arrays = {name: curve.values for name, curve in metrics.curves.items()}
    arrays |= {"step": metrics.step, "epoch": metrics.epoch, "at": trajectory.epoch}
    arrays |= {"rows": trajectory.rows(slice(None))}
    arrays |= {f"resume {name}": row for name, row in (point.arrays if point else {}).items()}
    return arrays, (summary.status, summary.reason, summary.epoch, point and point.counters)


def same(ours, theirs):
    for one, other in zip(ours, theirs, strict=True):
        (arrays, told), (expected, other_told) = held(one), held(other)
        assert told == other_told
        assert arrays.keys() == expected.keys()
        for name, values in arrays.items():
            np.testing.assert_array_equal(values, expected[name], err_msg=name)


EPOCHS = "epochs=26"
CASES = {
    "full batch": ["batch_size=0"],
    "new orders": ["shuffle=true", "warmup=7", "schedule=cosine", "final_lr=1e-4"],
    "few evaluations": ["evaluate_every=4", "interval=3", "dense_until=9"],
    "all checkpoints": ["dense_until=26", "optimizer.name=adamw"],
    "momentum": ["optimizer.name=sgd", "momentum=0.9", "nesterov=true", "clip_norm=0.5"],
    "pulled back": ["weight_decay_to=initial", "weight_decay=0.1", "keep_norm=true"],
    "early end": [*STOP, "stop_hold=13", "evaluate_every=2"],
    "flight": ["flight=9", "interval=5"],
    "measures": ['measures=["fisher_speed"]', "measure_every=8", "interval=4"],
    "diverges": ["optimizer.name=sgd", "lr=1e30"],
}


@pytest.mark.parametrize("changes", CASES.values(), ids=CASES)
def test_blocks_record_what_the_loop_records(small, tmp_path, ahead, by_rows, changes):
    runs = [small(EPOCHS, "dense_until=3", f"seed={s}", *changes) for s in range(2)]
    theirs = trained(runs, tmp_path / "loop")
    ahead(Slow())
    ours = trained(runs, tmp_path / "blocks")
    same(ours, theirs)


def test_runs_that_end_at_different_times_are_kept_as_they_stood(small, tmp_path, ahead, by_rows):
    runs = [
        small("epochs=30", "dense_until=1", f"seed={s}", *STOP, f"stop_hold={7 * s}")
        for s in range(1, 6)
    ] + [small("epochs=30", "dense_until=1", "optimizer.lr=1e30", "seed=9")]
    theirs = trained(runs, tmp_path / "loop")
    ahead(Slow())
    same(trained(runs, tmp_path / "blocks"), theirs)


def test_an_interrupted_run_goes_on_in_blocks(small, tmp_path, ahead, by_rows):
    one = small("epochs=60", "shuffle=true", "evaluate_every=3", *STOP, "stop_hold=40")
    theirs = trained([one], tmp_path / "loop")
    ahead(Slow())
    calls = iter(range(100))
    (ours,) = trained([one], tmp_path / "blocks", Stop(also=lambda: next(calls) >= 3))
    assert read_summary(ours).status == "interrupted"
    assert 0 < read_summary(ours).epoch < 43
    train([plan_resume(read_summary(ours))], tmp_path / "blocks", notify=lambda line: None)
    same([ours], theirs)


def test_resume_points_come_on_the_way(small, tmp_path, ahead, monkeypatch):
    monkeypatch.setattr(Recording, "wants_resume_point", True)
    points = []
    monkeypatch.setattr(Recording, "save", lambda self, run, state: points.append(state))
    ahead(Slow())
    trained([small("epochs=40", "dense_until=1")], tmp_path)
    assert len(points) > 2
    assert [p.step for p in points] == [small().steps_per_epoch * p.epoch for p in points]


class Counting(Plain):
    """Counts how often each kind of work is done."""

    def __init__(self):
        super().__init__()
        self.keys = []

    def run(self, key, work):
        self.keys.append(key)
        work()


@pytest.mark.parametrize(
    ("changes", "lengths"),
    [
        (["dense_until=1", "ratio=1000"], [1, 1, 1, 64, 32, 1]),
        (["dense_until=1", "ratio=1000", "evaluate_every=10"], [1, 1, 1, 4, 2, 1, *[10] * 9]),
        (["dense_until=40", "interval=20", "ratio=1000"], [16, 4, 16, 4, 16, 4, 16, 4, 16, 4]),
    ],
)
def test_blocks_are_as_long_as_what_is_to_be_seen_allows(small, tmp_path, ahead, changes, lengths):
    replayer = Counting()
    ahead(replayer=replayer)
    trained([small("epochs=100", "batch_size=0", *changes)], tmp_path)
    assert [key[0] for key in replayer.keys] == lengths


def test_an_epoch_longer_than_a_block_is_one(small, tmp_path, ahead):
    replayer = Counting()
    ahead(replayer=replayer)
    trained([small("epochs=3", "batch_size=1")], tmp_path)
    assert [key[0] for key in replayer.keys] == [1, 1, 1]


def test_a_large_ensemble_takes_fewer_steps_at_once(small, tmp_path, ahead, monkeypatch):
    one = small("epochs=9", "batch_size=0", "dense_until=0", "ratio=1000")
    monkeypatch.setattr(module, "WORK", 2 * one.layout.size)
    replayer = Counting()
    ahead(replayer=replayer)
    trained([one], tmp_path)
    assert max(key[0] for key in replayer.keys) == 2


def test_waiting_for_copies_while_the_device_is_idle_is_counted_and_nothing_is_dropped(
    small, tmp_path, ahead
):
    ahead(Idle())
    (run,) = trained([small("epochs=30", "dense_until=30")], tmp_path, chunk=1)
    assert open_trajectory(run).epoch.tolist() == list(range(31))
    attrs = read_attrs(run)
    assert attrs["waits_for_copies"] == 30 - 4
    assert attrs["waited_for_copies_seconds"] >= 0
    assert attrs["execution"] == "eager"


ALONE = {
    **CASES,
    "mean square": ["loss=mse", "loss_dtype=float64"],
    "narrow": ["hidden=[6]", "shuffle=true"],
    "deep": ["hidden=[16, 16]", "activation=gelu"],
    "transformer": ["model.name=transformer", "d_model=16", "heads=2", "model.norm=pre"],
    "decoder": ["model.name=decoder", "d_model=16", "heads=2", "shuffle=true"],
}


@pytest.mark.parametrize("changes", ALONE.values(), ids=ALONE)
def test_a_block_asks_nothing_of_the_host(small, changes):
    runs = [small("epochs=40", f"seed={seed}", *changes) for seed in range(2)]
    states, splits = [initial_state(one) for one in runs], [one.split() for one in runs]
    ensemble = Ensemble(runs, splits, states, torch.device("meta"), 2)
    due = Due(40, 1, lambda epoch: False, [EarlyEnd(one.training) for one in runs])
    course = module.Ahead(ensemble, due, Plain(), Direct())
    course._train(1, frozenset({1}))
    with HostWatch() as watch:
        course._train(2, frozenset({1, 2}))
    assert watch.seen == []


def test_what_is_asked_of_the_host_would_be_seen():
    numbers = torch.ones(3, device="meta")
    for ask in (lambda: numbers + torch.tensor(3.0), lambda: torch.tensor([1.0]).to(numbers)):
        with HostWatch() as watch:
            ask()
        assert watch.seen
    with pytest.raises(RuntimeError, match="item"):
        numbers.sum().item()


def test_epochs_too_long_for_a_graph_are_told_once_and_trained_eagerly(small, monkeypatch):
    for name in ("Beside", "Graphs"):
        monkeypatch.setattr(module, name, lambda *args: Direct())
    monkeypatch.setattr(module.torch.cuda, "set_device", lambda device: None)
    monkeypatch.setattr(module, "LONGEST", 5)
    told, one = [], small()
    pace = module.OnCuda(torch.device("cpu"), told.append)
    due = Due(12, 1, lambda epoch: True, [EarlyEnd(one.training)])
    for _ in range(2):
        ensemble = Ensemble([one], [one.split()], [initial_state(one)], torch.device("cpu"), 1)
        assert pace(ensemble, due).told == {
            "execution": "eager: an epoch of 6 steps is too long for one"
        }
    reason = "an epoch of 6 steps is too long for one"
    assert told == [f"training goes on without CUDA graphs, more slowly: {reason}"]


def test_copies_that_are_there_are_not_waited_for(small, tmp_path, ahead):
    ahead()
    (run,) = trained([small("epochs=30", "dense_until=30")], tmp_path, chunk=1)
    assert "waits_for_copies" not in read_attrs(run)
